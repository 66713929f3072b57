/** The part of Node-RED's interface that these nodes use. */
export interface Message {
  _msgid?: string;
  topic?: unknown;
  payload?: unknown;
  [key: string]: unknown;
}

export interface RedNode {
  id: string;
  name?: string;
  credentials?: Record<string, string | undefined>;
  on(
    event: 'input',
    handler: (msg: Message, send: (msg: unknown) => void, done: (error?: Error) => void) => void,
  ): void;
  on(event: 'close', handler: (done: () => void) => void): void;
  send(msg: unknown): void;
  status(status: { fill?: string; shape?: string; text?: string }): void;
  error(message: string, msg?: Message): void;
  warn(message: string): void;
  context(): { get(key: string): unknown; set(key: string, value: unknown): void };
}

export interface HttpRequest {
  params: Record<string, string>;
}
export interface HttpResponse {
  status(code: number): HttpResponse;
  json(body: unknown): void;
}

export interface Red {
  nodes: {
    createNode(node: RedNode, config: Record<string, unknown>): void;
    registerType(name: string, make: unknown, options?: Record<string, unknown>): void;
    getNode(id: string): unknown;
  };
  auth: { needsPermission(permission: string): unknown };
  httpAdmin: {
    get(path: string, guard: unknown, handler: (req: HttpRequest, res: HttpResponse) => void): void;
  };
  _(key: string, values?: Record<string, unknown>): string;
}
