import type { IncomingMessage } from 'node:http';
import { Refusal } from '../api/errors.ts';
import { parseStrictJson } from './strict-json.ts';

export const DEFAULT_BODY_LIMIT = 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * Reads a request's body, never more than `limit` bytes of it.
 * @throws Refusal too_large body_too_large; bad_request unsupported_encoding, body_incomplete
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Refusal(
      'bad_request',
      'unsupported_encoding',
      `Content-Encoding "${encoding}" is not supported`,
    );
  }
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(
      'bad_request',
      'body_incomplete',
      'The body ended before its time',
      {},
      { cause },
    );
  }
  return chunks.length === 0 ? EMPTY : Buffer.concat(chunks, size);
}

/** @throws Refusal bad_request unsupported_media_type and those of `parseStrictJson` */
export function parseBody(req: IncomingMessage, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Refusal('bad_request', 'unsupported_media_type', 'The body must be application/json');
  }
  return parseStrictJson(bytes);
}

function tooLarge(limit: number): Refusal {
  return new Refusal('too_large', 'body_too_large', `The body is larger than ${limit} bytes`, {
    limit,
  });
}
