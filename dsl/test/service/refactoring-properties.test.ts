import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  compileProgram,
  createLanguageService,
  format,
  LANGUAGE_TAGS,
  type LanguageTag,
  runTests,
} from '../../src/index.ts';
import type { Expr } from '../../src/language/ast.ts';
import { expressionsOf } from '../../src/language/expressions-of.ts';
import { parseFile } from '../../src/language/parse.ts';
import { walk } from '../../src/language/visit.ts';
import type { Span } from '../../src/source/text.ts';
import { parseUnit, toBase } from '../../src/types/units.ts';
import { PLANT } from '../support/catalog.ts';
import { changed } from './support.ts';

const FOLDER = new URL('../cases/factory/', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.qoida'));

/** The rules of the plant, in the words of a language. */
const plant = new Map(
  LANGUAGE_TAGS.map((language): [LanguageTag, ReadonlyMap<string, string>] => [
    language,
    new Map(
      NAMES.map((name) => [
        name,
        format(readFileSync(new URL(name, FOLDER), 'utf8'), { language }),
      ]),
    ),
  ]),
);

function serviceFor(texts: ReadonlyMap<string, string>) {
  const service = createLanguageService(PLANT);
  for (const [name, text] of texts) service.setFile(name, text);
  return service;
}
const errorsIn = (texts: ReadonlyMap<string, string>): string[] => {
  const service = serviceFor(texts);
  return [...texts.keys()].flatMap((name) =>
    service.diagnostics(name).flatMap((d) => (d.severity === 'error' ? [d.message] : [])),
  );
};
const outcomes = (texts: ReadonlyMap<string, string>) =>
  runTests(
    compileProgram(
      [...texts].map(([name, text]) => ({ name, text })),
      PLANT,
    ),
  ).tests.map(({ title, passed, reasons }) => ({ title, passed, reasons }));

/** All parts of all expressions of a text. */
function partsOf(text: string): Expr[] {
  const parts: Expr[] = [];
  for (const block of parseFile('a', text).file.blocks)
    for (const expr of expressionsOf(block)) walk(expr, (part) => parts.push(part));
  return parts;
}
/** The names of all calls of a text: what a formula says can be put in their place. */
const callsOf = (text: string): Span[] =>
  partsOf(text).flatMap((part) => (part.kind === 'call' ? [part.nameSpan] : []));

const language = fc.constantFrom(...LANGUAGE_TAGS);
const file = fc.constantFrom(...NAMES);

describe('actions on the rules of the plant', function () {
  this.timeout(120_000);
  const expected = new Map(
    LANGUAGE_TAGS.map((tag) => [tag, outcomes(plant.get(tag) ?? new Map())]),
  );
  const seen = new Map<string, number>();

  it('keep it sound and its tests as they were, whatever is chosen', () => {
    const check = (tag: LanguageTag, name: string, at: number, whole: boolean) => {
      const text = plant.get(tag)?.get(name) as string;
      const parts = partsOf(text);
      const { start, end } = (parts[at % parts.length] as Expr).span;
      checkAt(tag, name, { start, end: whole ? end : start });
    };
    const checkAt = (tag: LanguageTag, name: string, span: Span) => {
      const texts = plant.get(tag) as ReadonlyMap<string, string>;
      const text = texts.get(name) as string;
      for (const action of serviceFor(texts).codeActions(name, span)) {
        const made = changed(text, action.edits);
        const after = new Map(texts).set(name, made);
        assert.deepEqual(errorsIn(after), [], `${action.title}\n${made}`);
        assert.deepEqual(outcomes(after), expected.get(tag), `${action.title}\n${made}`);
        seen.set(action.kind, (seen.get(action.kind) ?? 0) + 1);
      }
    };
    const place = fc.nat(100_000);
    fc.assert(fc.property(language, file, place, fc.boolean(), check), { numRuns: 120 });
    // Calls are few among all parts: chance alone would miss them now and then.
    for (const [tag, texts] of plant)
      for (const [name, text] of texts)
        for (const { start } of callsOf(text)) checkAt(tag, name, { start, end: start });
    for (const kind of ['refactor.extract', 'refactor.inline', 'refactor.rewrite'])
      assert.ok((seen.get(kind) ?? 0) > 0, `${kind} was offered: ${JSON.stringify([...seen])}`);
  });

  it('give each gate a test that plays, and passes where the facts were found', () => {
    let passed = 0;
    for (const tag of LANGUAGE_TAGS)
      for (const [name, text] of plant.get(tag) ?? []) {
        const texts = plant.get(tag) as ReadonlyMap<string, string>;
        const service = serviceFor(texts);
        for (const { kind, nameSpan } of service.symbols(name)) {
          if (kind !== 'gate') continue;
          const action = service
            .codeActions(name, { start: nameSpan.start, end: nameSpan.start })
            .find((one) => one.kind === 'refactor.rewrite');
          assert.ok(action, `${name}: ${text.slice(nameSpan.start, nameSpan.end)}`);
          const after = new Map(texts).set(name, changed(text, action.edits));
          assert.deepEqual(errorsIn(after), []);
          const played = outcomes(after);
          assert.equal(played.length, (expected.get(tag)?.length ?? 0) + 1);
          passed += played.filter((test) => test.passed).length - (expected.get(tag)?.length ?? 0);
        }
      }
    assert.ok(passed > 0);
  });

  it('mend a word that somebody has mistyped', () => {
    const check = (tag: LanguageTag, name: string, at: number, letter: number) => {
      const texts = plant.get(tag) as ReadonlyMap<string, string>;
      const text = texts.get(name) as string;
      const words = [...text.matchAll(/(?<=\.)[a-z_]{5,}/g)];
      const word = words[at % words.length];
      if (word === undefined) return;
      const cut = word.index + (letter % word[0].length);
      const broken = text.slice(0, cut) + text.slice(cut + 1);
      const service = serviceFor(new Map(texts).set(name, broken));
      const before = errorsIn(new Map(texts).set(name, broken)).length;
      for (const { span } of service.diagnostics(name))
        for (const { title, edits } of service.codeActions(name, span)) {
          const made = changed(broken, edits);
          assert.ok(errorsIn(new Map(texts).set(name, made)).length <= before, `${title}\n${made}`);
        }
    };
    fc.assert(fc.property(language, file, fc.nat(10_000), fc.nat(20), check), { numRuns: 60 });
  });
});

// --- random expressions --------------------------------------------------------------------------

const { expression } = fc.letrec<{ quantity: string; expression: string; bool: string }>((tie) => ({
  quantity: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('a', 'b', 's.input_kg', 's.good_kg', 's.wip_kg', '5 kg', '250 g', '0 kg'),
    fc
      .tuple(tie('quantity'), fc.constantFrom('+', '-'), tie('quantity'))
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    tie('quantity').map((x) => `2 * ${x}`),
    tie('quantity').map((x) => `floor(${x}, 1 g)`),
    fc.tuple(tie('quantity'), tie('quantity')).map(([x, y]) => `min(${x}, ${y})`),
    fc
      .tuple(tie('bool'), tie('quantity'), tie('quantity'))
      .map(([c, x, y]) => `(if ${c} then ${x} else ${y})`),
    tie('quantity').map(
      (x) => `sum(p.weight_kg + ${x} for p in s.packages where p.weight_trusted)`,
    ),
    tie('quantity').map((x) => `helper(s, ${x})`),
    fc.constantFrom(
      'loss(s)',
      '1 m * (s.input_kg / 2 m)',
      '(s.input_kg * (s.wip_kg / (s.good_kg + 1 kg)))',
    ),
  ),
  bool: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc
      .tuple(tie('quantity'), fc.constantFrom('<', '<=', '=', '!='), tie('quantity'))
      .map(([x, op, y]) => `${x} ${op} ${y}`),
    fc
      .tuple(tie('bool'), fc.constantFrom('and', 'or'), tie('bool'))
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc.constantFrom('any(p.status = qc_ok for p in s.packages)', 'not over(s)'),
  ),
  expression: fc.oneof(tie('quantity'), tie('bool')),
}));

