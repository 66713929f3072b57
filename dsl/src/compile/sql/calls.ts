import type { CallIr, Ir } from '../../ir/ir.ts';
import { isPatternFault, parsePattern, patternToPostgres } from '../../values/pattern.ts';
import { type Expr, NotSupported, NULL, raw, sql } from './build.ts';
import {
  addMonths,
  atMidnight,
  dateOf,
  fromLocal,
  parseTime,
  shiftAt,
  timeOf,
  weekday,
} from './moments.ts';
import {
  as,
  type Compiled,
  comma,
  type Form,
  faultOf,
  firstFault,
  inline,
  type Scalar,
  scalar,
  type Walk,
} from './shape.ts';

/** A strict function: an argument that is missing or faulty is the fault of the whole. */
export function compileCall(ir: CallIr, part: (node: Ir) => Compiled, walk: Walk): Scalar {
  const { b } = walk;
  const number = (i: number): Scalar => as('float8', part(ir.args[i] as Ir));
  const text = (i: number): Scalar => as('text', part(ir.args[i] as Ir));
  const strict = (form: Form, value: Expr, operands: readonly Scalar[], own = NULL): Scalar =>
    scalar(form, b.ref(value), firstFault(operands, own, b));
  const ofNumber = (form: Form, run: (x: Expr) => Expr): Scalar => {
    const x = number(0);
    return strict(form, run(x.value), [x], faultOf('range'));
  };
  const ofText = (form: Form, run: (x: Expr) => Expr): Scalar => {
    const x = text(0);
    return strict(form, run(x.value), [x], faultOf('range'));
  };
  const ofTexts = (run: (x: Expr, y: Expr) => Expr): Scalar => {
    const [x, y] = [text(0), text(1)];
    return strict('bool', run(x.value, y.value), [x, y]);
  };
  const ofNumbers = (run: (x: Expr, y: Expr) => Expr): Scalar => {
    const [x, y] = [number(0), number(1)];
    return strict('float8', run(x.value, y.value), [x, y], faultOf('range'));
  };
  switch (ir.name) {
    case 'abs':
      return ofNumber('float8', (x) => sql`abs(${x})`);
    case 'sqrt':
      return ofNumber('float8', (x) => sql`CASE WHEN ${x} >= 0 THEN sqrt(${x}) END`);
    case 'min':
    case 'max':
    case 'clamp': {
      const parts = ir.args.map((_, i) => number(i));
      const values = parts.map(({ value }) => value);
      const there = values.reduce(
        (all, x) => inline(sql`${all} AND ${x} IS NOT NULL`),
        raw('true'),
      );
      const [x, low, high] = values as [Expr, Expr, Expr];
      const chosen = {
        min: () => sql`least(${comma(values)})`,
        max: () => sql`greatest(${comma(values)})`,
        clamp: () => sql`greatest(${low}, least(${high}, ${x}))`,
      }[ir.name]();
      return strict('float8', sql`CASE WHEN ${there} THEN ${chosen} END`, parts);
    }
    case 'length':
      return ofText('float8', (x) => sql`char_length(${x})::float8`);
    case 'lower':
    case 'upper':
      return ofText('text', (x) => sql`${ir.name}(${x} COLLATE "und-x-icu") COLLATE "C"`);
    case 'clock_time':
      return ofText('float8', (x) => parseTime(x, b));
    case 'starts_with':
      return ofTexts((x, y) => sql`starts_with(${x}, ${y})`);
    case 'contains':
      return ofTexts((x, y) => sql`strpos(${x}, ${y}) > 0`);
    case 'matches':
      return matches(text(0), ir.args[1] as Ir, walk);
    case 'date_of':
      return ofNumber('float8', (x) => dateOf(x, walk.zone(), b));
    case 'time_of':
      return ofNumber('float8', (x) => timeOf(x, walk.zone(), b));
    case 'at_midnight':
      return ofNumber('float8', (x) => atMidnight(x, walk.zone(), b));
    case 'from_local':
      return ofNumber('float8', (x) => fromLocal(x, walk.zone()));
    case 'weekday':
      return ofNumber('text', weekday);
    case 'add_months':
      return ofNumbers((x, y) => addMonths(x, y, b));
    case 'shift_date':
    case 'shift_kind':
    case 'shift_start':
    case 'shift_end':
      return shift(ir.name, [number(0), number(1), number(2)], walk);
  }
}

const SHIFT_COLUMN = {
  shift_date: 'day',
  shift_kind: 'kind',
  shift_start: 'start',
  shift_end: 'next',
} as const;

function shift(
  name: keyof typeof SHIFT_COLUMN,
  operands: readonly [Scalar, Scalar, Scalar],
  { b, zone }: Walk,
): Scalar {
  const [instant, day, night] = operands;
  const column = shiftAt(instant.value, day.value, night.value, zone(), b);
  const form = name === 'shift_kind' ? 'text' : 'float8';
  return scalar(form, column(SHIFT_COLUMN[name]), firstFault(operands, faultOf('range'), b));
}

/** Patterns are judged by the language's own rules, so their text must be known. */
function matches(x: Scalar, pattern: Ir, { b }: Walk): Scalar {
  if (pattern.kind !== 'const' || typeof pattern.value !== 'string')
    throw new NotSupported('a pattern that is only known when the statement runs');
  const read = parsePattern(pattern.value);
  if (isPatternFault(read)) throw new NotSupported(`a pattern that cannot be read: ${read.reason}`);
  const regex = b.constant(patternToPostgres(read), 'text');
  const value = b.ref(sql`${x.value} COLLATE "C" ~ ${regex}`);
  return scalar('bool', value, firstFault([x], NULL, b));
}
