import { conflict, invalid, type Refusal } from '../api/errors.ts';
import type { RecordDef } from '../api/records.ts';

interface PgError {
  readonly code: string;
  readonly constraint?: string;
  readonly column?: string;
  readonly message: string;
}

const isPgError = (error: unknown): error is PgError =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'string';

/** What the database refused, as an answer to the caller; anything else stays the error it was. */
export function asRefusal(record: RecordDef, action: 'write' | 'remove', error: unknown): unknown {
  if (!isPgError(error)) return error;
  const refusal = refusalFor(record, action, error);
  return refusal ?? error;
}

function refusalFor(record: RecordDef, action: 'write' | 'remove', error: PgError): Refusal | null {
  const details = { record: record.name, constraint: error.constraint ?? null };
  switch (error.code) {
    case '23505':
      return conflict('already_exists', `${record.name} with this key exists already`, details);
    case '23503':
      return action === 'remove'
        ? conflict('still_referenced', `${record.name} is still referred to`, details)
        : invalid('unknown_reference', `${record.name} refers to what doesn't exist`, details);
    case '23514':
      return invalid('check_failed', `${record.name}: ${error.constraint} does not hold`, details);
    case '23502':
      return invalid('required', `${record.name}: ${error.column} is missing`, {
        record: record.name,
        field: error.column ?? null,
      });
    case '22003':
      return invalid('out_of_range', `${record.name}: ${error.message}`, details);
    default:
      return null;
  }
}
