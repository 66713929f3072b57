import assert from 'node:assert/strict';
import { compileExpression, QoidaError } from '../src/index.ts';
import { AGGREGATES, BUILT_INS } from '../src/types/functions.ts';

const VARS = {
  x: 'kg',
  n: 'number',
  t: 'text',
  e: 'oneof(a, b)',
  d: 'date',
  i: 'instant',
  c: 'time',
  m: 'kg?',
  list: 'list of kg',
  flags: 'list of bool',
};

/** Of every function: texts that are right, with the type they have, and texts that are not. */
const CALLS: Readonly<Record<string, readonly (readonly [text: string, told: string])[]>> = {
  abs: [
    ['abs(-x)', 'kg'],
    ['abs(t)', 'Q3005'],
    ['abs()', 'Q3004'],
  ],
  min: [
    ['min(x, 5 g)', 'kg'],
    ['min(d, today)', 'date'],
    ['min(x, n)', 'Q3002'],
    ['min(d, i)', 'Q3005'],
  ],
  max: [
    ['max(x, 5 g)', 'kg'],
    ['max(c, 08:00)', 'time'],
    ['max(t, t)', 'Q3005'],
    ['max(list)', 'kg?'],
  ],
  round: [
    ['round(x, 5 g)', 'kg'],
    ['round(n)', 'number'],
    ['round(x)', 'Q3005'],
    ['round(x, 0 g)', 'Q4004'],
  ],
  floor: [
    ['floor(n, 0.5)', 'number'],
    ['floor(x, 1 m)', 'Q3002'],
    ['floor(x, t)', 'Q3005'],
  ],
  ceil: [
    ['ceil(n)', 'number'],
    ['ceil(x, -1 g)', 'Q4004'],
    ['ceil(d)', 'Q3005'],
  ],
  clamp: [
    ['clamp(x, 1 g, 2 t)', 'kg'],
    ['clamp(x, 1 g)', 'Q3004'],
    ['clamp(x, 1, 2)', 'Q3002'],
  ],
  sqrt: [
    ['sqrt(x * x)', 'kg'],
    ['sqrt(n)', 'number'],
    ['sqrt(x)', 'Q3005'],
  ],
  percent: [
    ['percent(n)', '%'],
    ['percent(x)', 'Q3005'],
  ],
  length: [
    ['length(t)', 'number'],
    ['length(e)', 'number'],
    ['length(n)', 'Q3005'],
  ],
  lower: [
    ['lower(t)', 'text'],
    ['lower(d)', 'Q3005'],
  ],
  upper: [
    ['upper(t)', 'text'],
    ['upper(n)', 'Q3005'],
  ],
  starts_with: [
    ['starts_with(t, "a")', 'bool'],
    ['starts_with(t)', 'Q3004'],
  ],
  contains: [
    ['contains(t, "a")', 'bool'],
    ['contains(t, 1)', 'Q3005'],
  ],
  matches: [
    ['matches(t, "a+")', 'bool'],
    ['matches(e, "a|b")', 'bool'],
    ['matches(n, "a+")', 'Q3005'],
    ['matches(t, t)', 'Q3005'],
    ['matches(t, 5)', 'Q3005'],
    ['matches(t, "a++")', 'Q3019'],
  ],
  date_of: [
    ['date_of(i)', 'date'],
    ['date_of(d)', 'Q3005'],
  ],
  time_of: [
    ['time_of(i)', 'time'],
    ['time_of(c)', 'Q3005'],
  ],
  days_between: [
    ['days_between(d, today)', 'number'],
    ['days_between(i, d)', 'Q3005'],
  ],
  weekday: [
    ['weekday(d)', 'oneof(monday, tuesday, wednesday, thursday, friday, saturday, sunday)'],
    ['weekday(d) = moonday', 'Q2011'],
    ['weekday(i)', 'Q3005'],
  ],
  shift_of: [
    [
      'shift_of(i, 08:00, 20:00)',
      '{date: date, kind: oneof(day, night), start: instant, end: instant}',
    ],
    ['shift_of(i, c, 20:00).kind', 'oneof(day, night)'],
    ['shift_of(i, c, 20:00).kind = evening', 'Q2011'],
    ['shift_of(i, c, 20:00).begin', 'Q2002'],
    ['shift_of(i)', 'Q3020'],
    ['shift_of(i, 08:00)', 'Q3004 Q3020'],
    ['shift_of(d, 08:00, 20:00)', 'Q3005'],
    ['shift_of(i, 8 h, 20 h)', 'Q3005 Q3005'],
  ],
  coalesce: [
    ['coalesce(m, x)', 'kg'],
    ['coalesce(m, n)', 'Q3009'],
    ['coalesce(m, m, 1 g)', 'kg'],
  ],
  sum: [
    ['sum(list)', 'kg'],
    ['sum(v * 2 for v in list where v > 1 g)', 'kg'],
    ['sum(flags)', 'Q3005'],
  ],
  count: [
    ['count(list)', 'number'],
    ['count(for v in list)', 'number'],
    ['count(v for v in list)', 'Q3004'],
  ],
  avg: [
    ['avg(list)', 'kg?'],
    ['avg(x)', 'Q3008'],
  ],
  any: [
    ['any(flags)', 'bool'],
    ['any(list)', 'Q3005'],
  ],
  all: [
    ['all(v > 1 g for v in list)', 'bool'],
    ['all(for v in list)', 'Q3004'],
  ],
  none: [
    ['none(f for f in flags)', 'bool'],
    ['none(list, list)', 'Q3004'],
  ],
};

