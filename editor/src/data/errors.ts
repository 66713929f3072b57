import type { GateRefusal } from './gates.ts';

/** The platform answered, and the answer is no (F-API-006). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly traceId: string | undefined;
  /** Seconds until a repeated call makes sense. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: unknown, retryAfter?: number) {
    const { error, trace_id: traceId } = envelopeOf(body);
    super(error.message ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = error.code ?? 'internal';
    this.reason = error.reason ?? error.code ?? 'internal';
    this.details = error.details ?? {};
    this.traceId = traceId;
    this.retryAfter = retryAfter;
  }

  /** The gates that refused, when gates refused. */
  get gates(): readonly GateRefusal[] {
    return Array.isArray(this.details.gates) ? (this.details.gates as GateRefusal[]) : [];
  }
}

/** The platform did not answer: no network, or it is being restarted. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super('offline', { cause });
    this.name = 'OfflineError';
  }
}

interface Envelope {
  error: { code?: string; reason?: string; message?: string; details?: Record<string, unknown> };
  trace_id?: string;
}

function envelopeOf(body: unknown): Envelope {
  if (typeof body === 'object' && body !== null && 'error' in body) {
    const { error } = body;
    if (typeof error === 'object' && error !== null) return body as Envelope;
  }
  return { error: {} };
}
