import assert from 'node:assert/strict';
import { HOSTILE } from '../bench/support/hostile.ts';
import { compileProgram, format, QoidaError } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

/** How long each takes is measured beside: `bench/parse.bench.ts`. */
describe('a hostile text', () => {
  for (const [name, make, code] of HOSTILE) {
    it(`is told what is wrong with it: ${name}`, () => {
      const text = make();
      const { diagnostics } = compileProgram([{ name: 'hostile.qoida', text }], PLANT);
      assert.equal(diagnostics[0]?.code, code, diagnostics[0]?.message);
      try {
        format(text);
      } catch (fault) {
        assert.ok(fault instanceof QoidaError, String(fault));
      }
    });
  }
});
