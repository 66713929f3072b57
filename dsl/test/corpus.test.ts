import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { compileExpression } from '../src/index.ts';
import { answers } from './support/backends.ts';
import { type CorpusCase, clockOf, corpus, wrongIn } from './support/corpus.ts';

for (const { feature, cases } of corpus()) {
  describe(`corpus ${feature}`, () => {
    for (const c of cases) {
      it(`${c.text} of ${JSON.stringify(c.values)}`, () => {
        for (const [backend, answer] of Object.entries(answers({ ...c, clock: clockOf(c) })))
          assert.equal(wrongIn(c, backend, answer), undefined);
      });
    }
  });
}

/** So many texts of each feature are shown: enough to see a change of a back end. */
const SHOWN = 3;
const GOLDEN = new URL('./cases/compiled.md', import.meta.url);

describe('JSON Logic and SQL of the corpus', () => {
  it('are as in cases/compiled.md (QOIDA_ACCEPT=1 writes it)', () => {
    const made = `# Texts of the corpus as JSON Logic and as SQL\n${corpus()
      .map(({ feature, cases }) => `\n## ${feature}\n${shown(cases)}`)
      .join('')}`;
    if (process.env.QOIDA_ACCEPT === '1') writeFileSync(GOLDEN, made);
    assert.equal(made, readFileSync(GOLDEN, 'utf8'));
  });
});

function shown(cases: readonly CorpusCase[]): string {
  const texts = new Map(cases.map((c) => [c.text, c.vars]));
  return [...texts]
    .slice(0, SHOWN)
    .map(([text, vars]) => {
      const compiled = compileExpression(text, vars, { guards: 'allow' });
      const rule = compiled.jsonLogic;
      const statement = compiled.sql();
      const logic = 'rule' in rule ? JSON.stringify(rule.rule) : rule.notSupported;
      const query =
        'text' in statement
          ? `${statement.text}\n${statement.params.map((param, i) => `-- $${i + 1}: ${JSON.stringify(param)}`).join('\n')}`
          : statement.notSupported;
      return `\n\`\`\`qoida\n${text}\n\`\`\`\n\n\`\`\`json\n${logic}\n\`\`\`\n\n\`\`\`sql\n${query.trimEnd()}\n\`\`\`\n`;
    })
    .join('');
}
