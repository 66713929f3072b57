import { createHash, randomBytes } from 'node:crypto';

export type TokenKind = 'refresh' | 'service' | 'setup';

const PREFIX: Readonly<Record<TokenKind, string>> = {
  refresh: 'qr_',
  service: 'qs_',
  setup: 'qp_',
};
const SECRET_BYTES = 32;
const ORGANIZATION_BYTES = 16;

export interface OpaqueToken {
  /** What the holder gets, once. */
  readonly token: string;
  /** What is stored. */
  readonly hash: string;
}

/** Makes a random token; it names its organisation, since a row can only be looked for inside one. */
export function makeToken(kind: TokenKind, organizationId: string): OpaqueToken {
  const organization = Buffer.from(organizationId.replaceAll('-', ''), 'hex');
  const token =
    PREFIX[kind] + Buffer.concat([organization, randomBytes(SECRET_BYTES)]).toString('base64url');
  return { token, hash: hashOf(token) };
}

/** Reads a token's organisation and hash; null when it isn't one of this kind. */
export function readToken(
  kind: TokenKind,
  token: string,
): { organizationId: string; hash: string } | null {
  const prefix = PREFIX[kind];
  if (!token.startsWith(prefix) || !/^[A-Za-z0-9_-]{67}$/.test(token)) return null;
  const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
  if (bytes.length !== ORGANIZATION_BYTES + SECRET_BYTES) return null;
  const hex = bytes.subarray(0, ORGANIZATION_BYTES).toString('hex');
  const organizationId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { organizationId, hash: hashOf(token) };
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
