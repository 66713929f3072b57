import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  type Catalog,
  CODES,
  compileExpression,
  compileProgram,
  renderDiagnostic,
  runTests,
  sourceText,
} from '@qoida/dsl';
import { catalogOf } from '../../src/platform/catalog.ts';
import { configure } from '../../src/platform/configuration.ts';

const ROOT = new URL('../../../', import.meta.url);
const DIAGNOSTICS = new URL('docs/diagnostics.md', ROOT);

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

describe('docs/diagnostics.md', () => {
  const rows = Object.values(CODES).map(
    ({ code, severity, message, help }) =>
      `| ${code} | ${severity} | ${cell(message)} | ${cell(help ?? '')} |`,
  );
  const page = [
    '# Messages of the language',
    '',
    'Codes are stable: a message may be reworded, a code never gets another meaning. Q1 text and syntax, Q2 names, Q3 types and units, Q4 missing values, Q5 blocks, Q9 while a rule runs. Names in braces are filled in.',
    '',
    '| code | severity | message | help |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');

  it('is the table of the language', () => {
    if (process.env.QOIDA_ACCEPT === '1') writeFileSync(DIAGNOSTICS, page);
    assert.equal(
      readFileSync(DIAGNOSTICS, 'utf8'),
      page,
      'run "npm run accept" and look at the difference',
    );
  });
});

/** A text inside a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
