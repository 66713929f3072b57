import { createHmac, timingSafeEqual } from 'node:crypto';

export interface StampedDecision {
  readonly package_id: string;
  readonly decision: 'ok' | 'partial' | 'reject';
  readonly weight_kg: number;
  readonly inspector_id: string;
}

/**
 * The inspector's own key (F-ALG-17, F-OP-34): HMAC-SHA256 of `QC_SECRET` over
 * "e-pechat:v1:" + user id. Only he is given it, and no key tells anything of another.
 */
export const inspectorKey = (secret: string, userId: string): Buffer =>
  createHmac('sha256', secret).update(`e-pechat:v1:${userId}`).digest();

/** The electronic stamp of a decision, 64 hexadecimal digits (F-ALG-17). */
export function ePechat(key: Buffer, decision: StampedDecision): string {
  const { package_id, decision: verdict, weight_kg, inspector_id } = decision;
  const message = `v1|${package_id}|${verdict}|${weight_kg.toFixed(3)}|${inspector_id}`;
  return createHmac('sha256', key).update(message).digest('hex');
}

/** Compares a given stamp in constant time. */
export function stampFits(given: string, key: Buffer, decision: StampedDecision): boolean {
  const expected = Buffer.from(ePechat(key, decision), 'hex');
  const actual = Buffer.from(given.toLowerCase(), 'hex');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
