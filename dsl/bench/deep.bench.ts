/** How long the checks beyond types take on a program of 10,000 lines; prints milliseconds. */
import { compileProgram, createLanguageService, deepCheck } from '../src/index.ts';
import { busyness, cpuTime, line, median } from './support/figures.ts';
import { PLANT, plantProgram } from './support/programs.ts';

const ROUNDS = 7;
const LINES = 10_000;

const text = plantProgram(LINES);
const program = compileProgram([{ name: 'a.qoida', text }], PLANT);
const rules = program.gates.length + program.formulas.length;

/** Edits of one rule: what is replaced, and by what in each round. */
const EDITS: readonly (readonly [string, string, (round: number) => string])[] = [
  ['a gate', '(line.qty_kg > 1 t', (round) => `(line.qty_kg > ${round + 11} t`],
  ['a formula of a gate', 'share of min(', (round) => `${round + 1}% of min(`],
  [
    'nothing but a place',
    'module factory.rules',
    (round) => `${'\n'.repeat(round + 1)}module factory.rules`,
  ],
];

/**
 * Runs work over and over: the first time by the clock and by the thread's own time, and the middle
 * of the others. A busy machine slows the clock alone.
 */
function measure(title: string, rounds: number, run: (round: number) => Took): void {
  const all = Array.from({ length: rounds }, (_, round) => run(round));
  const [first] = all as [Took];
  const whole = (ms: number): string => `${ms.toFixed(0)} ms`;
  const middle = (of: (took: Took) => number): string => whole(median(all.slice(1).map(of)));
  const later = rounds === 1 ? ['', ''] : [middle(({ ms }) => ms), middle(({ cpu }) => cpu)];
  console.log(line(title, whole(first.ms), whole(first.cpu), ...later));
}

interface Took {
  readonly ms: number;
  readonly cpu: number;
}

function timed(work: () => unknown): Took {
  const [begin, cpu] = [performance.now(), cpuTime()];
  work();
  return { ms: performance.now() - begin, cpu: cpuTime() - cpu };
}

console.log(`${rules} rules, ${LINES} lines; ${busyness()}`);
console.log(line('', 'first', 'own time', 'median', 'own time'));
const service = createLanguageService(PLANT);
service.setFile('a.qoida', text);
void service.diagnostics('a.qoida');
measure('in an editor, the whole program', 1, () => timed(() => service.deepDiagnostics()));
for (const [title, from, to] of EDITS)
  measure(`after an edit of ${title}`, ROUNDS + 1, (round) => {
    service.setFile('a.qoida', text.replace(from, to(round)));
    void service.diagnostics('a.qoida');
    return timed(() => service.deepDiagnostics());
  });
measure('a compiled program, read again', ROUNDS + 1, () => timed(() => deepCheck(program)));
console.log(`  ${deepCheck(program).length} findings`);
