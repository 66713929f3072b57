import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './handle.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

const QUIET = new Set(['static', '/health', '/ready', '/metrics']);
/** Shown for an answer that the client didn't wait for. */
const CLIENT_LEFT = 499;
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** One log line and one measurement for a finished request (F-TEL-01, F-TEL-10). */
export function noteExchange(
  req: IncomingMessage,
  res: ServerResponse,
  exchange: Exchange,
  sinks: { log: Log; metrics: Metrics },
): void {
  const seconds = (performance.now() - exchange.startedAt) / 1000;
  const status = res.writableFinished ? res.statusCode : CLIENT_LEFT;
  const method = KNOWN_METHODS.has(req.method ?? '') ? (req.method ?? '') : 'other';
  sinks.metrics.requests.observe(
    { route: exchange.route, method, status: String(status) },
    seconds,
  );
  const { client, actor, params, refusal } = exchange;
  if (refusal !== null) sinks.metrics.errors.inc({ code: refusal.code });
  const fields = {
    trace_id: client.traceId,
    request_id: client.requestId,
    user: actor?.name,
    method,
    route: exchange.route,
    object_id: params.id,
    status,
    duration_ms: Math.round(seconds * 1000),
    error_code: refusal?.code,
    reason: refusal?.reason,
    ip: client.ip,
  };
  if (status >= 500) sinks.log.error(fields, 'request');
  else if (QUIET.has(exchange.route)) sinks.log.debug(fields, 'request');
  else sinks.log.info(fields, 'request');
}
