import assert from 'node:assert/strict';
import { compileExpression, QoidaError } from '../src/index.ts';

const VARS = {
  x: 'kg?',
  y: 'kg?',
  b: 'bool?',
  d: 'date?',
  t: 'text?',
  n: 'number',
  m: 'number?',
  list: 'list of kg?',
  lists: '(list of kg)?',
  r: '{a: {w: kg?, b: bool?}?, w: kg, ps: list of {w: kg?, ok: bool}}?',
  s: '{a: {w: kg?}, c: kg?}',
  ps: 'list of {w: kg?, q: {v: number?}?, ok: bool}',
};

/** The codes of what is told of a text. */
function told(text: string): string {
  try {
    compileExpression(text, VARS);
    return '';
  } catch (fault) {
    if (!(fault instanceof QoidaError)) throw fault;
    return fault.diagnostics.map((d) => d.code).join(' ');
  }
}

/** Texts that are right, and beside each the one that lacks just what makes it so. */
const GUARDED: readonly (readonly [guarded: string, bare: string])[] = [
  ['x is present and x > 1 kg', 'x > 1 kg'],
  ['x is not missing and x > 1 kg', 'x is missing and x > 1 kg'],
  ['x is missing or x > 1 kg', 'x is present or x > 1 kg'],
  ['not (x is missing) and x > 1 kg', 'not (x is present) and x > 1 kg'],
  ['not (x is missing or y is missing) and x > y', 'not (x is missing and y is missing) and x > y'],
  ['not (x is present and y is present) or x > y', 'not (x is present or y is present) or x > y'],
  ['x is missing or y is missing or x + y > 1 kg', 'x is missing or x + y > 1 kg'],
  ['x is present and y is present and x + y > 1 kg', 'x is present and x + y > 1 kg'],
  ['x is present and (y is missing or x > y)', 'x is missing and (y is missing or x > y)'],
  ['if x is present then x else 0 kg', 'if x is missing then x + 0 kg else 0 kg'],
  ['if x is missing then 0 kg else x + 1 kg', 'if y is missing then 0 kg else x + 1 kg'],
  ['if not (x is missing) then x + 1 kg else 0 kg', 'if x is missing then x + 1 kg else 0 kg'],
  [
    'if x is missing or y is missing then 0 kg else x + y',
    'if x is missing and y is missing then 0 kg else x + y',
  ],
  [
    'if x is missing then 0 kg else if y is missing then x + 0 kg else x + y',
    'if x is missing then 0 kg else x + y',
  ],
  ['(x ?? 0 kg) > 1 kg', '(x ?? y) > 1 kg'],
  ['(x ?? y ?? 0 kg) > 1 kg', '(x ?? y ?? x) > 1 kg'],
  ['coalesce(x, y, 0 kg) > 1 kg', 'coalesce(x, y) > 1 kg'],
  ['b is present and b', 'b and true'],
  ['b ?? false', 'not b'],
  ['b is missing or not b', 'b is present or not b'],
  ['d is present and d < today', 'd < today'],
  ['d is missing or d + 1 month < today', 'd + 1 month < today'],
  ['t is present and matches(t, "a+")', 'matches(t, "a+")'],
  ['t is missing or length(t) > 3', 'length(t) > 3'],
  ['x is present and x in [1 kg, 2 kg]', 'x in [1 kg, 2 kg]'],
  ['x is present and x between 1 kg and 2 kg', 'x between 1 kg and 2 kg'],
  [
    'x is present and y is present and x between 1 kg and y',
    'x is present and x between 1 kg and y',
  ],
  // Paths: what is present has its whole way present.
  ['r is present and r.w > 1 kg', 'r.w > 1 kg'],
  ['r.w is present and r.w > 1 kg', 'r is missing or r.a.w > 1 kg'],
  ['r.a.w is present and r.a.w > r.w', 'r.a is present and r.a.w > r.w'],
  ['r.a.w is missing or r.a.w > 1 kg', 'r.a is missing or r.a.w > 1 kg'],
  ['if r.a.b is present then r.a.b else false', 'if r.a is present then r.a.b and true else false'],
  ['s.a.w is present and s.a.w > 1 kg', 's.c is present and s.a.w > 1 kg'],
  ['(s.a).w is present and s.a.w > 1 kg', '(s.a).w > 1 kg'],
  ['s.c is present and s.c + s.c > 1 kg', 's.a.w is present and s.c + s.c > 1 kg'],
  // Divisors: a guard of value counts as one of presence does.
  ['m is present and m > 0 and 1 / m > 2', 'm is present and 1 / m > 2'],
  ['m is missing or m <= 0 or 1 / m > 2', 'm is missing or m < 0 or 1 / m > 2'],
  ['(1 / n ?? 0) > 2', '1 / n > 2'],
  ['n != 0 and 1 / n > 2', 'n >= 0 and 1 / n > 2'],
  ['if n = 0 then 0 else 1 / n', 'if n = 1 then 0 else 1 / n'],
  // Lists: the elements of one may be missing, and the list itself.
  ['sum(w for w in list where w is present) > 1 kg', 'sum(w for w in list) > 1 kg'],
  ['sum(w ?? 0 kg for w in list) > 1 kg', 'sum(list) > 1 kg'],
  ['any(w is missing for w in list)', 'any(w > 1 kg for w in list)'],
  ['all(w is missing or w > 1 kg for w in list)', 'all(w is present or w > 1 kg for w in list)'],
  ['lists is present and sum(lists) > 1 kg', 'sum(lists) > 1 kg'],
  ['count(lists ?? []) > 1', 'count(lists) > 1'],
  ['sum(p.w for p in ps where p.w is present) > 1 kg', 'sum(p.w for p in ps where p.ok) > 1 kg'],
  [
    'sum(p.w for p in ps where p.ok and p.w is present) > 1 kg',
    'sum(p.w for p in ps where p.ok or p.w is present) > 1 kg',
  ],
  [
    'sum(p.w for p in ps where not (p.w is missing)) > 1 kg',
    'sum(p.w for p in ps where p.w is missing) > 1 kg',
  ],
  [
    'any(p.q.v > n for p in ps where p.q.v is present)',
    'any(p.q.v > n for p in ps where p.q is present)',
  ],
  [
    'max(p.w for p in ps where p.w is present) is present',
    'max(p.w for p in ps where p.w is present) > 1 kg',
  ],
  [
    '(avg(p.w for p in ps where p.w is present) ?? 0 kg) > 1 kg',
    'avg(p.w for p in ps where p.w is present) > 1 kg',
  ],
  [
    'r is present and sum(p.w for p in r.ps where p.w is present) > 0 kg',
    'sum(p.w for p in r.ps where p.w is present) > 0 kg',
  ],
  ['x is present and any(p.ok and x > 1 kg for p in ps)', 'any(p.ok and x > 1 kg for p in ps)'],
  [
    'x is present and all(p.w is missing or p.w < x for p in ps)',
    'x is present and all(p.w < x for p in ps)',
  ],
];