const kg = fc.integer({ min: 0, max: 40 }).map((steps) => steps / 8);
const packages = fc.array(
  fc.record({
    code: fc.constant('p'),
    weight_kg: kg,
    status: fc.constantFrom('draft', 'qc_ok'),
    weight_trusted: fc.boolean(),
  }),
  { maxLength: 3 },
);
const session = fc.record({ input_kg: kg, good_kg: kg, wip_kg: kg, packages });

const NOW = new Date('2025-01-15T12:00Z');

const HELPERS = `formula loss(x: session): kg = x.input_kg - x.good_kg

formula helper(x: session, y: kg): kg = max(y, x.wip_kg)

formula over(x: session): bool = loss(x) > 1 kg or x.wip_kg > x.good_kg
`;

describe('extracting and inlining', function () {
  this.timeout(120_000);

  it('change no value, whatever the formula says', () => {
    const seen = new Map<string, number>();
    const check = (
      body: string,
      at: number,
      whole: boolean,
      facts: object,
      a: number,
      b: number,
    ) => {
      const head = 'formula f(s: session, a: kg, b: kg) = ';
      const text = `${head}${body}\n\n${HELPERS}`;
      const before = compileProgram([{ name: 'a', text }], PLANT);
      if (before.formulas.length === 0) return;
      const parts = partsOf(text)
        .map(({ span }) => span)
        .filter(({ start }) => start < head.length + body.length);
      const part = parts[at % parts.length] as Span;
      const service = createLanguageService(PLANT);
      service.setFile('a', text);
      const span = whole ? part : { start: part.start, end: part.start };
      for (const { kind, title, edits } of service.codeActions('a', span)) {
        const made = changed(text, edits);
        const after = compileProgram([{ name: 'a', text: made }], PLANT);
        // A call is a step more: lists in lists may then take too many.
        if (after.diagnostics.some(({ code }) => code === 'Q5005')) continue;
        // A quantity may come to be shown in another unit.
        const told = (program: typeof after) => {
          const formula = program.formulas.find(({ name }) => name === 'f');
          assert.ok(formula, made);
          const outcome = formula.tryEvaluate({ s: facts, a, b }, { now: NOW });
          if ('fault' in outcome) return outcome.fault.code;
          const unit = typeof formula.type === 'string' ? parseUnit(formula.type) : undefined;
          return typeof outcome.value === 'number' && unit !== undefined
            ? Number(toBase(outcome.value, unit).toPrecision(12))
            : outcome.value;
        };
        assert.deepEqual(told(after), told(before), `${title}\n${text}\n${made}`);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
    };
    fc.assert(fc.property(expression, fc.nat(1_000), fc.boolean(), session, kg, kg, check), {
      numRuns: 400,
    });
    for (const kind of ['refactor.extract', 'refactor.inline', 'refactor.rewrite'])
      assert.ok((seen.get(kind) ?? 0) > 5, `${kind} was offered: ${JSON.stringify([...seen])}`);
  });
});
