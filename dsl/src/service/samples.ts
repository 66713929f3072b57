import { KEYWORDS, type LanguageTag } from '../language/keywords.ts';
import { mayBeMissing, type Type } from '../types/type.ts';
import { written } from './code-action.ts';

/** Deeper records are left empty: they may lead back to themselves. */
const DEEPEST = 2;

/** A value of a type, as somebody begins with it: 0, an empty text, the first of several words. */
export function sampleOf(type: Type, language: LanguageTag, depth = 0): string {
  const words = KEYWORDS[language];
  switch (type.kind) {
    case 'quantity':
      return quantityText(0, type.unit.text);
    case 'text':
      return '""';
    case 'bool':
      return words.false;
    case 'enum':
      return written(type.values[0] ?? '', language);
    case 'list':
      return '[]';
    case 'date':
      return '2025-01-15';
    case 'time':
      return '12:00';
    case 'instant':
      return '2025-01-15T12:00Z';
    case 'record': {
      const fields = [...type.fields].filter(([, field]) => !mayBeMissing(field));
      if (depth >= DEEPEST || fields.length === 0) return '{}';
      const all = fields.map(
        ([name, field]) => `${written(name, language)}: ${sampleOf(field, language, depth + 1)}`,
      );
      return `{ ${all.join(', ')} }`;
    }
    default:
      return words.missing;
  }
}

/** Plain data, as it comes in and goes out, as a literal of the language; undefined where there is none. */
export function literalOf(value: unknown, type: Type, language: LanguageTag): string | undefined {
  if (value === null) return KEYWORDS[language].missing;
  if (typeof value === 'boolean') return KEYWORDS[language][value ? 'true' : 'false'];
  if (typeof value === 'number' && type.kind === 'quantity')
    return quantityText(value, type.unit.text);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return undefined;
  if (type.kind === 'text') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  return type.kind === 'enum' ? written(value, language) : value;
}

/** `5 kg`, `3%`, `2`; undefined for what has no plain digits. */
export function quantityText(value: number, unit: string): string {
  const digits = String(Number(value.toPrecision(12)));
  return unit === '%' ? `${digits}%` : `${digits} ${unit}`.trimEnd();
}
