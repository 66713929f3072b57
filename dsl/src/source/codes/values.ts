import { type CodeEntry, error, warning } from './entry.ts';

/** Missing values and faults that a guard is asked for. */
export const VALUE_CODES = {
  missingUnguarded: error(
    'Q4001',
    '`{text}` may be missing here',
    'ask `{text} is present and …` before, or give a value with `{text} ?? …`',
  ),
  divisionUnguarded: error(
    'Q4002',
    '`{text}` may be 0 here',
    'ask `if {text} > 0 …` before, or give a value with `… ?? …`',
  ),
  alwaysPresent: warning('Q4003', '`{text}` always has a value'),
  badStep: error('Q4004', 'the step must be a number greater than 0'),
  resultMissing: error(
    'Q4005',
    '`{name}` may be missing, but is declared as {type}',
    'with `?` after the type, what can’t be computed is listed as not computed',
  ),
  rowMissing: warning(
    'Q4006',
    '`{text}` may be missing: then there is no row',
    'what has no row is not listed at all',
  ),
} as const satisfies Record<string, CodeEntry>;
