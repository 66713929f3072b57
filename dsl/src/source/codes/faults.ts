import { type CodeEntry, error } from './entry.ts';

/** Faults while a rule runs. */
export const FAULT_CODES = {
  missingValue: error('Q9001', 'a value is missing: {text}'),
  divisionByZero: error('Q9002', 'division by zero: {text}'),
  outOfRange: error('Q9003', 'the result is out of range: {text}'),
  wrongData: error('Q9004', 'the data is not {expected}: {text}'),
  functionFailed: error('Q9005', 'the function gave no answer: {text}'),
} as const satisfies Record<string, CodeEntry>;
