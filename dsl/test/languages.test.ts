import assert from 'node:assert/strict';
import { compileProgram } from '../src/index.ts';
import { languageOf } from '../src/language/detect.ts';
import {
  CONTEXT_KEYS,
  KEYWORDS,
  type KeywordKey,
  LANGUAGE_TAGS,
  type LanguageTag,
  RESERVED_KEYS,
  SECOND_KEYS,
  SECOND_WORDS,
} from '../src/language/keywords.ts';
import { parseExpression, parseFile } from '../src/language/parse.ts';
import { builtInNamed, isAggregateName } from '../src/types/functions.ts';
import { SIMPLE_TYPE_NAMES } from '../src/types/type-text.ts';
import { unitNames } from '../src/types/units.ts';
import { PLANT } from './support/catalog.ts';

const KEYS: readonly KeywordKey[] = [...RESERVED_KEYS, ...CONTEXT_KEYS];

const wordsOf = (tag: LanguageTag): string[] => [
  ...KEYS.map((key) => KEYWORDS[tag][key]),
  ...SECOND_KEYS.map((key) => SECOND_WORDS[tag][key]),
];

const found = (text: string): string[] => parseFile('f', text).diagnostics.map((d) => d.message);

/** Cyrillic Uzbek in Latin letters, by the official table. */
function inLatin(word: string): string {
  const letters: Readonly<Record<string, string>> = {
    ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', ё: 'yo', ж: 'j', з: 'z', и: 'i', й: 'y', к: 'k' },
    ...{ л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'x' },
    ...{ ч: 'ch', ш: 'sh', э: 'e', ю: 'yu', я: 'ya', ъ: '', ь: '', қ: 'q', ғ: 'gʻ', ҳ: 'h' },
    ў: 'oʻ',
  };
  return word
    .replace(/(?<=^|[аеёиоуўэюяъ])е/gu, 'ye')
    .replace(/\p{Script=Cyrillic}/gu, (letter) =>
      letter === 'е' ? 'e' : (letters[letter] ?? '?'),
    );
}

describe('the words of the languages', () => {
  for (const tag of LANGUAGE_TAGS) {
    it(`${tag}: one word each, all different, none that is a name everywhere`, () => {
      const words = wordsOf(tag);
      for (const word of words) assert.match(word, /^[\p{L}ʻ]+$/u);
      // English says `in`, `then` and `by` of two things each.
      assert.equal(new Set(words).size, words.length - (tag === 'en' ? 3 : 0));
      const units = new Set(unitNames());
      const names = words.filter(
        (word) =>
          units.has(word) ||
          SIMPLE_TYPE_NAMES.includes(word) ||
          builtInNamed(word) !== undefined ||
          isAggregateName(word),
      );
      assert.deepEqual(names, tag === 'en' ? ['day', 'month'] : []);
    });
  }

  it('uz-cyrl is uz in the other script', () => {
    assert.deepEqual(wordsOf('uz-cyrl').map(inLatin), wordsOf('uz'));
  });

  it('ru has no ё, which many keyboards leave out', () => {
    assert.deepEqual(
      wordsOf('ru').filter((word) => /ё/u.test(word)),
      [],
    );
  });
});

describe('the language of a file', () => {
  const cases: readonly (readonly [string, LanguageTag])[] = [
    ['language uz\nformula f(): number = 1', 'uz'],
    ['# first\n\nтил uz-cyrl\n', 'uz-cyrl'],
    ['\ufeffязык ru\r\n', 'ru'],
    ['til en\ngate g', 'en'],
    ['toʻsiq g', 'uz'],
    ["to'siq g", 'uz'],
    ['тўсиқ g', 'uz-cyrl'],
    ['запрет g', 'ru'],
    ['gate natija', 'en'],
    // `formula`, `test` and `kpi` are words of several languages: what is in them tells.
    ['formula f(x: kg): kg = x', 'en'],
    ['formula f(x: kg): kg = agar x > 1 kg unda x yoʻqsa 0 kg', 'uz'],
    ['formula f(bor: kg, va: kg): kg = bor + va', 'en'],
    ['formula f(x: kg): kg = va + esa', 'en'],
    ['formula f(): bool = rost', 'uz'],
    ['test "x"\n  expect f(1)', 'en'],
    ['test "x"\n  kutamiz f(1)', 'uz'],
    ['тест "x"\n  ожидаем f(1)', 'ru'],
    ['тест "x"\n  кутамиз f(1)', 'uz-cyrl'],
    ['# gate запрет\nkpi k kesimda a', 'uz'],
    ['kpi "gate" # запрет\n  natija', 'uz'],
    ['', 'en'],
  ];
  for (const [text, language] of cases)
    it(`${JSON.stringify(text)} is ${language}`, () => assert.equal(languageOf(text), language));
});

