/** General codes of the API (F-API-006, F-ENM-25) and the HTTP status of each (F-API-007). */
export const STATUS_OF = {
  bad_request: 400,
  validation_error: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  gate_blocked: 409,
  business_conflict: 409,
  rate_limited: 429,
  too_large: 413,
  unavailable: 503,
  timeout: 504,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof STATUS_OF;

/**
 * A refusal with a general code, a specific reason, a sentence and its figures.
 * It is an answer, not a crash: it reaches the caller as the error envelope.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Seconds after which a repeated call makes sense (429, 503). */
  readonly retryAfter?: number;
  /** The message is what a rule says, in the caller's language: no sentence of the reason takes its place. */
  readonly ownWords: boolean;

  constructor(
    code: ErrorCode,
    reason: string,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options: { retryAfter?: number; cause?: unknown; ownWords?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.ownWords = options.ownWords ?? false;
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }

  get status(): number {
    return STATUS_OF[this.code];
  }
}

/** 409 with a reason of the plant (`insufficient_stock`, `workcenter_busy` …). The message key is the reason. */
export const conflict = (reason: string, message: string, details?: Record<string, unknown>) =>
  new Refusal('business_conflict', reason, message, details);
export const invalid = (reason: string, message: string, details?: Record<string, unknown>) =>
  new Refusal('validation_error', reason, message, details);
export const notFound = (what: string, value: string) =>
  new Refusal('not_found', 'not_found', `No ${what} "${value}"`, { what, value });
export const forbidden = (reason: string, message: string, details?: Record<string, unknown>) =>
  new Refusal('forbidden', reason, message, details);
