import type { Locale } from '../api/locale.ts';
import type { Actor, Reply } from '../api/operations.ts';
import { Reply as PlainReply } from '../api/operations.ts';

export type { Locale };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** JSON Schema 2020-12 as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface ParameterDoc {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path';
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

export interface ResponseDoc {
  readonly description: string;
  readonly schema?: JsonSchema;
  /** `application/json` unless said. */
  readonly contentType?: string;
}

export interface RouteDoc {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly operationId: string;
  /** Path parameters are described by themselves; name them here only to say more. */
  readonly parameters?: readonly ParameterDoc[];
  readonly requestBody?: JsonSchema;
  /** `application/json` unless said. */
  readonly requestContentType?: string;
  /** By status; the errors every route may answer are added. */
  readonly responses: Readonly<Record<string, ResponseDoc>>;
  /** Checked before the handler when `access` is 'user': '*' is any signed-in user. */
  readonly roles: readonly string[] | '*';
}

/** One route under `/api/v1`. */
export interface RouteDef {
  readonly method: Method;
  /** `/packages/:id`. */
  readonly path: string;
  readonly access: 'public' | 'user';
  /** The body stays bytes (`rawBody`); `body` is undefined. */
  readonly raw?: boolean;
  /** Bytes; 1 MiB unless said. */
  readonly bodyLimit?: number;
  /** Bucket of requests per minute; 'user' unless said. Public routes are counted by address. */
  readonly rateLimit?: 'user' | 'check' | 'none';
  /** Gives way to another route with the same method and path (generic reads). */
  readonly fallback?: boolean;
  readonly openapi: RouteDoc;
  handle(request: RouteRequest): Promise<Reply | object | undefined>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  /** A repeated key keeps its last value. */
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON (undefined without a body or with `raw`). */
  readonly body: unknown;
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip: string;
  /** True when the caller's own connection is encrypted (also by a trusted proxy). */
  readonly secure: boolean;
  /** The caller is on this machine and no proxy stands between. */
  readonly local: boolean;
  readonly actor: Actor | null;
  readonly traceId: string;
  readonly locale: Locale;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /**
   * The caller with the roles of this moment, null when the credentials hold no more; long answers
   * (streams) ask from time to time.
   */
  currentActor(): Promise<Actor | null>;
}

/** An answer that isn't plain JSON or carries headers: text, bytes or a stream. */
export class HttpReply extends PlainReply {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;

  /** @param body object (JSON), string, Buffer, or Readable; give a Content-Type for the last three */
  constructor(
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string | readonly string[]>> = {},
  ) {
    super(status, body);
    this.headers = headers;
  }
}
