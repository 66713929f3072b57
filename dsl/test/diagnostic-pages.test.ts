import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CODES, type CodeEntry, compileProgram, runTests } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';
import { type Given, isDeep, readCures, runExpression, tellProgram } from './support/cures.ts';
import { diagnosticPage, indexPage } from './support/diagnostic-pages.ts';
import { decode } from './support/hidden.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const PAGES = new URL('diagnostics/', DOCS);

/** What is too large to stand in a file of examples. */
const MADE: Readonly<Record<string, () => readonly string[]>> = {
  Q1016: () => tellProgram(' '.repeat(2_000_001), false).codes,
  Q1019: () => tellProgram('junk here\n'.repeat(10_000), false).codes.slice(-1),
  Q1021: () => tellProgram('formula f(): number = 1\n'.repeat(10_002), false).codes,
  Q2022: () => {
    const formula = (i: number) => `formula f${i}(x: kg): kg = f${i + 1}(x)\n`;
    const calls = Array.from({ length: 5_000 }, (_, i) => formula(i)).join('');
    return tellProgram(`${calls}formula f5000(x: kg): kg = x`, false).codes;
  },
  Q9005: () => {
    const text = 'formula norm(code: text): kg/h = plan_norm(code)';
    const functions = {
      plan_norm: () => {
        throw new Error('the plugin is at fault');
      },
    };
    const program = compileProgram([{ name: 'f', text }], PLANT, { functions });
    const outcome = program.formulas[0]?.tryEvaluate({ code: 'A' }, { now: new Date(0) });
    return outcome !== undefined && 'fault' in outcome ? [outcome.fault.code] : [];
  },
};

describe('the page of each diagnostic', () => {
  const cures = readCures();
  const entries: readonly CodeEntry[] = Object.values(CODES);
  const written = cures.map(({ code }) => code);

  it('is written for every code, once', () => {
    assert.deepEqual(
      entries.map(({ code }) => code).filter((code) => !written.includes(code)),
      [],
      'cases/cures/ needs why it matters, an example and its cure',
    );
    assert.deepEqual(
      written.filter((code, i) => written.indexOf(code) !== i),
      [],
    );
  });

  for (const { code, besides, bad, cure } of cures) {
    it(`${code} has an example that gives it, and a cure`, () => {
      const told =
        bad.kind === 'program'
          ? tellProgram(bad.text, isDeep(code)).codes
          : bad.kind === 'made'
            ? MADE[code]?.()
            : [faultOf(bad)];
      assert.deepEqual([...new Set(told)].sort(), [code, ...besides].sort());
      if (cure.kind === 'expression') {
        assert.equal(faultOf(cure), undefined);
        return;
      }
      assert.equal(tellProgram(cure.text, isDeep(code)).told, '');
      const program = compileProgram([{ name: 'rule.qoida', text: decode(cure.text) }], PLANT);
      assert.deepEqual(
        runTests(program).tests.filter(({ passed }) => !passed),
        [],
      );
    });
  }

  const pages = new Map<string, string>();
  before(() => {
    for (const entry of entries) {
      const cure = cures.find(({ code }) => code === entry.code);
      if (cure !== undefined) pages.set(`${entry.code}.md`, diagnosticPage(entry, cure));
    }
    if (process.env.QOIDA_ACCEPT !== '1') return;
    rmSync(PAGES, { recursive: true, force: true });
    mkdirSync(PAGES);
    for (const [name, text] of pages) writeFileSync(new URL(name, PAGES), text);
    writeFileSync(new URL('diagnostics.md', DOCS), indexPage());
  });

  const stale = 'run "npm run accept" and look at the difference';
  it('is what the language says today', () => {
    for (const [name, text] of pages)
      assert.equal(readFileSync(new URL(name, PAGES), 'utf8'), text, `${name}: ${stale}`);
  });
  it('is there for no other code', () =>
    assert.deepEqual(readdirSync(PAGES).sort(), [...pages.keys()].sort()));
  it('is linked from the table of all messages', () =>
    assert.equal(readFileSync(new URL('diagnostics.md', DOCS), 'utf8'), indexPage(), stale));
});

/** The code of the fault an expression ends in. */
function faultOf({ text, given }: { readonly text: string; readonly given: Given }) {
  const outcome = runExpression(text, given);
  return 'fault' in outcome ? outcome.fault.code : undefined;
}
