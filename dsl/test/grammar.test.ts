import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compileProgram, runTests } from '../src/index.ts';
import { ApprovalGrammar } from '../src/language/approval-grammar.ts';
import type { Expr } from '../src/language/ast.ts';
import { FlowGrammar } from '../src/language/flow-grammar.ts';
import { Grammar } from '../src/language/grammar.ts';
import {
  CONTEXT_KEYS,
  KEYWORDS,
  type KeywordKey,
  LANGUAGE_TAGS,
  RESERVED_KEYS,
  SECOND_KEYS,
  SECOND_WORDS,
} from '../src/language/keywords.ts';
import { ModelGrammar } from '../src/language/model-grammar.ts';
import { parseExpression, parseFile } from '../src/language/parse.ts';
import { childrenOf } from '../src/language/visit.ts';
import { PLANT } from './support/catalog.ts';

const GRAMMAR = readFileSync(new URL('../GRAMMAR.md', import.meta.url), 'utf8');

/** The tree as nested brackets, so that a test can show what binds to what. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'number':
      return `${expr.value}${expr.unit?.text ?? ''}`;
    case 'paren':
      return shape(expr.inner);
    case 'field':
      return `${shape(expr.target)}.${expr.name}`;
    default: {
      const sign = 'op' in expr ? expr.op : 'ops' in expr ? expr.ops.join('') : expr.kind;
      return `(${[sign, ...childrenOf(expr).map(shape)].join(' ')})`;
    }
  }
}

describe('GRAMMAR.md', () => {
  const blocks = [...GRAMMAR.matchAll(/^```(valid|invalid)(?: (Q\d+))?\n([\s\S]*?)^```/gm)];

  it('has an example of each kind for each block', () => {
    assert.ok(blocks.filter(([, kind]) => kind === 'valid').length >= 4);
    assert.ok(blocks.filter(([, kind]) => kind === 'invalid').length >= 4);
  });

  for (const [, kind, code, text = ''] of blocks) {
    it(`${kind} ${code ?? ''}: ${text.split('\n')[0]}`, () => {
      const program = compileProgram([{ name: 'example.qoida', text }], PLANT);
      const found = program.diagnostics.filter((d) => d.severity === 'error').map((d) => d.code);
      if (kind === 'valid') {
        assert.deepEqual(found, []);
        assert.deepEqual(
          runTests(program).tests.flatMap(({ reasons }) => reasons),
          [],
        );
      } else assert.ok(found.includes(code ?? ''), found.join(', '));
    });
  }

  it('lists the words of all languages, and no others', () => {
    const rowsAfter = (title: string): string[][] => {
      const lines = GRAMMAR.slice(GRAMMAR.indexOf(title)).split('\n').slice(4);
      const end = lines.findIndex((line) => !line.startsWith('|'));
      return lines.slice(0, end).map((line) => line.split('|').slice(1, -1).map(String));
    };
    const wordsFor = (keys: readonly KeywordKey[]) =>
      keys.map((key) =>
        LANGUAGE_TAGS.map((tag) => {
          const second = SECOND_KEYS.find((candidate) => candidate === key && tag !== 'en');
          const words = [KEYWORDS[tag][key], ...(second ? [SECOND_WORDS[tag][second]] : [])];
          return ` ${words.map((word) => `\`${word}\``).join(' ')} `;
        }),
      );
    assert.deepEqual(rowsAfter('Reserved everywhere'), wordsFor(RESERVED_KEYS));
    assert.deepEqual(rowsAfter('Keywords only where'), wordsFor(CONTEXT_KEYS));
  });
});

describe('the grammar', () => {
  it('has no two ways to read a text: chevrotain looks for them when it is asked', () => {
    for (const Each of [Grammar, ApprovalGrammar, FlowGrammar, ModelGrammar])
      assert.doesNotThrow(() => new Each(true));
  });
});

describe('expressions', () => {
  const shapes: readonly (readonly [string, string])[] = [
    ['1 + 2 * 3', '(+ 1 (* 2 3))'],
    ['1 - 2 - 3', '(- (- 1 2) 3)'],
    ['-a * b', '(* (- a) b)'],
    ['1% of a * b', '(* (of 1% a) b)'],
    ['a * 5% of b', '(* a (of 5% b))'],
    ['a ?? b ?? c', '(?? a (?? b c))'],
    ['a + b ?? c', '(?? (+ a b) c)'],
    ['a / b ?? 0 > c', '(> (?? (/ a b) 0) c)'],
    ['0 < x <= 5kg', '(<<= 0 x 5kg)'],
    ['not a = b and c', '(and (not (= a b)) c)'],
    ['a or b and c', '(or a (and b c))'],
    ['not not a', '(not (not a))'],
    ['if a then b else c + 1', '(if a b (+ c 1))'],
    ['a is missing or b', '(or (presence a) b)'],
    ['a not in [1, 2] and b', '(and (in a (list 1 2)) b)'],
    ['a between 1 and 2 and b', '(and (between a 1 2) b)'],
    ['5 kg/h', '5kg/h'],
    ['5 kg / h', '(/ 5kg h)'],
    ['m * 5 m', '(* m 5m)'],
    ['p.if.m', 'p.if.m'],
    ['`if` + 1', '(+ if 1)'],
    ['at 2025-08-28 < now', '(< (at (date)) (now))'],
  ];
  for (const [text, expected] of shapes) {
    it(text, () => {
      const { expr, diagnostics } = parseExpression(text);
      assert.deepEqual(diagnostics, []);
      assert.equal(expr && shape(expr), expected);
    });
  }
});

describe('files', () => {
  it('keep their comments, and give doc comments to blocks', () => {
    const text = '# plain\n## The limit,\n## cut to the gram.\nformula f(): number = 1 # why\n';
    const { file } = parseFile('a.qoida', text);
    assert.deepEqual(
      file.comments.map((c) => [c.text, c.doc, c.ownLine]),
      [
        ['# plain', false, true],
        ['## The limit,', true, true],
        ['## cut to the gram.', true, true],
        ['# why', false, false],
      ],
    );
    const [formula] = file.blocks;
    assert.equal(formula?.kind === 'formula' && formula.doc, 'The limit,\ncut to the gram.');
  });

  it('lose no block to a fault in another', () => {
    const text =
      'formula a(): number = (1\nformula b(): number = 2\ngate c\n  on x.y\n  block wen true\n  answer z\n';
    const { file, diagnostics } = parseFile('a.qoida', text);
    assert.deepEqual(
      file.blocks.map((b) => b.kind),
      ['formula', 'gate'],
    );
    assert.equal(diagnostics.length, 2);
    const gate = file.blocks[1];
    assert.deepEqual(gate?.kind === 'gate' && gate.clauses.map((c) => c.kind), ['on', 'answer']);
  });

  it('may end lines as Windows does and begin with a byte order mark', () => {
    const text = '\ufeffmodule a\r\n\r\nformula f(): kg =\r\n  1 kg\r\n  + 2 kg\r\n';
    const { file, diagnostics } = parseFile('a.qoida', text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      file.blocks.map((b) => b.kind),
      ['module', 'formula'],
    );
  });
});
