import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Answer, Order } from './types.ts';

export type { BoardState, Order, Ready, SimulatorConfig, SwitchState } from './types.ts';

export interface SimulatorClient {
  /** Does something to a played device and answers with its state. @throws Error with the simulator's reason */
  act<S>(order: Order): Promise<S>;
  close(): void;
}

/** Connects to the control port of a running simulator. @throws Error when nothing listens there */
export async function connectSimulator(port: number, host = '127.0.0.1'): Promise<SimulatorClient> {
  const socket = connect({ port, host, noDelay: true });
  await once(socket, 'connect');
  const waiting: PromiseWithResolvers<unknown>[] = [];
  const gone = () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the simulator is gone'));
  };
  socket.on('error', gone).on('close', gone);
  createInterface({ input: socket })
    .on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)))
    .on('error', gone);
  return {
    async act<S>(order: Order): Promise<S> {
      const answered = Promise.withResolvers<unknown>();
      waiting.push(answered);
      if (socket.destroyed) gone();
      else socket.write(`${JSON.stringify(order)}\n`);
      const answer = (await answered.promise) as Answer;
      if (!answer.ok) throw new Error(answer.error);
      return answer.state as S;
    },
    close: () => socket.destroy(),
  };
}
