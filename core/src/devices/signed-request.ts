import { Refusal } from '../api/errors.ts';
import type { RouteRequest } from '../http/index.ts';
import type { DoorRequest } from './door.ts';

/** What the door asks of a request. */
export function doorRequest(request: RouteRequest, device?: string): DoorRequest {
  return {
    device: device ?? header(request, 'x-device-id'),
    signature: header(request, 'x-signature'),
    timestamp: header(request, 'x-timestamp'),
    body: request.rawBody,
    ip: request.ip,
  };
}

function header(request: RouteRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** JSON of a device whose signature is good. @throws Refusal bad_request malformed_json */
export function signedJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal('bad_request', 'malformed_json', 'The body is not valid JSON in UTF-8');
  }
}

export const SIGNED_HEADERS = [
  {
    name: 'X-Device-Id',
    in: 'header',
    required: true,
    description: 'uuid or code',
    schema: { type: 'string' },
  },
  {
    name: 'X-Signature',
    in: 'header',
    required: true,
    description: 'HMAC-SHA256 in hexadecimal, "sha256=" before it tolerated',
    schema: { type: 'string' },
  },
  {
    name: 'X-Timestamp',
    in: 'header',
    description: 'seconds since 1970, at most 300 s off; signed too when given',
    schema: { type: 'string' },
  },
] as const;
