import type { FieldSpec } from './fields.ts';

/** The number that a text says in decimal digits; NaN for every other form: '', ' 1', '0x1', '1e3', 'Infinity'. */
export const decimalOf = (text: string): number =>
  /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;

/**
 * Values of a query or a path are texts: numbers and flags get their type, and what is none stays text for
 * the validator to name.
 * @param fields declared fields by name; what isn't declared stays as it is
 */
export function fromTexts(
  fields: Readonly<Record<string, FieldSpec>>,
  texts: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => {
      const kind = Object.hasOwn(fields, name) ? fields[name]?.kind : undefined;
      return [name, typeof value === 'string' ? typed(kind, value) : value];
    }),
  );
}

function typed(kind: FieldSpec['kind'] | undefined, text: string): unknown {
  switch (kind) {
    case 'number':
    case 'integer':
    case 'quantity':
    case 'money': {
      const number = decimalOf(text);
      return Number.isFinite(number) ? number : text;
    }
    case 'flag':
      if (text === 'true' || text === '1') return true;
      return text === 'false' || text === '0' ? false : text;
    default:
      return text;
  }
}
