import type { CommandAnswer, DeviceCommand } from '../../api/links.ts';
import type { ToWorker } from './messages.ts';

interface Waiting {
  readonly answer: PromiseWithResolvers<CommandAnswer>;
  readonly stillWanted: DeviceCommand['stillWanted'];
}

/** Commands that wait for the driver's answer. */
export class Calls {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #ended = false;

  open(stillWanted?: DeviceCommand['stillWanted']): {
    call: number;
    answer: Promise<CommandAnswer>;
  } {
    const call = ++this.#last;
    const answer = Promise.withResolvers<CommandAnswer>();
    this.#waiting.set(call, { answer, stillWanted });
    if (this.#ended) this.end();
    return { call, answer: answer.promise };
  }

  answer(call: number, answer: CommandAnswer): void {
    this.#waiting.get(call)?.answer.resolve(answer);
    this.#waiting.delete(call);
  }

  /** The driver asks whether a command is still wanted; one that nobody waits for is not. Never throws. */
  async ask(call: number): Promise<ToWorker> {
    const waiting = this.#waiting.get(call);
    try {
      const wanted = waiting !== undefined && ((await waiting.stillWanted?.()) ?? true);
      return { kind: 'told', call, wanted };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      return { kind: 'told', call, wanted: false, fault };
    }
  }

  end(): void {
    this.#ended = true;
    for (const { answer } of this.#waiting.values())
      answer.reject(new Error('the driver has ended'));
    this.#waiting.clear();
  }
}
