import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

/** A body that is ready to be sent: made and signed before the clock runs. */
export interface SignedBody {
  readonly code: string;
  readonly body: Buffer;
  readonly signature: string;
}

export function sign(code: string, secret: string, events: readonly object[]): SignedBody {
  const body = Buffer.from(JSON.stringify({ events }));
  return { code, body, signature: createHmac('sha256', secret).update(body).digest('hex') };
}

/** Posts signed bodies over kept connections, as gateways do. */
export class DoorClient {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: string, connections: number) {
    this.#url = new URL('/api/v1/ingest/scale-events', url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Settles when the answer says that all is stored. @throws Error with any other answer */
  post({ code, body, signature }: SignedBody): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-device-id': code,
        'x-signature': signature,
      };
      const call = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          if (answer.statusCode === 201) resolve();
          else reject(new Error(`${answer.statusCode} ${Buffer.concat(chunks)}`));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
