import assert from 'node:assert/strict';
import { choicesFor, isTrueIn, search } from '../../src/deep/search.ts';
import { compileProgram } from '../../src/index.ts';
import { partsOfProgram } from '../../src/program/parts.ts';
import { PLANT } from '../support/catalog.ts';

/** Facts for which a formula of the text is true, as plain data. */
function found(text: string): Readonly<Record<string, unknown>> | undefined {
  const program = compileProgram([{ name: 'f', text }], PLANT);
  assert.deepEqual(program.diagnostics, []);
  const { units } = partsOfProgram(program).runtime;
  const unit = units.get('f');
  assert.ok(unit);
  const choices = choicesFor([{ unit }], units);
  const world = search(choices, isTrueIn({ unit }, { units }));
  return world === undefined ? undefined : JSON.parse(JSON.stringify(world.data));
}

describe('the search for a witness', () => {
  it('finds constants and their neighbours, in the unit of the field', () => {
    const text = 'formula f(w: kg): bool = w > 37.1 kg and w < 37.103 kg and w != 37.101 kg';
    assert.equal(found(text), undefined);
    assert.deepEqual(found('formula f(w: g): bool = w = 2 kg'), { w: 2000 });
    const step = 'formula f(s: session): bool = s.input_kg > 5 kg and s.input_kg < 5.002 kg';
    assert.deepEqual(found(step), { s: { input_kg: 5.001 } });
  });

  it('finds values of enums, missing values, lists, and what formulas read', () => {
    const text = `formula f(p: package, s: session): bool =
  p.status = qc_rejected and p.length_m is missing and heavy(s)
formula heavy(s: session): bool = any(p.weight_kg > 30 kg for p in s.packages)`;
    assert.deepEqual(found(text), {
      p: { status: 'qc_rejected', length_m: null },
      s: { packages: [{ weight_kg: 30.001 }] },
    });
    assert.deepEqual(found('formula f(s: session): bool = count(s.packages) = 0'), {
      s: { packages: [] },
    });
  });

  it('finds moments about the clock', () => {
    assert.ok(found('formula f(s: session): bool = now - s.started_at > 10 min'));
    assert.ok(found('formula f(n: number): bool = weekday(today) = sunday and n = 3'));
  });

  it('finds nothing where there is nothing', () => {
    assert.equal(found('formula f(x: number): bool = x > 5 and x < 3'), undefined);
  });
});
