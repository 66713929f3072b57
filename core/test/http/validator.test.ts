import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Refusal } from '../../src/api/errors.ts';
import {
  date,
  flag,
  id,
  instant,
  integer,
  json,
  list,
  object,
  oneOf,
  quantity,
  type Shape,
  specsOf,
  text,
} from '../../src/api/fields.ts';
import { jsonSchemaOf, validatorOf } from '../../src/api/json-schema.ts';

const validator = (shape: Shape) => validatorOf(specsOf(shape));

function faultsOf(work: () => unknown): Record<string, string> {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, 'validation_error');
    assert.equal(error.reason, 'invalid_input');
    return error.details.fields as Record<string, string>;
  }
  throw new assert.AssertionError({ message: 'it was accepted' });
}

describe('validator of declared fields', () => {
  const read = validator({
    session_id: id('session'),
    qty_kg: quantity('kg', { resolution: 0.001, min: 0 }),
    at: instant().optional(),
    day: date().optional(),
    note: text({ maxLength: 5 }).optional(),
    mode: oneOf('auto', 'manual').default('auto'),
    lines: list(object({ n: integer(), when: instant().optional() }), {
      min: 1,
      max: 3,
    }).optional(),
    extra: json().optional(),
  });

  it('fills defaults, makes Dates, and shows left-out fields as null', () => {
    const given = {
      session_id: 'S-1',
      qty_kg: 20.52,
      at: '2025-08-01T13:00:00+05:00',
      lines: [{ n: 1 }],
    };
    const before = structuredClone(given);
    assert.deepEqual(read(given), {
      session_id: 'S-1',
      qty_kg: 20.52,
      at: new Date('2025-08-01T08:00:00Z'),
      day: null,
      note: null,
      mode: 'auto',
      lines: [{ n: 1, when: null }],
      extra: null,
    });
    assert.deepEqual(given, before, 'the caller’s object stays as it was');
  });

  it('takes Dates from callers inside the program', () => {
    const at = new Date('2025-08-01T08:00:00Z');
    assert.deepEqual(read({ session_id: 'S', qty_kg: 1, at }).at, at);
  });

  it('F-API-007 weights have at most three decimals (422)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (grams) => {
        assert.equal(read({ session_id: 'S', qty_kg: grams / 1000 }).qty_kg, grams / 1000);
      }),
    );
    for (const qty_kg of [0.0001, 20.5201, 1e-7, 0.1 + 0.2]) {
      assert.deepEqual(
        Object.keys(faultsOf(() => read({ session_id: 'S', qty_kg }))),
        ['qty_kg'],
        String(qty_kg),
      );
    }
  });

  it('names every fault by its path, in the language asked for', () => {
    const wrong = {
      qty_kg: -1,
      note: '123456',
      mode: 'x',
      lines: [{ n: 1.5 }],
      typo: 1,
      day: '2025-02-30',
    };
    const check = validatorOf(specsOf({ a: text(), n: integer({ min: 3 }) }));
    assert.deepEqual(Object.keys(faultsOf(() => read(wrong))).sort(), [
      'day',
      'lines.0.n',
      'mode',
      'note',
      'qty_kg',
      'session_id',
      'typo',
    ]);
    assert.deepEqual(
      faultsOf(() => check({ n: 2 }, 'ru')),
      { a: 'обязательное поле', n: 'не меньше 3' },
    );
    assert.deepEqual(
      faultsOf(() => check({ n: 2 }, 'en')),
      { a: 'is required', n: 'must be at least 3' },
    );
    assert.deepEqual(
      faultsOf(() => check({ n: 2 })),
      { a: 'majburiy maydon', n: 'eng kami 3' },
    );
  });

  it('refuses what is no object, and moments that are none', () => {
    for (const value of [null, undefined]) assert.ok(faultsOf(() => read(value)).session_id);
    for (const value of [[], 'x', 5]) assert.ok('' in faultsOf(() => read(value)));
    for (const at of ['2025-08-01', '2025-08-01T08:00:00', 'soon', '', '2025-08-01T08:00:60Z']) {
      assert.deepEqual(
        Object.keys(faultsOf(() => read({ session_id: 'S', qty_kg: 1, at }))),
        ['at'],
        at,
      );
    }
  });

  it('does not turn text into numbers, except where all is text', () => {
    assert.ok(faultsOf(() => read({ session_id: 'S', qty_kg: '1' })).qty_kg);
    const fromQuery = validatorOf(
      specsOf({ page: integer({ min: 1 }).default(1), open: flag().optional() }),
      {
        fromText: true,
      },
    );
    assert.deepEqual(fromQuery({ page: '3', open: 'true' }), { page: 3, open: true });
    assert.ok(faultsOf(() => fromQuery({ page: '3x' })).page);
    assert.deepEqual(fromQuery({ open: '0' }), { page: 1, open: false });
    assert.ok(faultsOf(() => fromQuery({ open: 'perhaps' })).open);
  });

  it('a number out of text is written in decimal digits, and in no other form that JavaScript reads', () => {
    const fromQuery = validatorOf(
      specsOf({ page: integer().optional(), kg: quantity('kg', { resolution: 0.001 }).optional() }),
      { fromText: true },
    );
    for (const [text, value] of Object.entries({ '3': 3, '-3': -3, '20.520': 20.52, '007': 7 }))
      assert.equal(fromQuery({ kg: text }).kg, value, text);
    const others = [
      '',
      ' ',
      ' 1',
      '1 ',
      '0x1',
      '0b1',
      '0o1',
      '1e3',
      '1e-3',
      '.5',
      '5.',
      '1_0',
      '1,5',
    ];
    for (const text of [...others, 'Infinity', 'NaN', '٣', '9'.repeat(400)])
      for (const name of ['page', 'kg'])
        assert.ok(faultsOf(() => fromQuery({ [name]: text }))[name], `${name}=${text}`);
    assert.ok(faultsOf(() => fromQuery({ page: '9007199254740993' })).page);
  });

  it('texts that can’t be kept are refused wherever they stand: NUL, and half of a surrogate pair', () => {
    const at = {
      note: (bad: string) => ({ note: bad }),
      session_id: (bad: string) => ({ session_id: bad }),
      extra: (bad: string) => ({ extra: { deep: [{ in: bad }] } }),
    };
    for (const bad of ['a\0b', '\ud800', 'x\udc00'])
      for (const [path, given] of Object.entries(at)) {
        const faults = faultsOf(() => read({ session_id: 'S', qty_kg: 1, ...given(bad) }));
        assert.match(faults[path] ?? '', /NUL/, path);
      }
    assert.ok(faultsOf(() => read({ session_id: 'S', qty_kg: 1, extra: { 'a\0': 1 } })).extra);
    const whole = read({ session_id: 'S', qty_kg: 1, note: '😀', extra: '\u{10FFFF}' });
    assert.deepEqual([whole.note, whole.extra], ['😀', '\u{10FFFF}']);
  });

  it('own keys that reach prototypes change nothing', () => {
    const given = JSON.parse(
      '{"session_id":"S","qty_kg":1,"extra":{"__proto__":{"polluted":1}}}',
    ) as object;
    const { extra } = read(given) as { extra: object };
    assert.ok(Object.hasOwn(extra, '__proto__'));
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.ok(faultsOf(() => read(JSON.parse('{"session_id":"S","qty_kg":1,"__proto__":{}}'))));
  });
});

