import type { Approval } from './approvals.ts';
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

/** The platform took it, and others have to agree before it is done (202): nothing has happened yet. */
export class WaitingError extends Error {
  readonly approval: Approval;

  constructor(approval: Approval) {
    super(approval.needed);
    this.name = 'WaitingError';
    this.approval = approval;
  }
}

/** An operation that waits for approval; drafts that wait as objects (a package) are answers of their own. */
export function waitingOf(status: number, body: unknown): Approval | undefined {
  if (status !== 202 || typeof body !== 'object' || body === null) return undefined;
  const { pending_approval: pending, kind } = body as {
    pending_approval?: unknown;
    kind?: unknown;
  };
  return pending === true && kind === 'operation' ? (body as Approval) : undefined;
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
