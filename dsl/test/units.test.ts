import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileExpression, QoidaError } from '../src/index.ts';
import { listOf, optional, quantity, type Type, typeText } from '../src/types/type.ts';
import { isFault, parseTypeText } from '../src/types/type-text.ts';
import {
  baseUnit,
  CALENDAR_UNITS,
  combine,
  fromBase,
  halve,
  isUnitFault,
  NUMBER,
  parseUnit,
  productUnit,
  readUnit,
  toBase,
  type Unit,
  unitNames,
  usualResolution,
} from '../src/types/units.ts';

const FACTORS = unitNames().filter(
  (name) => !CALENDAR_UNITS.has(name) && name !== '%' && name !== 'degC',
);
const factor = fc.constantFrom(...FACTORS);
const written = fc
  .tuple(factor, fc.array(fc.tuple(fc.constantFrom('*', '/'), factor), { maxLength: 3 }))
  .map(([first, more]) => first + more.map(([sign, name]) => sign + name).join(''));
const unit = written
  .map((text) => readUnit(text))
  .filter((read): read is Unit => !isUnitFault(read));
const dimension = unit.map((u) => u.dimension);

function unitOf(text: string): Unit {
  const read = parseUnit(text);
  assert.ok(read !== undefined, `${text} is a unit`);
  return read;
}

describe('units', () => {
  it('multiply like numbers: in any order, in any grouping', () => {
    fc.assert(
      fc.property(dimension, dimension, dimension, (a, b, c) => {
        assert.equal(combine(a, b, 1), combine(b, a, 1));
        assert.equal(combine(combine(a, b, 1), c, 1), combine(a, combine(b, c, 1), 1));
        assert.equal(combine(a, '', 1), a);
      }),
    );
  });

  it('divide as the inverse of multiplying', () => {
    fc.assert(
      fc.property(dimension, dimension, (a, b) => {
        assert.equal(combine(combine(a, b, 1), b, -1), a);
        assert.equal(combine(a, a, -1), '');
        assert.equal(halve(combine(a, a, 1)), a);
      }),
    );
  });

  it('have one dimension in whatever order their factors are written', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(FACTORS, { minLength: 2, maxLength: 4 }), (names) => {
        const [one, other] = [names.join('*'), names.toReversed().join('*')].map(readUnit);
        if (one === undefined || other === undefined || isUnitFault(one)) return;
        assert.ok(!isUnitFault(other));
        assert.equal(one.dimension, other.dimension);
        assert.deepEqual([one.mul, one.div], [other.mul, other.div]);
      }),
    );
  });

  it('are read back from the text of their base unit', () => {
    fc.assert(
      fc.property(dimension, (d) => {
        const base = baseUnit(d);
        assert.deepEqual(parseUnit(base.text), { ...base });
        assert.deepEqual([base.mul, base.div], [1, 1]);
      }),
    );
  });

  it('hold the result of a product or quotient', () => {
    fc.assert(
      fc.property(unit, unit, fc.constantFrom(1 as const, -1 as const), (a, b, sign) => {
        const found = productUnit(a, b, sign);
        assert.equal(found.dimension, combine(a.dimension, b.dimension, sign));
        assert.deepEqual(found.text === '' ? NUMBER : parseUnit(found.text), found);
      }),
    );
  });

  it('convert by whole numbers without a common factor', () => {
    const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
    fc.assert(
      fc.property(unit, fc.integer({ min: -1_000_000, max: 1_000_000 }), (u, value) => {
        assert.ok(Number.isSafeInteger(u.mul) && Number.isSafeInteger(u.div));
        assert.equal(gcd(u.mul, u.div), 1, u.text);
        const back = fromBase(toBase(value, u), u);
        assert.ok(Math.abs(back - value) <= 1e-15 * Math.abs(value) * 4, `${value} ${u.text}`);
      }),
    );
  });

  it('convert exactly where the values are whole', () => {
    assert.equal(toBase(1234, unitOf('g')), 1.234);
    assert.equal(toBase(90, unitOf('km/h')), 25);
    assert.equal(toBase(0.1, unitOf('t')), 100);
    assert.equal(toBase(36, unitOf('UZS/kg/h')), 0.01);
    assert.equal(fromBase(toBase(2500, unitOf('mAh')), unitOf('Ah')), 2.5);
  });

  it('have names for the dimensions people know', () => {
    const named = {
      'V*A': 'W',
      'W*s': 'J',
      'N/m2': 'Pa',
      'kg*m/s2': 'N',
      'V/A': 'ohm',
      'W/A': 'V',
    };
    for (const [text, name] of Object.entries(named))
      assert.equal(baseUnit(unitOf(text).dimension).text, name);
    assert.equal(baseUnit(unitOf('pcs/h').dimension).text, 'pcs/s');
    assert.equal(productUnit(unitOf('kg'), unitOf('h'), -1).text, 'kg/h');
    assert.equal(productUnit(unitOf('UZS/kg'), unitOf('h'), -1).text, 'UZS/kg/h');
    assert.equal(productUnit(unitOf('kg/h'), unitOf('h'), 1).text, 'kg');
  });

  it('say which part has no meaning', () => {
    const reasons = {
      'kg/day': ['calendar', 'day', 3],
      'degC/h': ['alone', 'degC', 0],
      'kg*%': ['alone', '%', 3],
      'kg/psc': ['unknown', 'psc', 3],
      m1: ['unknown', 'm1', 0],
      km9: ['scale', 'km9', 0],
      'kg/kg': ['unknown', 'kg/kg', 0],
      'kg//h': ['unknown', '', 3],
      '': ['unknown', '', 0],
      '1': ['unknown', '1', 0],
      'kg/1': ['unknown', '1', 3],
    } as const;
    for (const [text, [reason, part, at]] of Object.entries(reasons))
      assert.deepEqual(readUnit(text), { reason, part, at }, text);
  });

  it('of any length are answered at once', () => {
    assert.ok(isUnitFault(readUnit('kg*'.repeat(100_000))));
    assert.ok(isUnitFault(readUnit('k'.repeat(1_000_000))));
  });
});

