import { present, type Type } from '../types/type.ts';

/** Records may hold records; a fixture stops here, with what is below left empty. */
const DEPTH = 5;

/**
 * The plain value a test assumes where it gives none: 0, empty, false, the first enum value, and
 * missing where a value may be missing.
 * @param moment what dates and instants are: the time the test plays at
 */
export function fixtureOf(type: Type, moment: Date, depth = 0): unknown {
  switch (type.kind) {
    case 'quantity':
      return 0;
    case 'bool':
      return false;
    case 'text':
      return '';
    case 'enum':
      return type.values[0] ?? null;
    case 'date':
      return moment.toISOString().slice(0, 10);
    case 'time':
      return '00:00';
    case 'instant':
      return moment;
    case 'list':
      return [];
    case 'record': {
      const made: Record<string, unknown> = {};
      if (depth >= DEPTH) return made;
      for (const [name, field] of type.fields) made[name] = fixtureOf(field, moment, depth + 1);
      return made;
    }
    default:
      return null;
  }
}

/** A record laid over its fixture: fields that are given win, at every depth. */
export function overlay(fixture: unknown, given: unknown, type: Type, moment: Date): unknown {
  const plain = present(type);
  if (plain.kind === 'list' && Array.isArray(given)) {
    return given.map((item) =>
      overlay(fixtureOf(present(plain.of), moment), item, plain.of, moment),
    );
  }
  if (plain.kind !== 'record' || typeof given !== 'object' || given === null) return given;
  const base = typeof fixture === 'object' && fixture !== null ? fixture : fixtureOf(plain, moment);
  const made: Record<string, unknown> = { ...(base as object) };
  for (const [name, value] of Object.entries(given)) {
    const field = plain.fields.get(name);
    made[name] = field === undefined ? value : overlay(made[name], value, field, moment);
  }
  return made;
}
