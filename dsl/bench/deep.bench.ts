/** How long the checks beyond types take on programs of 10,000 lines; prints milliseconds. */
import { DeepCache } from '../src/deep/deep.ts';
import { compileProgram, deepCheck } from '../src/index.ts';
import { deepCheckOf } from '../src/program/deep-check.ts';
import { partsOfProgram } from '../src/program/program.ts';
import { busyness, line, median } from './support/figures.ts';
import { PLANT, plantProgram } from './support/programs.ts';

const ROUNDS = 7;
const LINES = 10_000;

const text = plantProgram(LINES);
const program = compileProgram([{ name: 'a.qoida', text }], PLANT);
const rules = program.gates.length + program.formulas.length;

/** Runs work over and over: the first time, and the middle of the others, by what it says it took. */
function measure(title: string, run: (round: number) => number): void {
  const [first = 0, ...others] = Array.from({ length: ROUNDS + 1 }, (_, round) => run(round));
  console.log(line(title, `${first.toFixed(0)} ms`, `${median(others).toFixed(0)} ms`));
}

function timed<T>(work: () => T): { readonly ms: number; readonly result: T } {
  const begin = performance.now();
  const result = work();
  return { ms: performance.now() - begin, result };
}

console.log(`${rules} rules, ${LINES} lines; ${busyness()}`);
console.log(line('', 'first', 'median'));
measure('deep check of the whole program', () => timed(() => deepCheck(program)).ms);
console.log(`  ${deepCheck(program).length} findings`);

const cache = new DeepCache();
measure('after an edit of one rule', (round) => {
  const changed = text.replace('share of min(', `${round + 1}% of min(`);
  const { checked, runtime } = partsOfProgram(
    compileProgram([{ name: 'a.qoida', text: changed }], PLANT),
  );
  return timed(() => deepCheckOf(checked, [], runtime.source, { cache })).ms;
});
