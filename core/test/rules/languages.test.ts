import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type Catalog, compileProgram, format, runTests } from '@qoida/dsl';
import { catalogOf } from '../../src/platform/catalog.ts';
import { configure } from '../../src/platform/configuration.ts';

const RULES = new URL('../../../plugins/factory/rules/', import.meta.url);

const files = readdirSync(RULES)
  .filter((name) => name.endsWith('.qoida'))
  .map((name) => ({ name, text: readFileSync(new URL(name, RULES), 'utf8') }));

describe('the shipped rules in other languages', () => {
  let catalog: Catalog;
  before(async () => {
    catalog = catalogOf(await configure({ QOIDA_CONFIG: '/nowhere/local.json' }));
  });

  /** What a program says of itself, without places. */
  const toldBy = (texts: typeof files) => {
    const program = compileProgram(texts, catalog);
    const report = runTests(program);
    return {
      diagnostics: program.diagnostics.map(({ code, file }) => [code, file]),
      tests: report.tests.map(({ module, title, passed, reasons }) => [
        ...[module, title, passed],
        ...reasons,
      ]),
      gates: program.gates.map(({ name, points }) => [name, ...points]),
      coverage: report.coverage.map(({ rule, conditions }) => [
        rule,
        ...conditions.map(({ seenTrue, seenFalse }) => [seenTrue, seenFalse]),
      ]),
    };
  };

  for (const language of ['uz', 'uz-cyrl', 'ru'] as const) {
    it(`mean the same in ${language}`, () => {
      const translated = files.map(({ name, text }) => ({
        name,
        text: format(text, { language }),
      }));
      const before = toldBy(files);
      assert.ok(before.tests.length > 10 && before.gates.length > 5);
      assert.deepEqual(toldBy(translated), before);
      for (const { name, text } of translated)
        assert.doesNotMatch(text, /^(?:gate|module|requires) /m, name);
    });
  }
});
