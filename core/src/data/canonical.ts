import { createHash, createHmac } from 'node:crypto';

const UNITS_ARE_POINTS = /^[\0-\uD7FF]*$/;

/** By code point; the built-in order is by UTF-16 unit, which differs beyond the basic plane. */
function byCodePoint(a: string, b: string): number {
  if (UNITS_ARE_POINTS.test(a) && UNITS_ARE_POINTS.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  const left = [...a];
  const right = [...b];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const step = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (step !== 0) return step;
  }
  return left.length - right.length;
}

/**
 * Canonical JSON (F-ALG-17): keys sorted by code point, no insignificant spaces. Decimals must come as
 * strings with their fixed places; a Date is written as ISO-8601 in UTC with milliseconds.
 */
export function canonicalJson(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const given = value as Record<string, unknown>;
    const keys = Object.keys(given).filter((key) => given[key] !== undefined);
    const members = keys
      .sort(byCodePoint)
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(given[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

/** SHA-256 of the canonical form, hexadecimal (`payload_hash` of F-ALG-17). */
export const payloadHash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

export const hmacHex = (secret: string, message: string): string =>
  createHmac('sha256', secret).update(message).digest('hex');
