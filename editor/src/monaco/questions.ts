import type { Question } from './rule-service.ts';

/**
 * Questions in the order they came. Between two of them the thread listens, so that one which
 * nobody waits for any more is never worked on.
 */
export class Questions {
  readonly #waiting = new Map<number, Question>();
  readonly #answer: (question: Question) => boolean;
  readonly #later: (next: () => void) => void;
  #planned = false;

  /**
   * @param answer false when there is more to do: the others come first, then it is asked again
   * @param later calls back after everything that has come in by then
   */
  constructor(answer: (question: Question) => boolean, later: (next: () => void) => void) {
    this.#answer = answer;
    this.#later = later;
  }

  add(question: Question): void {
    this.#waiting.set(question.id, question);
    this.#plan();
  }

  cancel(id: number): void {
    this.#waiting.delete(id);
  }

  #plan(): void {
    if (this.#planned || this.#waiting.size === 0) return;
    this.#planned = true;
    this.#later(() => {
      this.#planned = false;
      const [first] = this.#waiting.values();
      if (first === undefined) return;
      this.#waiting.delete(first.id);
      if (!this.#answer(first)) this.#waiting.set(first.id, first);
      this.#plan();
    });
  }
}
