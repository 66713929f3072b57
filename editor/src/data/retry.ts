const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/** Milliseconds before the n-th retry: doubling, bounded, spread so that all screens don't return at once. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const step = Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS);
  return step * (0.75 + random() * 0.5);
}