function told(text: string): string {
  try {
    return compileExpression(text, VARS).type;
  } catch (fault) {
    if (!(fault instanceof QoidaError)) throw fault;
    return fault.diagnostics.map((d) => d.code).join(' ');
  }
}

describe('built-in functions', () => {
  for (const [name, calls] of Object.entries(CALLS)) {
    it(name, () => {
      for (const [text, expected] of calls) assert.equal(told(text), expected, text);
    });
  }

  it('are all shown here, and each explained in three languages', () => {
    const all = [...BUILT_INS, ...AGGREGATES];
    assert.deepEqual(Object.keys(CALLS).sort(), [...new Set(all.map((f) => f.name))].sort());
    for (const { name, doc, signature } of all) {
      assert.ok(signature.startsWith(`${name}(`));
      assert.ok(typeof doc === 'object', name);
      const texts = [doc.en, doc.uz, doc.ru].filter((text) => text !== undefined && text !== '');
      assert.equal(new Set(texts).size, 3, name);
    }
  });
});

describe('shifts by the settings of the plant', () => {
  const values = { i: '2025-08-28T20:30:00Z' };
  const shift = (settings: string, held: object): unknown =>
    compileExpression('shift_of(i).kind', { i: 'instant', settings }).tryEvaluate({
      ...values,
      settings: held,
    });

  it('are found whether the settings are times or texts', () => {
    const held = { shift_day_start: '08:00', shift_night_start: '20:00' };
    for (const type of ['time', 'text'])
      assert.deepEqual(shift(`{shift_day_start: ${type}, shift_night_start: ${type}}`, held), {
        value: 'night',
      });
  });

  it('are not guessed from settings that are something else, or may be missing', () => {
    for (const type of ['number', 'time?', 'duration'])
      assert.throws(
        () => shift(`{shift_day_start: ${type}, shift_night_start: ${type}}`, {}),
        /Q3020/,
        type,
      );
    assert.throws(() => shift('{shift_day_start: time}', {}), /Q3020/);
  });

  it('say what they read', () => {
    const { reads } = compileExpression('shift_of(i).date = today', {
      i: 'instant',
      settings: '{shift_day_start: time, shift_night_start: time}',
    });
    assert.deepEqual([...reads].sort(), [
      'i',
      'settings.shift_day_start',
      'settings.shift_night_start',
    ]);
  });
});
