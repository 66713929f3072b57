import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { anyExpression } from './expressions.ts';
import { anyFacts } from './facts.ts';
import type { Facts } from './units.ts';

/** Plays a run again. */
export const SEED = Number(process.env.QOIDA_TEST_SEED ?? randomInt(2 ** 31));

/** How many facts each expression is asked about. */
export const FACTS_EACH = 20;
const POOL = 2_000;

export const expressions = (count: number): readonly string[] =>
  fc.sample(anyExpression, { numRuns: count, seed: SEED });

export const pool = (): readonly Facts[] => fc.sample(anyFacts, { numRuns: POOL, seed: SEED + 1 });

/** Where in the pool the facts of an expression begin. */
export const firstFactOf = (expression: number): number =>
  (expression * 7 * FACTS_EACH) % (POOL - FACTS_EACH);