describe('the text of a type', () => {
  const plain = fc.constantFrom<Type>(
    { kind: 'bool' },
    { kind: 'text' },
    { kind: 'date' },
    { kind: 'time' },
    { kind: 'instant' },
    quantity(NUMBER),
    quantity(unitOf('%')),
    quantity(unitOf('degC')),
  );
  const name = fc.constantFrom(
    'a',
    'list',
    'of',
    'oneof',
    'kg',
    'gate',
    'на складе',
    'qc-ok',
    'o‘lcham',
  );
  const { type } = fc.letrec<{ type: Type }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 4 },
      plain,
      unit.map((u) => quantity(u, usualResolution(u.dimension))),
      fc
        .uniqueArray(name, { minLength: 1, maxLength: 4 })
        .map((values): Type => ({ kind: 'enum', values })),
      tie('type').map((of) => listOf(of)),
      tie('type').map((of) => optional(of)),
      fc
        .uniqueArray(fc.tuple(name, tie('type')), {
          minLength: 1,
          maxLength: 3,
          selector: ([n]) => n,
        })
        .map((fields): Type => ({ kind: 'record', name: undefined, fields: new Map(fields) })),
    ),
  }));

  it('is read back as the type', () => {
    fc.assert(
      fc.property(type, (t) => {
        const read = parseTypeText(typeText(t));
        assert.ok(!isFault(read), typeText(t));
        assert.deepEqual(read, t);
      }),
      { numRuns: 500 },
    );
  });

  it('tells a list that may be missing from a list of what may be missing', () => {
    assert.equal(typeText(optional(listOf({ kind: 'text' }))), '(list of text)?');
    assert.equal(typeText(listOf(optional({ kind: 'text' }))), 'list of text?');
  });
});

describe('a unit error', () => {
  const told = (text: string, vars: Record<string, string>): string => {
    try {
      compileExpression(text, vars);
      return 'nothing';
    } catch (fault) {
      return fault instanceof QoidaError ? (fault.diagnostics[0]?.message ?? '') : String(fault);
    }
  };

  it('says both units and the factor between them', () => {
    const factors = [
      ['kg', 'kg/h', 'right', 'h'],
      ['kg/h', 'kg', 'left', 'h'],
      ['kg/m2', 'kg', 'left', 'm2'],
      ['m2', 'm', 'right', 'm'],
      ['UZS', 'UZS/kg', 'right', 'kg'],
      ['kg', 'm', 'right', 'kg/m'],
      ['pcs', 'kg', 'right', 'pcs/kg'],
      ['number', 'kg', 'left', 'kg'],
      ['1/h', 'number', 'left', 'h'],
    ];
    for (const [a = '', b = '', side, unit] of factors)
      assert.equal(
        told('a + b', { a, b }),
        `\`${a}\` and \`${b}\` do not go together: the ${side} side is missing a factor in \`${unit}\``,
      );
  });

  it('offers the unit that a number lacks', () => {
    assert.match(told('a > 5', { a: 'kg' }), /did you mean `5 kg`\?$/);
    assert.match(told('5 <= a', { a: 'degC' }), /did you mean `5 degC`\?$/);
  });

  it('never mixes units in silence', () => {
    const alone = [
      'number',
      '%',
      'degC',
      'K',
      'kg',
      'kg/m',
      'm',
      'm2',
      'UZS',
      'USD',
      's',
      'pcs',
      'ppm',
    ];
    for (const a of alone)
      for (const b of alone)
        for (const text of [
          'a + b',
          'a - b',
          'a < b',
          'a = b',
          'min(a, b)',
          'a in [b]',
          'a ?? b',
        ]) {
          if (a === b) continue;
          const moved = [a, b].join() === 'degC,K' && /[+-]/.test(text);
          const added = [a, b].join() === 'K,degC' && text === 'a + b';
          const vars = text.includes('??') ? { a: `${a}?`, b } : { a, b };
          assert.equal(told(text, vars) === 'nothing', moved || added, `${text} of ${a} and ${b}`);
        }
  });
});
