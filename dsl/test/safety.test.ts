import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { emitUnit } from '../src/compile/js/emit.ts';
import { Refused, verifyEmitted } from '../src/compile/js/verify.ts';
import { compileExpression, compileProgram, format } from '../src/index.ts';
import { parseFile } from '../src/language/parse.ts';
import { partsOfProgram } from '../src/program/parts.ts';
import { PLANT } from './support/catalog.ts';

const HEAD = 'return function (v, k, q) {\ntry {\nout: {\n';
const TAIL = '\n}\n} catch {}\nreturn S(v, k, q);\n};';

describe('generated code', () => {
  const hostile: readonly string[] = [
    'return v;',
    'return v.constructor;',
    'return v[c0];',
    'return v[t0];',
    'return v[i0];',
    'return v["a"];',
    'return k.constructor;',
    'return k[c0];',
    'return P;',
    'return P.constructor;',
    'return P[c0];',
    'return t0.__proto__;',
    'return t0.__proto__.constructor;',
    'return t0.__proto__[n0];',
    'return t0.__proto__ !== P.constructor;',
    't0.__proto__ = P;',
    'return n0;',
    'return H.constructor(c0);',
    'return H.bare(v, v);',
    'return H.leave(v);',
    'return H[n0];',
    'return C;',
    'return N[n0];',
    'return S(v, k, q);',
    'return q;',
    'return globalThis;',
    'return process;',
    'return import;',
    'return t0[c0];',
    'return t0[0];',
    'return t0[n0](c0);',
    'return t0.concat;',
    'return function () {};',
    'return (() => 1)();',
    'return this;',
    'while (true) {}',
    'for (;;) {}',
    'for (let i0 = 0; true; i0++) {}',
    'for (let i0 = 0; i0 < v.length; i0++) {}',
    'for (let i0 = 0; i0 < t1.length; i0++) { continue; }',
    'return `x`;',
    "return 'x';",
    'return "x";',
    'return /x/;',
    'eval(c0);',
    'return new C;',
    'return t0(c0);',
    'return Math.constructor;',
    'return Math.random();',
    'return Array;',
    'return Array.from(t0);',
    'return Array.isArray(v);',
    'return c0 = 1;',
    'c0 = 1;',
    'v = t0;',
    't0[n0] = 1;',
    'k.now = 1;',
    'const x = 1;',
    'const c0 = 1;',
    'const n0 = c0;',
    'return 1; } + (function () {',
    'return 1; } return c0; {',
    'break there;',
    'there: { break there; }',
    'return H;',
    'return delete t0;',
    'return t0, t1;',
    '/* x */ return 1;',
    'return 1 // x\n;',
    'return 2;',
    'return k["now"];',
    'throw c0;',
    'return await t0;',
    'var t0 = 1;',
    'return t0?.length;',
    'return \\u0074;',
    'label: return 1;',
    'return typeof v !== "number";',
  ];
  for (const body of hostile) {
    it(`refuses ${body}`, () =>
      assert.throws(() => verifyEmitted(`${HEAD}${body}${TAIL}`, ['a']), Refused));
  }

  it('lets the same frame pass with a harmless body', () => {
    verifyEmitted(`${HEAD}const t0 = v[n0];\nreturn t0;${TAIL}`, ['a']);
  });

  for (const name of ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty']) {
    it(`refuses to read ${name}, which every object has`, () =>
      assert.throws(() => verifyEmitted(`${HEAD}return t0[n0];${TAIL}`, [name]), Refused));
  }

  it('passes what is emitted, which holds no word of the rule', () => {
    const texts = ['balance', 'tolerance', 'staffing', 'scales', 'vt'].map((name) => ({
      name,
      text: readFileSync(new URL(`./cases/factory/${name}.qoida`, import.meta.url), 'utf8'),
    }));
    const { runtime, rules } = partsOfProgram(compileProgram(texts, PLANT));
    const units = [
      ...runtime.units.values(),
      ...[...rules.values()].flatMap((points) => [...points.values()].map((p) => p.unit)),
    ];
    let emitted = 0;
    for (const unit of units) {
      const made = emitUnit(unit, runtime.units, { settings: 'beside', gives: 'value' });
      if (made === undefined) continue;
      emitted++;
      verifyEmitted(made.text, made.names);
      assert.doesNotMatch(made.text, /session|input_kg|operator|E3|1400/);
    }
    assert.ok(emitted >= 12, String(emitted));
  });

  it('carries no text of the user, whatever it is', () => {
    const property = fc.property(
      fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
      (text) => {
        const literal = JSON.stringify(text.normalize('NFC')).replace(/\\u[0-9a-f]{4}/g, '?');
        let compiled: ReturnType<typeof compileExpression>;
        try {
          compiled = compileExpression(`t = ${literal}`, { t: 'text' });
        } catch {
          return; // not a text of the language: refused with a diagnostic
        }
        assert.equal(compiled.evaluate({ t: '\u0000' }), false);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('is not needed: the same rule runs as closures', () => {
    const options = { backend: 'closures' } as const;
    const rule = compileExpression('a * 2 > 5 kg', { a: 'kg' }, options);
    assert.equal(rule.evaluate({ a: 3 }), true);
  });
});

describe('names never reach a prototype', () => {
  for (const name of [
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
    'prototype',
    'valueOf',
  ]) {
    it(name, () => {
      for (const backend of ['generated', 'closures', 'reference'] as const) {
        const rule = compileExpression(
          `r.${name} is missing`,
          { r: `{${name}: text?}` },
          { backend },
        );
        assert.equal(rule.evaluate({ r: {} }), true);
        const own = compileExpression(`${name} is missing`, { [name]: 'text?' }, { backend });
        assert.equal(own.evaluate({}), true);
      }
      const { diagnostics } = compileProgram(
        [{ name: 'f', text: `formula f(s: ${name}): text = s.${name}` }],
        PLANT,
      );
      assert.equal(diagnostics[0]?.code, 'Q2004');
      const unknown = compileProgram(
        [{ name: 'f', text: `formula f(s: session): kg = s.${name}` }],
        PLANT,
      );
      assert.equal(unknown.diagnostics[0]?.code, 'Q2002');
      const point = compileProgram(
        [{ name: 'f', text: `gate g\n  on ${name}\n  block when true` }],
        PLANT,
      );
      assert.equal(point.diagnostics[0]?.code, 'Q2006');
    });
  }
});

describe('reading never throws', () => {
  const words = [
    'module',
    'formula',
    'gate',
    'test',
    '\n',
    '\n  ',
    'on',
    'block',
    'when',
    'message',
    '"{a}"',
    '"{',
    'a.b',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    '=',
    '<',
    '5 kg',
    '%',
    'of',
    'and',
    'not',
    'if',
    'then',
    'else',
    'for',
    'in',
    '??',
    '`',
    '#',
    '##',
    'missing',
    'is',
    'session',
    'release',
    'by',
    'until',
    'expect',
    'given',
    'at',
    '2025-08-28',
    '08:00',
    ',',
    '.',
    '-',
    '"',
    '\u202e',
    'each',
  ];
  it('on any words in any order', () => {
    const text = fc
      .array(fc.constantFrom(...words), { maxLength: 40 })
      .map((parts) => parts.join(' '));
    const check = (t: string): void => {
      const program = compileProgram([{ name: 'x.qoida', text: t }], PLANT);
      for (const { span } of program.diagnostics)
        assert.ok(span.start <= span.end && span.start >= 0);
    };
    fc.assert(fc.property(text, check), { numRuns: 3_000 });
  });

  it('on any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (t) => void parseFile('x', t)),
      { numRuns: 2_000 },
    );
  });
});

describe('what nobody sees', () => {
  const hidden = [0x85, 0x34f, 0x61c, 0x115f, 0x180e, 0x2028, 0x206a, 0x3164, 0xffa0, 0xe0041];
  for (const code of hidden) {
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    it(`is refused in names and texts: U+${hex}`, () => {
      const sign = String.fromCodePoint(code);
      for (const text of [`formula \`a${sign}\`(): number = 1`, `formula f(): text = "${sign}"`]) {
        const [first] = compileProgram([{ name: 'f', text }], PLANT).diagnostics;
        assert.equal(first?.code, 'Q1005');
        assert.equal(text.slice(first.span.start, first.span.end), sign);
        assert.match(first.message, new RegExp(`U\\+${hex}$`));
      }
    });
  }

  it('but what makes a sign of a sign does not hide', () => {
    const text = 'formula f(): text = "⚠\ufe0f"';
    assert.deepEqual(compileProgram([{ name: 'f', text }], PLANT).diagnostics, []);
  });
});

describe('a text of any length', () => {
  const many = (part: string, times = 200_000): string => part.repeat(times);
  const formula = 'formula one(): number = 1\n';
  const comments = [
    ['comments', many('# a\n')],
    ['comments above a block', many('# a\n') + formula],
    ['doc comments', many('## a\n') + formula],
    ['comments in a block', `${formula}${many('  # a\n')}${formula.replace('one', 'two')}`],
  ];
  for (const [name, text] of comments as [string, string][]) {
    it(`is read and written: ${name}`, () => {
      assert.deepEqual(compileProgram([{ name: 'f', text }], PLANT).diagnostics, []);
      assert.equal(format(text).length, text.length + (text.includes('two') ? 1 : 0));
    });
  }

  const approval = 'approval a\n  on session.close\n  steps texnolog';
  const long = [
    ['a list', `formula f(): number = count([1${many(', 1', 20_000)}])\n`],
    ['steps', `${approval}${many(' then texnolog', 20_000)}\n`],
    ['actions', `${approval}\n  approved do a()${many(' then a()', 10_000)}\n`],
  ];
  for (const [name, text] of long as [string, string][]) {
    it(`is written: ${name}`, () => {
      assert.equal(format(text).replace(/\s/g, ''), text.replace(/\s/g, ''));
    });
  }

  it('may list any number of values', () => {
    const text = `x in [1${many(', 2')}]`;
    for (const backend of ['generated', 'closures', 'reference'] as const) {
      const rule = compileExpression(text, { x: 'number' }, { backend });
      assert.deepEqual([rule.evaluate({ x: 2 }), rule.evaluate({ x: 3 })], [true, false], backend);
    }
  });

  it('has no comparison of any length', () => {
    const text = `gate g\n  on session.close\n  block when 1${many(' < 1', 20_000)}`;
    const found = compileProgram([{ name: 'f', text }], PLANT).diagnostics;
    assert.deepEqual(
      found.map(({ code }) => code),
      ['Q1006'],
    );
  });

  it('is translated, however long what stands before the first block', () => {
    const text = `${many('# a\n', 2000)}${formula}`;
    const made = format(text, { language: 'ru' });
    assert.match(made, /^язык ru\n/);
    assert.equal(format(made, { language: 'en' }).replace('language en\n\n', ''), text);
  });
});

describe('the package', () => {
  const files = (folder: URL): URL[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? files(new URL(`${entry.name}/`, folder))
        : [new URL(entry.name, folder)],
    );
  const sources = files(new URL('../src/', import.meta.url));

  it('imports nothing but chevrotain', () => {
    assert.ok(sources.length > 30);
    for (const url of sources) {
      const text = readFileSync(url, 'utf8');
      for (const [, from = ''] of text.matchAll(/from '([^']+)'/g)) {
        // What begins with `#` is the package's own, under a condition.
        assert.ok(/^[.#]|^chevrotain$/.test(from), `${url.pathname}: ${from}`);
      }
      assert.doesNotMatch(text, /\b(?:process|Buffer|require|__dirname)\b[.(]/, url.pathname);
    }
  });

  it('has no file over 400 lines', () => {
    for (const url of sources)
      assert.ok(readFileSync(url, 'utf8').split('\n').length <= 400, url.pathname);
  });
});
