import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../api/errors.ts';
import { Reply } from '../api/operations.ts';
import type { Client } from './client.ts';
import { isDatabaseAway } from './database-away.ts';
import { HttpReply, type Locale } from './route.ts';

/** The sentence of a reason in a language; undefined where there is none. */
export type Translate = (
  reason: string,
  locale: Locale,
  details: Readonly<Record<string, unknown>>,
) => string | undefined;

/**
 * What is told of a refusal in a language: the rule's own words, the sentence of its reason, or its message.
 * Where one reason is given with several codes, `code.reason` has the sentence of that one.
 */
export function sentenceOf(refusal: Refusal, locale: Locale, translate: Translate): string {
  const { ownWords, code, reason, details, message } = refusal;
  if (ownWords) return message;
  return (
    translate(`${code}.${reason}`, locale, details) ?? translate(reason, locale, details) ?? message
  );
}

const INTERNAL = new Refusal('internal', 'internal', 'Something went wrong on the server');

/** What the caller may know of an error: a Refusal as it is, anything else without its insides. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return isDatabaseAway(error) ? databaseAway() : INTERNAL;
}

const databaseAway = () =>
  new Refusal(
    'unavailable',
    'database_away',
    'The database can’t be reached; try again shortly',
    {},
    { retryAfter: 2 },
  );

/** Writes the error envelope (F-API-006). Does nothing once an answer has begun but cut it off. */
export function sendRefusal(
  res: ServerResponse,
  refusal: Refusal,
  client: Client,
  say: { locale: Locale; translate: Translate },
): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { code, reason, details } = refusal;
  const message = sentenceOf(refusal, say.locale, say.translate);
  if (refusal.retryAfter !== undefined)
    res.setHeader('Retry-After', Math.max(1, Math.ceil(refusal.retryAfter)));
  if (code === 'unauthorized') res.setHeader('WWW-Authenticate', 'Bearer');
  sendJson(res, refusal.status, {
    success: false,
    error: { code, reason, message, details: { reason, ...details } },
    trace_id: client.traceId,
    request_id: client.requestId,
  });
}

/** Writes what a route's handler returned; an undefined result is 204. */
export async function sendResult(
  req: IncomingMessage,
  res: ServerResponse,
  result: Reply | object | undefined,
): Promise<void> {
  const reply =
    result instanceof Reply ? result : new Reply(result === undefined ? 204 : 200, result);
  if (reply instanceof HttpReply) {
    for (const [name, value] of Object.entries(reply.headers)) res.setHeader(name, value);
  }
  if (reply.body === undefined || reply.body === null) {
    res.writeHead(reply.status);
    res.end();
  } else if (reply.body instanceof Readable) {
    await sendStream(req, res, reply.status, reply.body);
  } else if (typeof reply.body === 'string' || Buffer.isBuffer(reply.body)) {
    res.setHeader('Content-Length', Buffer.byteLength(reply.body));
    res.writeHead(reply.status);
    res.end(reply.body);
  } else {
    sendJson(res, reply.status, reply.body);
  }
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  if (!res.hasHeader('Content-Type'))
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
  if (!res.hasHeader('Cache-Control')) res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.writeHead(status);
  res.end(text);
}

/** A client that leaves is no error; the source is destroyed with it. */
async function sendStream(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  body: Readable,
): Promise<void> {
  res.writeHead(status);
  res.flushHeaders();
  try {
    await pipeline(body, res);
  } catch (error) {
    if (!req.socket.destroyed && !res.destroyed) throw error;
  }
}
