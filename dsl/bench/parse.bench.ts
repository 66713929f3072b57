/**
 * How fast texts become checked programs: 10,000 lines warm and in a fresh process, keystrokes and
 * completion in 5,000 lines, one rule after another, and texts that are made to be slow.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '../src/check/check.ts';
import { compileExpression, compileProgram, createLanguageService } from '../src/index.ts';
import { lex } from '../src/language/lex.ts';
import { parseFile } from '../src/language/parse.ts';
import { createReporter } from '../src/source/diagnostic.ts';
import { indexCatalog } from '../src/types/catalog.ts';
import { busyness, cpuTime, line, median, quantile, whole } from './support/figures.ts';
import { HOSTILE } from './support/hostile.ts';
import { PLANT, plantProgram } from './support/programs.ts';

const LINES = 10_000;
const ROUNDS = 15;

/** Milliseconds of each of some rounds, by a clock. */
const rounds = (
  count: number,
  work: (round: number) => unknown,
  clock: () => number = () => performance.now(),
): number[] =>
  Array.from({ length: count }, (_, round) => {
    const begin = clock();
    work(round);
    return clock() - begin;
  });

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
const best = (values: readonly number[]): string => ms(Math.min(...values));

function warm(): void {
  const text = plantProgram(LINES);
  const { tokens, file } = parseFile('rules.qoida', text);
  const size = `${whole(text.length / 1000)} kB, ${whole(tokens.length)} tokens outside messages`;
  console.log(`  ${whole(LINES)} lines, ${size}, ${whole(file.blocks.length)} blocks\n`);
  console.log(line('', 'median', 'best', 'reach', 'of the thread'));
  const index = indexCatalog(PLANT);
  const phases: [string, () => unknown, string][] = [
    ['tokens', () => lex(text, 'en', createReporter('rules.qoida')), ''],
    ['tokens and trees', () => parseFile('rules.qoida', text).file, ''],
    ['names, types and units', () => check([{ name: 'rules.qoida', file }], index), ''],
    [
      'all of it',
      () => check([{ name: 'rules.qoida', file: parseFile('rules.qoida', text).file }], index),
      '60 ms',
    ],
  ];
  for (const [name, work, reach] of phases) {
    rounds(3, work);
    const taken = rounds(ROUNDS, work);
    const own = ms(median(rounds(ROUNDS, work, cpuTime)));
    console.log(line(name, ms(median(taken)), best(taken), reach, own));
  }
}

/** With Node's cache of compiled code, too: `npm start` and the command line have it. */
function cold(): void {
  const script = fileURLToPath(new URL('./support/cold.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'qoida-cold-'));
  const { NODE_COMPILE_CACHE: _, ...plain } = process.env;
  const cached = { ...plain, NODE_COMPILE_CACHE: folder };
  const one = (env: NodeJS.ProcessEnv): Record<string, number> =>
    JSON.parse(
      execFileSync(process.execPath, ['-C', 'qoida-src', script, String(LINES)], {
        env,
      }).toString(),
    );
  // The first run with the cache fills it.
  one(cached);
  const runs = Array.from({ length: 9 }, () => ({ plain: one(plain), cached: one(cached) }));
  rmSync(folder, { recursive: true, force: true });
  const kinds = [
    ['in a fresh process', ({ plain }: (typeof runs)[number]) => plain],
    ['with a cache of compiled code', ({ cached }: (typeof runs)[number]) => cached],
  ] as const;
  for (const [kind, pick] of kinds) {
    const own = runs.map(pick);
    console.log(`\n${line(kind, 'median', 'best', 'reach')}`);
    const totals = own.map((run) => Object.values(run).reduce((sum, value) => sum + value, 0));
    for (const name of Object.keys(own[0] ?? {})) {
      const taken = own.map((run) => run[name] ?? Number.NaN);
      console.log(line(name, ms(median(taken)), best(taken), ''));
    }
    console.log(line('all of it', ms(median(totals)), best(totals), '200 ms'));
  }
}

/** Words are typed at places all over the file; each letter is a keystroke. */
function keystrokes(): void {
  const text = plantProgram(LINES / 2);
  const places = Array.from({ length: 40 }, (_, i) => Math.floor((text.length * (i + 0.5)) / 40));
  const typed = [' and', '\n', 'session.good_kg', ' kg', '(', '"'];
  const service = createLanguageService(PLANT);
  service.setFile('rules.qoida', text);
  service.diagnostics('rules.qoida');
  const keys: number[] = [];
  const completions: number[] = [];
  for (const place of places) {
    const at = text.indexOf(' ', place);
    for (const word of typed) {
      for (let length = 1; length <= word.length; length++) {
        const now = Buffer.from(text.slice(0, at) + word.slice(0, length) + text.slice(at));
        const edited = now.toString();
        const begin = performance.now();
        service.setFile('rules.qoida', edited);
        service.diagnostics('rules.qoida');
        const end = performance.now();
        service.completion('rules.qoida', at + length);
        keys.push(end - begin);
        completions.push(performance.now() - end);
      }
    }
  }
  console.log(`\n${line(`in ${whole(LINES / 2)} lines`, 'p50', 'p95', 'reach p95')}`);
  const show = (name: string, taken: readonly number[], reach: string): void =>
    console.log(line(name, ms(median(taken)), ms(quantile(taken, 0.95)), reach));
  show('keystroke to diagnostics', keys, '2 ms');
  show('completion after it', completions, '10 ms');
}

/** Rules one by one, as expressions and in a program of many. */
function rules(): void {
  const text = (i: number): string => `a - b > ${(i % 97) + 1} kg and c is present`;
  const vars = { a: 'kg', b: 'kg', c: 'text?' };
  const each = (count: number, from: number): number => {
    const begin = performance.now();
    for (let i = from; i < from + count; i++) compileExpression(text(i), vars);
    return ((performance.now() - begin) * 1000) / count;
  };
  each(2_000, 0);
  const microseconds = Array.from({ length: 9 }, (_, round) => each(1_000, round * 1_000));
  const one = (value: number): string => `${value.toFixed(1)} µs`;
  const lowest = one(Math.min(...microseconds));
  console.log(`\n${line('rules', 'median', 'best', 'reach', 'of the thread')}`);
  console.log(line('an expression compiled', one(median(microseconds)), lowest, '50 µs'));
  const gate = (i: number): string =>
    `gate g${i}\n  on session.close\n  block when session.input_kg - session.good_kg > ${(i % 97) + 1} kg\n`;
  const many = Array.from({ length: 10_000 }, (_, i) => gate(i)).join('\n');
  const compile = () => compileProgram([{ name: 'many.qoida', text: many }], PLANT);
  const taken = rounds(5, compile);
  const own = ms(median(rounds(5, compile, cpuTime)));
  console.log(line('10 000 gates compiled', ms(median(taken)), best(taken), '500 ms', own));
}

function hostile(): void {
  console.log(`\n${line('hostile texts', 'first', 'best', 'reach')}`);
  for (const [name, make] of HOSTILE) {
    const text = make();
    const run = () => compileProgram([{ name: 'hostile.qoida', text }], PLANT);
    const [first = Number.NaN, ...rest] = rounds(4, run);
    const { diagnostics } = run();
    const told = diagnostics[0]?.code ?? 'nothing';
    console.log(line(`${name}: ${told}`, ms(first), best(rest), '100 ms'));
  }
}

console.log(`  ${busyness()}`);
warm();
cold();
keystrokes();
rules();
hostile();