describe('what may be missing', () => {
  for (const [guarded, bare] of GUARDED) {
    it(guarded, () => {
      assert.equal(told(guarded), '');
      assert.match(
        told(bare),
        /^(Q4001|Q4002)( Q4001| Q4002)*$/,
        `${bare}: guard is not asked for`,
      );
    });
  }

  it('is not known any more outside the place that asked', () => {
    for (const text of [
      '(x is present and x > 1 kg) and x > 2 kg or x > 3 kg',
      '(if x is present then x > 1 kg else true) and x > 1 kg',
      'any(p.w is present for p in ps) and any(p.w > 1 kg for p in ps)',
      '(x is present or y is present) and x > 1 kg',
      'not (x is present and n > 0) and x > 1 kg',
    ])
      assert.match(told(text), /Q4001/, text);
  });

  it('is known of the variable it was asked of, not of another of the same name', () => {
    assert.equal(told('any(x is present and x > 1 kg for x in list)'), '');
    assert.match(told('x is present and any(x > 1 kg for x in list)'), /Q4001/);
    assert.match(told('any(p.w is present and any(p.w > 1 kg for p in ps) for p in ps)'), /Q4001/);
  });

  it('has types that say so', () => {
    const typeOf = (text: string): string =>
      compileExpression(text, VARS, { guards: 'allow' }).type;
    assert.equal(typeOf('r.a.w'), 'kg?');
    assert.equal(typeOf('r.w'), 'kg?');
    assert.equal(typeOf('s.a.w'), 'kg?');
    assert.equal(typeOf('r.ps'), '(list of {w: kg?, ok: bool})?');
    assert.equal(typeOf('list'), 'list of kg?');
    assert.equal(typeOf('if n > 0 then 1 kg else missing'), 'kg?');
    assert.equal(typeOf('[1 kg, missing]'), 'list of kg?');
    assert.equal(typeOf('x ?? 0 kg'), 'kg');
    assert.equal(typeOf('x ?? y'), 'kg?');
    assert.equal(typeOf('max(list)'), 'kg?');
    assert.equal(typeOf('if x is present then x else 0 kg'), 'kg');
  });
});
