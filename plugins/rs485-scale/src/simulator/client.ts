import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Action, Answer, SimulatedState } from './commands.ts';

/** The simulator said no: `error` is its reason. */
export class SimulatorRefusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'SimulatorRefusal';
  }
}

export interface SimulatorClient {
  /**
   * Does something to a scale and answers with its state afterwards.
   * @throws SimulatorRefusal where the indicator or the simulator refuses; Error when it is gone.
   */
  act(scale: string, action: Action): Promise<SimulatedState>;
  close(): void;
}

const ANSWER_MS = 5000;

/** Connects to the control port of a running simulator. @throws Error when nothing listens there. */
export async function connectSimulator(port: number, host = '127.0.0.1'): Promise<SimulatorClient> {
  const socket = connect({ port, host, noDelay: true });
  await once(socket, 'connect');
  const waiting: { settle(answer: Answer | undefined): void }[] = [];
  const gone = () => {
    for (const { settle } of waiting.splice(0)) settle(undefined);
  };
  socket.on('error', gone).on('close', gone);
  createInterface({ input: socket })
    .on('line', (line) => waiting.shift()?.settle(JSON.parse(line) as Answer))
    .on('error', gone);
  return {
    async act(scale, action) {
      const answered = new Promise<Answer | undefined>((settle) => waiting.push({ settle }));
      const timer = setTimeout(() => socket.destroy(), ANSWER_MS);
      if (socket.destroyed) gone();
      else socket.write(`${JSON.stringify({ scale, ...action })}\n`);
      const answer = await answered.finally(() => clearTimeout(timer));
      if (!answer) throw new Error('the simulator is gone');
      if (!answer.ok) throw new SimulatorRefusal(answer.error);
      return answer.state;
    },
    close: () => socket.destroy(),
  };
}
