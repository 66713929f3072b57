import { Refusal } from '../api/errors.ts';

/**
 * Lets costly work in a few at a time, in the order it came.
 * @returns runs work in its turn; it throws Refusal unavailable overloaded when too many wait already
 */
export function turns(most: {
  readonly atOnce: number;
  readonly waiting: number;
}): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < most.atOnce) running += 1;
    else {
      if (waiting.length >= most.waiting) throw overloaded();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

const overloaded = () =>
  new Refusal('unavailable', 'overloaded', 'Too many sign-ins at once', {}, { retryAfter: 2 });
