import { BLOCK_CODES } from './codes/blocks.ts';
import type { CodeEntry } from './codes/entry.ts';
import { FAULT_CODES } from './codes/faults.ts';
import { MEANING_CODES } from './codes/meaning.ts';
import { NAME_CODES } from './codes/names.ts';
import { TEXT_CODES } from './codes/text.ts';
import { TYPE_CODES } from './codes/types.ts';
import { VALUE_CODES } from './codes/values.ts';

export type { CodeEntry, Severity } from './codes/entry.ts';

/**
 * Every diagnostic of the language: one table, with a file for each group of codes. Codes are stable: an
 * entry may be reworded, but a code is never given to another meaning. `{name}` in a template is filled by
 * the reporter.
 *
 * Q1 text and syntax, Q2 names, Q3 types and units, Q4 missing values and faults,
 * Q5 blocks, Q6 what rules mean together (see `deep`), Q9 faults while a rule runs.
 */
export const CODES = {
  ...TEXT_CODES,
  ...NAME_CODES,
  ...TYPE_CODES,
  ...VALUE_CODES,
  ...BLOCK_CODES,
  ...MEANING_CODES,
  ...FAULT_CODES,
} as const satisfies Record<string, CodeEntry>;

export type CodeName = keyof typeof CODES;
