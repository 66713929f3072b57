import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  ApiError,
  changeText,
  compileExpression,
  diffRules,
  format,
  loosenedBy,
  QoidaError,
} from '../../src/index.ts';
import { otherLayouts, programs } from '../format/programs.ts';
import { isReadable, RULE_FILES } from '../format/support.ts';

/**
 * Golden texts: a module, what it becomes, and what is told of it in three languages.
 * `QOIDA_ACCEPT=1` writes the file anew; read the difference before you keep it.
 */
const FILE = new URL('./cases.md', import.meta.url);

const cases = readFileSync(FILE, 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const end = part.indexOf('\n');
    const [before = '', after = '', told = ''] = part
      .slice(end + 1)
      .split(/^--- (?:becomes|told)\n/m);
    return { title: part.slice(0, end), before, after, told };
  });

function toldOf(before: string, after: string): string {
  const changes = diffRules(before, after);
  const lines = changes.flatMap((change) => [
    `- ${change.effect}: ${changeText(change, 'en')}`,
    ...['ru', 'uz'].map((language) => `  ${changeText(change, language)}`),
  ]);
  const loosened = loosenedBy(changes).map(({ guard, how }) => `${guard} ${how}`);
  const last = loosened.length === 0 ? [] : [`confirm: ${loosened.join(', ')}`];
  return `${[...lines, ...last].join('\n')}\n\n`;
}