describe('JSON Schema of declared fields', () => {
  const fields = specsOf({
    name: text(),
    kg: quantity('kg', { resolution: 0.001 }),
    by: id('user').optional(),
  });

  it('input leaves optional fields out of `required`, output has them all', () => {
    assert.deepEqual(jsonSchemaOf(fields, { input: true }).required, ['name', 'kg']);
    assert.deepEqual(jsonSchemaOf(fields, { input: false }).required, ['name', 'kg', 'by']);
  });

  it('says unit, decimals and what an id points at', () => {
    const { properties } = jsonSchemaOf(fields, { input: true }) as {
      properties: Record<string, unknown>;
    };
    assert.deepEqual(properties.kg, {
      type: 'number',
      minimum: -99_999_999_999.999,
      maximum: 99_999_999_999.999,
      decimals: 3,
      unit: 'kg',
    });
    assert.deepEqual(properties.by, {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 128,
      record: 'user',
    });
  });

  it('what is given in steps fits into fourteen digits, and a fault of digits says how many', () => {
    const mass = validator({ kg: quantity('kg', { resolution: 0.001 }) });
    for (const kg of [1e11, -1e11, 1e21, 1e308]) assert.ok(faultsOf(() => mass({ kg })).kg);
    assert.equal(mass({ kg: 99_999_999_999.999 }).kg, 99_999_999_999.999);
    assert.match(faultsOf(() => mass({ kg: 0.0001 })).kg ?? '', /\b3\b/);
  });
});
