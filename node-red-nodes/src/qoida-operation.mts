import { call, QoidaRefusal, type ServerAddress } from './client.mts';
import type { ServerNode } from './qoida-server.mts';
import type { Message, Red, RedNode } from './red.mts';

const TRIES = 5;

/**
 * Runs an operation of the platform with `msg.payload` as its input. What is done leaves at the first
 * output, a refusal (a gate, a missing right, wrong input) at the second, and what was taken but is not
 * done yet, because people have to agree first, at the third. A call that nobody answered is repeated
 * under the same key, so that it is done once.
 */
export default function register(RED: Red): void {
  function QoidaOperation(this: RedNode, config: Record<string, unknown>) {
    RED.nodes.createNode(this, config);
    const server = RED.nodes.getNode(String(config.server ?? '')) as ServerNode | null;
    const stop = new AbortController();
    this.on('input', (msg, send, done) => {
      const address = server?.address();
      const operation = String(msg.operation ?? config.operation ?? '').trim();
      if (address === undefined || operation === '') {
        const key = address === undefined ? 'no_server' : 'no_operation';
        this.status({ fill: 'red', shape: 'ring', text: RED._(`qoida-operation.status.${key}`) });
        done(new Error(RED._(`qoida-operation.status.${key}`)));
        return;
      }
      this.status({ fill: 'blue', shape: 'dot', text: operation });
      const input = { ...fixedInput(config.input), ...objectOf(msg.payload) };
      const key = String(msg.idempotencyKey ?? `${this.id}:${msg._msgid ?? ''}`);
      run(address, operation, input, {
        key,
        check: config.check === true,
        signal: stop.signal,
      }).then(
        (answer) => {
          const output = outputOf(answer, config.check === true);
          this.status({ ...LOOKS[output], text: operation });
          const outputs: (Message | null)[] = [null, null, null];
          outputs[output] = { ...msg, payload: answer.body, statusCode: answer.status };
          send(outputs);
          done();
        },
        (error: Error) => {
          this.status({ fill: 'red', shape: 'dot', text: error.message.slice(0, 60) });
          if (!(error instanceof QoidaRefusal)) return done(error);
          send([null, refused(msg, error), null]);
          done();
        },
      );
    });
    this.on('close', (done) => {
      stop.abort();
      done();
    });
  }
  RED.nodes.registerType('qoida-operation', QoidaOperation);
}

const DONE = 0;
const REFUSED = 1;
const WAITS = 2;
const LOOKS = [
  { fill: 'green', shape: 'dot' },
  { fill: 'red', shape: 'dot' },
  { fill: 'yellow', shape: 'ring' },
];

/** At which output an answer leaves: 202 means taken, not done; who only asked is told by the answer. */
function outputOf({ status, body }: { status: number; body: unknown }, check: boolean): number {
  if (!check) return status === 202 ? WAITS : DONE;
  const { allowed, approval = null } = body as { allowed?: boolean; approval?: object | null };
  if (allowed !== true) return REFUSED;
  return approval === null ? DONE : WAITS;
}

interface RunOptions {
  readonly key: string;
  readonly check: boolean;
  readonly signal: AbortSignal;
}

async function run(server: ServerAddress, operation: string, input: object, options: RunOptions) {
  const path = `/operations/${encodeURIComponent(operation)}${options.check ? '/check' : ''}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(server, 'POST', path, {
        body: input,
        idempotencyKey: options.key,
        signal: options.signal,
      });
    } catch (error) {
      const final = error instanceof QoidaRefusal && error.status < 500 && error.status !== 429;
      if (final || attempt >= TRIES || options.signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
}

function refused(msg: Message, error: QoidaRefusal): Message {
  const { code, reason, message, details, status, traceId } = error;
  return {
    ...msg,
    payload: { code, reason, message, details, trace_id: traceId },
    statusCode: status,
  };
}

function objectOf(payload: unknown): object {
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return payload;
  return {};
}

/** The fixed part of the input, JSON in the node's settings. */
function fixedInput(text: unknown): object {
  if (typeof text !== 'string' || text.trim() === '') return {};
  return objectOf(JSON.parse(text));
}
