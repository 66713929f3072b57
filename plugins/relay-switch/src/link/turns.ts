/** Something of higher rank made this pointless before its turn came. */
export class Overtaken extends Error {
  constructor() {
    super('something of higher rank came first');
    this.name = 'Overtaken';
  }
}

interface Work {
  readonly names: readonly string[];
  readonly rank: number;
  readonly begin: () => void;
  readonly drop: () => void;
}

/**
 * Names on which work is done one after another, and side by side with the work on other names. What has
 * not begun gives way to work of higher rank on one of its names.
 */
export class Turns {
  #waiting: readonly Work[] = [];
  readonly #busy = new Set<Work>();

  /** @throws Overtaken when it gave way; whatever the work throws */
  take<T>(names: readonly string[], rank: number, work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const mine: Work = {
      names,
      rank,
      begin: () => {
        this.#busy.add(mine);
        const done = (async () => work())();
        const next = () => {
          this.#busy.delete(mine);
          this.#start();
        };
        done.then(next, next);
        resolve(done);
      },
      drop: () => reject(new Overtaken()),
    };
    const [pointless, others] = split(
      this.#waiting,
      (other) => other.rank < rank && meet(other, mine),
    );
    for (const { drop } of pointless) drop();
    this.#waiting = [...others, mine];
    this.#start();
    return promise;
  }

  #start(): void {
    const [ready, waiting] = split(this.#waiting, (work, before) =>
      [...this.#busy, ...before].every((other) => !meet(other, work)),
    );
    this.#waiting = waiting;
    for (const { begin } of ready) begin();
  }
}

const meet = (one: Work, other: Work): boolean =>
  one.names.some((name) => other.names.includes(name));

/** Those that fit and those that don't. @param fits also gets all that stand before an item */
function split(
  works: readonly Work[],
  fits: (work: Work, before: readonly Work[]) => boolean,
): [Work[], Work[]] {
  const yes: Work[] = [];
  const no: Work[] = [];
  for (const [at, work] of works.entries()) (fits(work, works.slice(0, at)) ? yes : no).push(work);
  return [yes, no];
}