describe('a difference by meaning', () => {
  if (process.env.QOIDA_ACCEPT === '1') {
    const parts = cases.map(
      ({ title, before, after }) =>
        `=== ${title}\n${before}--- becomes\n${after}--- told\n${toldOf(before, after)}`,
    );
    writeFileSync(FILE, parts.join(''));
    return;
  }

  for (const { title, before, after, told } of cases)
    it(`tells ${title}`, () => assert.equal(toldOf(before, after), told));

  it('is empty exactly when both are laid out equally', () => {
    fc.assert(
      fc.property(programs, programs, (a, b) => {
        if (!isReadable(a) || !isReadable(b)) return;
        assert.deepEqual(diffRules(a, a), []);
        assert.equal(diffRules(a, b).length === 0, format(a) === format(b));
      }),
      { numRuns: 150 },
    );
  });

  it('is empty for other layouts of a text', () => {
    for (const { text } of RULE_FILES.slice(0, 4))
      fc.assert(
        fc.property(otherLayouts(text), (other) => {
          if (isReadable(other))
            assert.equal(diffRules(text, other).length === 0, format(text) === format(other));
        }),
        { numRuns: 5 },
      );
  });

  it('finds every line that is left out of a rule file', () => {
    for (const { text } of RULE_FILES) {
      const lines = text.split('\n');
      for (let at = 0; at < lines.length; at += 7) {
        const without = lines.filter((_, i) => i !== at).join('\n');
        if (!isReadable(without)) continue;
        const same = format(without) === format(text);
        assert.equal(diffRules(text, without).length === 0, same, lines[at]);
      }
    }
  });

  it('never calls a condition stricter that lets more through, nor looser one that refuses more', () => {
    const number = fc.integer({ min: -3, max: 3 });
    const term = fc.oneof(
      fc.constantFrom('a', 'b', 'c'),
      number.map((n) => (n < 0 ? `(${n})` : `${n}`)),
    );
    const value = fc.oneof(
      term,
      fc
        .tuple(term, fc.constantFrom('+', '-', '*', '/', '??'), term)
        .map((parts) => parts.join(' ')),
      fc
        .tuple(fc.constantFrom('min', 'max'), term, term)
        .map(([name, x, y]) => `${name}(${x}, ${y})`),
      fc.tuple(fc.constantFrom('abs', '-', 'floor'), term).map(([name, x]) => `${name}(${x})`),
      fc.tuple(term, term, term).map(([x, y, z]) => `(if ${x} > 0 then ${y} else ${z})`),
    );
    const test = fc.oneof(
      fc
        .tuple(value, fc.constantFrom('<', '<=', '>', '>=', '=', '!='), value)
        .map((parts) => parts.join(' ')),
      fc
        .tuple(value, fc.constantFrom('between', 'not between'), value, value)
        .map(([x, word, y, z]) => `${x} ${word} ${y} and ${z}`),
      fc
        .tuple(
          term,
          fc.constantFrom('in', 'not in'),
          fc.array(number, { minLength: 1, maxLength: 3 }),
        )
        .map(([x, word, items]) => `${x} ${word} (${items.join(', ')})`),
    );
    const condition = fc.oneof(
      test,
      test.map((text) => `not (${text})`),
      fc
        .tuple(fc.array(test, { minLength: 1, maxLength: 3 }), fc.constantFrom(' and ', ' or '))
        .map(([tests, word]) => tests.map((text) => `(${text})`).join(word)),
    );
    /** The same condition with one of its numbers or operators another. */
    const mutated = condition.chain((text) => {
      const spots = [...text.matchAll(/(?<![\w.])\d(?!\w)|[<>]=?/g)];
      if (spots.length === 0) return fc.constant([text, text] as const);
      return fc.tuple(fc.constantFrom(...spots), number).map(([spot, n]) => {
        const other = /\d/.test(spot[0])
          ? `${Math.abs(n)}`
          : (['<', '<=', '>', '>='][n + 3] ?? '>');
        return [
          text,
          text.slice(0, spot.index) + other + text.slice(spot.index + spot[0].length),
        ] as const;
      });
    });
    const pairs = fc.oneof(
      fc.tuple(condition, condition),
      mutated,
      fc.tuple(condition, test).map(([a, b]) => [a, `(${a}) or (${b})`] as const),
    );
    const blocks = (text: string, facts: Record<string, number>): boolean => {
      const answer = compileExpression(text, VARS).tryEvaluate(facts);
      return 'fault' in answer || answer.value === true;
    };
    const seen = { stricter: 0, looser: 0 };
    fc.assert(
      fc.property(
        pairs,
        fc.array(fc.record({ a: number, b: number, c: number }), { minLength: 12, maxLength: 12 }),
        ([before, after], rows) => {
          const gate = (text: string) => `gate g\n  on x\n  block when ${text}\n`;
          const effects = new Set(diffRules(gate(before), gate(after)).map(({ effect }) => effect));
          if (effects.has('unclear') || !compiles(before) || !compiles(after)) return;
          for (const facts of rows) {
            const [was, is] = [blocks(before, facts), blocks(after, facts)];
            if (!was && is) assert.ok(effects.has('stricter'), `${before} → ${after}`);
            if (was && !is) assert.ok(effects.has('looser'), `${before} → ${after}`);
          }
          for (const effect of ['stricter', 'looser'] as const)
            if (effects.has(effect)) seen[effect] += 1;
        },
      ),
      { numRuns: 600 },
    );
    assert.ok(seen.stricter > 5 && seen.looser > 5, JSON.stringify(seen));
  });

  it('looks for gates in other modules that ask a formula', () => {
    const formula = (kg: number) => `module a.b\n\nformula limit(x: kg): kg = min(x, ${kg} kg)\n`;
    const gate = 'module a.c\n\ngate g\n  on x\n  block when load > limit(load)\n';
    assert.deepEqual(loosenedBy(diffRules(formula(5), formula(6), { others: [gate] })), [
      { guard: 'g', how: 'looser' },
    ]);
    assert.deepEqual(loosenedBy(diffRules(formula(5), formula(4), { others: [gate] })), []);
  });

  it('refuses what is no text', () => {
    assert.throws(() => diffRules(1 as unknown as string, ''), ApiError);
    assert.throws(() => diffRules('', '', { others: [1] as unknown as string[] }), ApiError);
  });
});

/** What the checker refuses, no gate asks. */
function compiles(text: string): boolean {
  try {
    compileExpression(text, VARS);
    return true;
  } catch (error) {
    if (error instanceof QoidaError) return false;
    throw error;
  }
}

const VARS = { a: 'number', b: 'number', c: 'number' };
