import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far `X-Timestamp` may be from the server's clock (F-OP-36). */
export const TIMESTAMP_TOLERANCE_SEC = 300;

export interface SignedMessage {
  /** The body's bytes as they came. */
  readonly body: Buffer;
  /** `X-Signature`: 64 hexadecimal digits, `sha256=` before them tolerated. */
  readonly signature: string | undefined;
  /** `X-Timestamp`: seconds since 1970; signed too when given. */
  readonly timestamp: string | undefined;
}

/** HMAC-SHA256 of the body, or of `timestamp + "." + body` (F-OP-36, vectors F-EX-05). */
export function signatureOf(secret: string, body: Buffer, timestamp?: string): Buffer {
  const hmac = createHmac('sha256', secret);
  if (timestamp !== undefined) hmac.update(`${timestamp}.`);
  return hmac.update(body).digest();
}

/** Compares in constant time, with every secret that is good now, so the time tells nothing. */
export function isSignedBy(secrets: readonly string[], message: SignedMessage, now: Date): boolean {
  const given = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(message.signature ?? '')?.[1];
  const claimed = Buffer.from(given ?? '', 'hex');
  let matches = false;
  for (const secret of secrets) {
    const expected = signatureOf(secret, message.body, message.timestamp);
    if (claimed.length === expected.length && timingSafeEqual(claimed, expected)) matches = true;
  }
  return matches && isTimely(message.timestamp, now);
}

function isTimely(timestamp: string | undefined, now: Date): boolean {
  if (timestamp === undefined) return true;
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(now.getTime() - Number(timestamp) * 1000) <= TIMESTAMP_TOLERANCE_SEC * 1000;
}
