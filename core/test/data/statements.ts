import pg from 'pg';

export interface Counted {
  /** Statements that went to the database. */
  readonly sent: number;
  /** Those of them before which all others of the connection were answered: a round trip each. */
  readonly waits: number;
  readonly texts: readonly string[];
}

export interface Statements {
  /** What `work` sends; nothing else may run meanwhile. */
  during(work: () => Promise<unknown>): Promise<Counted>;
  stop(): void;
}

/** Counts the statements of this process: figures that don't depend on how busy the machine is. */
export function watchStatements(): Statements {
  const { query } = pg.Client.prototype;
  const under = new WeakMap<object, number>();
  let texts: string[] | null = null;
  let waits = 0;
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const answer = (query as (...all: unknown[]) => unknown).apply(this, given);
    const open = under.get(this) ?? 0;
    const [first] = given as [string | { text?: string }];
    if (texts !== null) {
      texts.push((typeof first === 'string' ? first : (first.text ?? '')).trim());
      if (open === 0) waits += 1;
    }
    if (answer instanceof Promise) {
      under.set(this, open + 1);
      const answered = () => void under.set(this, (under.get(this) ?? 1) - 1);
      answer.then(answered, answered);
    }
    return answer;
  } as typeof query;
  return {
    async during(work) {
      texts = [];
      waits = 0;
      await work();
      const counted = { sent: texts.length, waits, texts };
      texts = null;
      return counted;
    },
    stop() {
      pg.Client.prototype.query = query;
    },
  };
}
