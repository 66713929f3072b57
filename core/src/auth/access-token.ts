import { errors, jwtVerify, SignJWT } from 'jose';
import { Refusal } from '../api/errors.ts';

/** What an access token says; everything else about its holder is looked up. */
export interface AccessClaims {
  readonly userId: string;
  readonly organizationId: string;
  readonly familyId: string;
}

const FORM = { issuer: 'qoida', audience: 'qoida-api', typ: 'at+jwt' } as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Three parts in base64url and nothing around or between them. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const MIN_SECRET_BYTES = 32;

export interface AccessTokens {
  sign(claims: AccessClaims): Promise<string>;
  /** @throws Refusal unauthorized token_expired, invalid_token */
  verify(token: string): Promise<AccessClaims>;
}

/**
 * Access tokens: JWT, HS256 and nothing else (RFC 9068 form).
 * @param secret at least 32 bytes
 * @param lifetimeSeconds F-SEC-01: 8 h
 */
export function accessTokens(
  secret: string,
  lifetimeSeconds: number,
  now: () => Date,
): AccessTokens {
  const key = new TextEncoder().encode(secret);
  if (key.length < MIN_SECRET_BYTES)
    throw new Error(`JWT_SECRET needs at least ${MIN_SECRET_BYTES} bytes`);
  return {
    sign({ userId, organizationId, familyId }) {
      const issued = Math.floor(now().getTime() / 1000);
      return new SignJWT({ org: organizationId, fam: familyId })
        .setProtectedHeader({ alg: 'HS256', typ: FORM.typ })
        .setIssuer(FORM.issuer)
        .setAudience(FORM.audience)
        .setSubject(userId)
        .setIssuedAt(issued)
        .setExpirationTime(issued + lifetimeSeconds)
        .sign(key);
    },
    async verify(token) {
      if (!COMPACT.test(token)) throw invalidToken();
      try {
        const { payload } = await jwtVerify(token, key, {
          ...FORM,
          algorithms: ['HS256'],
          requiredClaims: ['sub', 'exp', 'iat'],
          currentDate: now(),
        });
        return claimsOf(payload);
      } catch (error) {
        if (error instanceof errors.JWTExpired) {
          throw new Refusal('unauthorized', 'token_expired', 'The access token has expired');
        }
        throw error instanceof errors.JOSEError ? invalidToken() : error;
      }
    },
  };
}

function claimsOf(payload: Record<string, unknown>): AccessClaims {
  const [userId, organizationId, familyId] = [payload.sub, payload.org, payload.fam].map((value) =>
    typeof value === 'string' && UUID.test(value) ? value : undefined,
  );
  if (!userId || !organizationId || !familyId) throw invalidToken();
  return { userId, organizationId, familyId };
}

const invalidToken = () =>
  new Refusal('unauthorized', 'invalid_token', 'The access token is not valid');
