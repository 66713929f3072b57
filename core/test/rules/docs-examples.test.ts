import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  type Catalog,
  compileExpression,
  compileProgram,
  renderDiagnostic,
  runTests,
  sourceText,
} from '@qoida/dsl';
import { catalogOf } from '../../src/platform/catalog.ts';
import { configure } from '../../src/platform/configuration.ts';

const ROOT = new URL('../../../', import.meta.url);

interface Example {
  readonly place: string;
  readonly text: string;
  /** The diagnostic that it shows; undefined for a rule that is right. */
  readonly code: string | undefined;
}

/** Fenced blocks of a page: `qoida`, or `qoida invalid Q3002`. */
function examplesIn(page: string): Example[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8');
  return [...text.matchAll(/^( *)```qoida(?: invalid (Q\d{4}))?\n([\s\S]*?)^ *```$/gm)].map(
    (found) => ({
      place: `${page}:${text.slice(0, found.index).split('\n').length}`,
      text: (found[3] ?? '').replaceAll(`\n${found[1]}`, '\n').slice(found[1]?.length),
      code: found[2],
    }),
  );
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs/', ROOT)).map((name) => `docs/${name}`),
].filter((page) => page.endsWith('.md') && existsSync(new URL(page, ROOT)));

describe('rules in the documents', () => {
  let catalog: Catalog;
  before(async () => {
    catalog = catalogOf(await configure({ QOIDA_CONFIG: '/nowhere/local.json' }));
  });

  const examples = pages.flatMap(examplesIn);
  it('there are some', () => assert.ok(examples.length > 5));

  for (const { place, text, code } of examples) {
    it(`${place} ${code === undefined ? 'compiles and its tests pass' : `shows ${code}`}`, () => {
      const program = compileProgram([{ name: 'example.qoida', text }], catalog);
      const errors = program.diagnostics.filter((item) => item.severity === 'error');
      if (code !== undefined) {
        assert.deepEqual([...new Set(errors.map((item) => item.code))], [code]);
        return;
      }
      const source = sourceText('example.qoida', text);
      assert.equal(errors.map((item) => renderDiagnostic(item, source)).join('\n'), '');
      const { tests } = runTests(program);
      assert.deepEqual(
        tests.filter((test) => !test.passed),
        [],
      );
    });
  }

  it('the expression of the page on the language gives what the page says', () => {
    const limit = compileExpression('min(floor(1% of input_kg, 1 g), 5 kg)', { input_kg: 'kg' });
    assert.deepEqual([limit.type, limit.evaluate({ input_kg: 123.457 })], ['kg', 1.234]);
  });
});
