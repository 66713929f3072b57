import type { ToWorker } from './messages.ts';

type Told = Extract<ToWorker, { kind: 'told' }>;

/** Questions of a driver that the platform has not answered yet, by the call that they are about. */
export class Questions {
  readonly #open = new Map<number, PromiseWithResolvers<boolean>>();
  readonly #send: (call: number) => void;

  constructor(send: (call: number) => void) {
    this.#send = send;
  }

  /** @throws Error when it could not be told */
  ask(call: number): Promise<boolean> {
    const asked = this.#open.get(call);
    if (asked !== undefined) return asked.promise;
    const question = Promise.withResolvers<boolean>();
    this.#open.set(call, question);
    this.#send(call);
    return question.promise;
  }

  tell({ call, wanted, fault }: Told): void {
    const question = this.#open.get(call);
    this.#open.delete(call);
    if (fault === undefined) question?.resolve(wanted);
    else question?.reject(new Error(fault));
  }
}
