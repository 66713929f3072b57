import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who may do what in the Node-RED editor, for a limited time. */
export interface Pass {
  readonly user: string;
  readonly userId: string;
  readonly permissions: '*' | 'read';
  /** Seconds since 1970. */
  readonly exp: number;
}

/** `payload.signature`, both base64url; `settings.cjs` reads the same form in the child. */
export function signPass(pass: Pass, secret: string): string {
  const payload = Buffer.from(JSON.stringify(pass)).toString('base64url');
  return `${payload}.${mac(payload, secret)}`;
}

/** The pass, or undefined when it is forged, cut or over. */
export function readPass(text: string, secret: string, now: Date): Pass | undefined {
  const [payload, signature, ...rest] = text.split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
  const expected = Buffer.from(mac(payload, secret));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const pass = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Pass;
  return pass.exp * 1000 > now.getTime() ? pass : undefined;
}

const mac = (payload: string, secret: string) =>
  createHmac('sha256', secret).update(payload).digest('base64url');
