import type { SignedIn } from '../../auth/index.ts';
import type { JsonSchema, RouteRequest } from '../route.ts';
import { HttpReply } from '../route.ts';

export const COOKIE = 'qoida_refresh';
const COOKIE_PATH = '/api/v1/auth';

const USER_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['id', 'role', 'roles', 'username', 'full_name', 'locale'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    role: { type: 'string', description: 'the position' },
    roles: { type: 'array', items: { type: 'string' } },
    username: { type: 'string' },
    full_name: { type: 'string' },
    locale: { enum: ['uz', 'ru', 'en'] },
  },
};
export const SIGNED_IN: JsonSchema = {
  type: 'object',
  required: ['access', 'expires_in', 'user'],
  properties: {
    access: { type: 'string', description: 'bearer token' },
    refresh: { type: 'string', description: 'left out when the refresh token came as a cookie' },
    expires_in: { type: 'integer', description: 'seconds' },
    user: USER_SCHEMA,
  },
};

export const REFUSED = {
  description: 'Wrong, used or expired credentials (`bad_credentials`, `refresh_revoked` …)',
  schema: { $ref: '#/components/schemas/Error' },
};

export const open = (method: 'GET' | 'POST', path: string) =>
  ({ method, path, access: 'public', bodyLimit: 16_384 }) as const;

export function doc(
  operationId: string,
  summary: string,
  answer?: JsonSchema,
  requestBody?: JsonSchema,
) {
  return {
    operationId,
    summary,
    tags: ['auth'],
    roles: '*' as const,
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      200: { description: 'OK', ...(answer === undefined ? {} : { schema: answer }) },
      ...(requestBody === undefined ? {} : { 401: REFUSED }),
    },
  };
}

export function signedIn(
  session: SignedIn,
  request: RouteRequest,
  how: { inBody: boolean; status?: number },
): HttpReply {
  const { refresh, refresh_expires_in, ...rest } = session;
  return new HttpReply(how.status ?? 200, how.inBody ? { ...rest, refresh } : rest, {
    'Set-Cookie': cookie(refresh, refresh_expires_in, request.secure),
  });
}

export const callerOf = (request: RouteRequest) => ({
  ip: request.ip,
  userAgent: String(request.headers['user-agent'] ?? ''),
});

export const cookie = (value: string, seconds: number, secure: boolean) =>
  `${COOKIE}=${value}; Path=${COOKIE_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