describe('words of two languages in one file', () => {
  it('are refused where a keyword had to stand', () => {
    const gate = 'gate g\n  on session.close\n';
    assert.deepEqual(found(`${gate}  blokla when true`), [
      '`blokla` is Uzbek (Latin), but this file is in English; write `block`',
    ]);
    assert.deepEqual(found(`${gate}  block when true va true`), [
      '`va` is Uzbek (Latin), but this file is in English; write `and`',
    ]);
    assert.deepEqual(found(`${gate}  block when не true`), [
      '`не` is Russian, but this file is in English; write `not`',
    ]);
    assert.deepEqual(found('til uz\nтест "x"\n'), [
      '`тест` is Uzbek (Cyrillic) or Russian, but this file is in Uzbek (Latin); write `test`',
    ]);
    assert.deepEqual(found(`automation a\n  when x.y as e\n  do a.b() keyin c.d()`), [
      '`keyin` is Uzbek (Latin), but this file is in English; write `then`',
    ]);
  });

  it('is cured by the fix', () => {
    const text = 'запрет g\n  при session.close\n  block when истина';
    const [fault] = parseFile('f', text).diagnostics;
    assert.ok(fault?.fix !== undefined);
    const { span, text: cure } = fault.fix;
    assert.equal(text.slice(span.start, span.end), 'block');
    assert.equal(cure, 'запретить');
  });

  it('are names where names stand', () => {
    for (const [text, names] of [
      ['formula va(bor: kg, и: kg): kg = bor + и', 'и'],
      ['til uz\nformula if(and: kg): kg = and + x.gate', 'and'],
      ['язык ru\nформула gate(block: kg): kg = block + va', 'va'],
    ])
      assert.deepEqual(found(text ?? ''), [], names);
  });
});

describe('apostrophes', () => {
  it('are one letter, however they are typed', () => {
    for (const apostrophe of ["'", '‘', '’', 'ʼ', 'ʻ']) {
      const text =
        "til uz\nformula o'lchov(bo'y: kg): bool = bo'y esa emas yo'q yoki yolg'on va bo'y.o'q";
      const { file, diagnostics } = parseFile('f', text.replaceAll("'", apostrophe));
      assert.deepEqual(diagnostics, []);
      const [, formula] = file.blocks;
      assert.ok(formula?.kind === 'formula');
      assert.equal(formula.name.name, 'oʻlchov');
      assert.equal(formula.params[0]?.name.name, 'boʻy');
      assert.equal(formula.body.kind, 'binary');
    }
  });

  it('compare equal in names, and stay as they are in backticks', () => {
    const names = ["o'q", 'o‘q', '`o‘q`', 'oʻq', 'bogʼ'].map((text) => {
      const { expr } = parseExpression(text);
      return expr?.kind === 'name' ? expr.name : undefined;
    });
    assert.deepEqual(names, ['oʻq', 'oʻq', 'o‘q', 'oʻq', 'bogʻ']);
  });

  it('begin no word and no text', () => {
    assert.equal(parseExpression("'a").diagnostics[0]?.code, 'Q1001');
  });
});

describe('diagnostics of a file', () => {
  const told = (text: string): string[] =>
    compileProgram([{ name: 'f', text }], PLANT).diagnostics.map((d) => d.message);

  it('quote keywords in its language', () => {
    assert.deepEqual(told('til uz\ntoʻsiq g\n  blokla qachonki rost'), [
      '`toʻsiq` needs a clause `paytida POINT`',
    ]);
    assert.deepEqual(told('запрет g\n  при session.close\n  запретить если истина'), [
      'expected `когда`, found `если`',
    ]);
    const divided = 'язык ru\nформула f(a: kg, of: kg): number = a / (1% из of)';
    assert.deepEqual(told(divided), ['`(1 % из of)` may be 0 here']);
    assert.deepEqual(told('til uz\ntoʻsiq g\n  paytida session.close\n  ochish texnolog'), [
      'expected `aslo` or `tomonidan`, found `texnolog`',
    ]);
  });
});
