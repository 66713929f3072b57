import { hmacSha256 } from './sha256.ts';

export interface StampedDecision {
  readonly package_id: string;
  readonly decision: 'ok' | 'reject';
  readonly weight_kg: number;
  readonly inspector_id: string;
}

/**
 * The electronic stamp of a quality decision (F-ALG-17): 64 hexadecimal digits.
 * @param key the inspector's own key, hexadecimal
 */
export function ePechat(
  key: string,
  { package_id, decision, weight_kg, inspector_id }: StampedDecision,
): string {
  const message = `v1|${package_id}|${decision}|${weight_kg.toFixed(3)}|${inspector_id}`;
  const bytes = Uint8Array.from(key.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const stamp = hmacSha256(bytes, new TextEncoder().encode(message));
  return Array.from(stamp, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
