import type { Type } from '../types/type.ts';
import { fromBase, isCurrency } from '../types/units.ts';
import type { Value } from './border.ts';
import { DAY_MS, formatDate, formatTime, zoneOffset } from './calendar.ts';
import { Fault, faultText } from './fault.ts';

/** How a missing value is shown. */
export const DASH = '—';

const YES_NO: Readonly<Record<string, readonly [string, string]>> = {
  en: ['yes', 'no'],
  uz: ['ha', 'yo‘q'],
  ru: ['да', 'нет'],
};

/** The number of decimals a step has: 3 for 0.001. */
function decimalsOf(step: number): number {
  for (let n = 0; n <= 9; n++) {
    const scaled = step * 10 ** n;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-9 * 10 ** n && Math.round(scaled) > 0) return n;
  }
  return 9;
}

/** A number without noise in the last bits and without needless zeros; never in exponents below 1e15. */
function plainNumber(value: number, decimals: number | undefined): string {
  const rounded =
    decimals === undefined
      ? Number(value.toPrecision(12))
      : Number(Math.abs(value) < 1e12 ? value.toFixed(decimals) : value.toPrecision(15));
  return String(rounded === 0 ? 0 : rounded);
}

/**
 * A value as a person reads it: `37.1 kg`, `2025-08-28 10:14`, `yes`, `—`.
 * Numbers are written with a point in every language, as the plant's displays write them.
 */
export function formatValue(value: Value, type: Type, language: string, zone: string): string {
  if (value === null) return DASH;
  if (value instanceof Fault) return faultText(value, language);
  switch (type.kind) {
    case 'optional':
      return formatValue(value, type.of, language, zone);
    case 'quantity': {
      if (typeof value !== 'number') return String(value);
      const { unit, resolution } = type;
      const step = resolution === undefined ? undefined : fromBase(resolution, unit);
      const money = isCurrency(type.dimension) ? 2 : undefined;
      const decimals = step === undefined ? money : decimalsOf(step);
      const text = plainNumber(fromBase(value, unit), decimals);
      if (unit.text === '') return text;
      return unit.text === '%' ? `${text}%` : `${text} ${unit.text}`;
    }
    case 'bool': {
      const [yes, no] = (Object.hasOwn(YES_NO, language) ? YES_NO[language] : undefined) ?? [
        'yes',
        'no',
      ];
      return value === true ? yes : no;
    }
    case 'date':
      return formatDate(value as number);
    case 'time':
      return formatTime(value as number);
    case 'instant':
      return formatInstant(value as number, zone);
    case 'list':
      return formatList(value as readonly Value[], type.of, language, zone);
    case 'record':
      return formatRecord(value);
    case 'dynamic':
      return formatDynamic(value, language, zone);
    default:
      return String(value);
  }
}

function formatInstant(ms: number, zone: string): string {
  const local = ms + zoneOffset(ms, zone);
  const day = Math.floor(local / DAY_MS);
  return `${formatDate(day)} ${formatTime(local - day * DAY_MS)}`;
}

const SHOWN = 5;
/** A list without an element, in words: brackets around nothing tell a person nothing. */
const NOTHING: Readonly<Record<string, string>> & { readonly en: string } = {
  en: '(empty)',
  uz: '(bo‘sh)',
  ru: '(пусто)',
};

function formatList(items: readonly Value[], of: Type, language: string, zone: string): string {
  if (items.length === 0)
    return (Object.hasOwn(NOTHING, language) ? NOTHING[language] : undefined) ?? NOTHING.en;
  const shown = items.slice(0, SHOWN).map((item) => formatValue(item, of, language, zone));
  return `[${shown.join(', ')}${items.length > SHOWN ? ', …' : ''}]`;
}

/** An untyped value as its JSON type is read. */
function formatDynamic(value: Value, language: string, zone: string): string {
  if (typeof value === 'number') return plainNumber(value, undefined);
  if (typeof value === 'boolean') return formatValue(value, { kind: 'bool' }, language, zone);
  if (Array.isArray(value)) return formatList(value, { kind: 'dynamic' }, language, zone);
  return value instanceof Date ? formatInstant(value.getTime(), zone) : formatRecord(value);
}

/** A record by what people call it. */
function formatRecord(value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value);
  for (const key of ['code', 'name', 'title', 'id']) {
    const name = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    if (typeof name === 'string' || typeof name === 'number') return String(name);
  }
  return '{…}';
}
