import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseStrictJson } from '../../src/http/strict-json.ts';

const parse = (text: string) => parseStrictJson(Buffer.from(text));
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

const hasForbidden = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(
    ([key, inner]) => (!Array.isArray(value) && FORBIDDEN.includes(key)) || hasForbidden(inner),
  );

describe('strict JSON', () => {
  it('reads every JSON value as JSON.parse does, unless it holds a forbidden key or NUL', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!hasForbidden(value) && !text.includes('\\u0000'));
        assert.deepEqual(parse(text), JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('finds a repeated key wherever an object stands, also when it is written with escapes', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.jsonValue(),
        fc.constantFrom('[', '{"x":', '[1,"a:b",'),
        (key, value, open) => {
          fc.pre(
            !FORBIDDEN.includes(key) &&
              !hasForbidden(value) &&
              !JSON.stringify([key, value]).includes('\\u0000'),
          );
          const name = JSON.stringify(key);
          const escaped = `"${[...Array(key.length)].map((_, i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
          const text = `${open}{${name}:${JSON.stringify(value)},${escaped} :2}${open.startsWith('[') ? ']' : '}'}`;
          assert.throws(() => parse(text), { reason: 'duplicate_key' });
        },
      ),
    );
  });

  it('the same key in two objects is no repetition, nor is a string that looks like one', () => {
    const text = '{"a":{"b":1},"c":[{"b":2},{"b":"\\"b\\":{\\"b\\":"}]}';
    assert.deepEqual(parse(text), JSON.parse(text));
  });

  for (const [name, text, reason] of [
    ['a prototype key', '{"a":[{"__proto__":{}}]}', 'forbidden_key'],
    ['an escaped prototype key', '{"\\u005f_proto__":{}}', 'forbidden_key'],
    ['constructor', '{"constructor":{"prototype":{}}}', 'forbidden_key'],
    ['NUL in a value', '{"a":"x\\u0000"}', 'forbidden_character'],
    ['NUL in a key', '{"a\\u0000":1}', 'forbidden_character'],
    ['half of a pair in a value', '{"a":"x\\uD800y"}', 'forbidden_character'],
    ['half of a pair in a key', '{"a\\udfff":1}', 'forbidden_character'],
    ['65 levels', '['.repeat(65) + ']'.repeat(65), 'too_deep'],
    ['a trailing comma', '{"a":1,}', 'malformed_json'],
    ['two values', '{} {}', 'malformed_json'],
    ['NaN', '{"a":NaN}', 'malformed_json'],
    ['white space alone', '  ', 'malformed_json'],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => parse(text), { code: 'bad_request', reason });
    });
  }

  it('takes a pair, also when it is written with escapes', () => {
    assert.deepEqual(parse('{"a":"\\ud83d\\uDE00"}'), { a: '😀' });
  });

  it('refuses what is not UTF-8', () => {
    assert.throws(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22])), {
      reason: 'malformed_json',
    });
    assert.deepEqual(
      parse('['.repeat(64) + ']'.repeat(64)),
      JSON.parse('['.repeat(64) + ']'.repeat(64)),
    );
  });
});
