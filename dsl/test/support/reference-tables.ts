import { AGGREGATES, BUILT_INS, type BuiltIn } from '../../src/types/functions.ts';
import {
  CALENDAR_UNITS,
  isCurrency,
  parseUnit,
  type Unit,
  unitNames,
} from '../../src/types/units.ts';

/** What the dimensions are called, in the order in which they are shown. */
const DIMENSIONS: readonly (readonly [base: string, name: string])[] = [
  ['kg', 'mass'],
  ['m', 'length'],
  ['m2', 'area'],
  ['m3', 'volume'],
  ['s', 'time'],
  ['Hz', 'frequency'],
  ['pcs', 'pieces'],
  ['%', 'per cent'],
  ['A', 'electric current'],
  ['V', 'voltage'],
  ['ohm', 'resistance'],
  ['Ah', 'charge'],
  ['N', 'force'],
  ['Pa', 'pressure'],
  ['J', 'energy'],
  ['W', 'power'],
  ['lx', 'light'],
  ['ppm', 'parts in air'],
  ['degC', 'temperature, a point'],
  ['K', 'temperature, a difference'],
];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const named = (name: string): Unit => {
  const unit = parseUnit(name);
  if (unit === undefined) throw new Error(`${name} is no unit`);
  return unit;
};

const factorOf = ({ mul, div }: Unit): string =>
  div === 1
    ? mul.toLocaleString('en')
    : mul === 1
      ? `1/${div.toLocaleString('en')}`
      : `${mul}/${div}`;

/** All units by dimension, with their factor to the unit in which values are counted. */
export function unitTable(): string {
  const units = unitNames()
    .filter((name) => !CALENDAR_UNITS.has(name))
    .map(named);
  const bases = new Map(DIMENSIONS.map(([base, name]) => [named(base).dimension, name]));
  const rows = [...bases].map(([dimension, name]) => {
    const own = units.filter((unit) => unit.dimension === dimension);
    const base = own.find(({ mul, div }) => mul === div);
    const others = own.filter((unit) => unit !== base);
    const written = others.map((unit) => `\`${unit.text}\` ${factorOf(unit)}`).join(', ');
    return [name, `\`${base?.text ?? dimension}\``, written];
  });
  const money = units.filter(({ dimension }) => isCurrency(dimension));
  const shown = new Set([...bases.keys(), ...money.map(({ dimension }) => dimension)]);
  const lost = units.filter(({ dimension }) => !shown.has(dimension));
  if (lost.length > 0) throw new Error(`no name for ${lost.map(({ text }) => text).join(', ')}`);
  return table(
    ['what', 'base unit', 'others, in base units'],
    [
      ...rows,
      ['money', money.map(({ text }) => `\`${text}\``).join(' '), 'each stands for itself'],
    ],
  );
}

const functionTable = (functions: readonly BuiltIn[]): string =>
  table(
    ['function', 'gives'],
    functions.map(({ signature, doc }) => [
      `\`${signature}\``,
      typeof doc === 'string' ? doc : (doc.en ?? ''),
    ]),
  );

/** The tables of the reference that are made from the code, by the name of their place. */
export const referenceTables = (): Readonly<Record<string, string>> => ({
  units: unitTable(),
  functions: functionTable(BUILT_INS),
  aggregates: functionTable(AGGREGATES),
});

const PLACE = /(<!-- (\w+): made from \S+ -->\n)[\s\S]*?(<!-- end -->)/g;

/** A page with its tables as they are today. */
export function withTables(page: string): string {
  const tables = referenceTables();
  const open = new Set(Object.keys(tables));
  const made = page.replace(PLACE, (whole, begin: string, name: string, end: string) => {
    open.delete(name);
    return tables[name] === undefined ? whole : `${begin}\n${tables[name]}\n\n${end}`;
  });
  if (open.size > 0) throw new Error(`no place for ${[...open].join(', ')}`);
  return made;
}
