/** Reads one program in a fresh process, and writes what each phase took as JSON. */
import { check } from '../../src/check/check.ts';
import { parseFile } from '../../src/language/parse.ts';
import { indexCatalog } from '../../src/types/catalog.ts';
import { PLANT, plantProgram } from './programs.ts';

const text = plantProgram(Number(process.argv[2]));
const steps: [string, () => unknown][] = [
  ['the parser is built', () => parseFile('first.qoida', 'module first').file],
  ['parse', () => parseFile('rules.qoida', text).file],
  ['check', () => check([{ name: 'rules.qoida', ...files() }], indexCatalog(PLANT))],
];
const files = () => ({ file: results.get('parse') as ReturnType<typeof parseFile>['file'] });
const results = new Map<string, unknown>();
const taken: Record<string, number> = {};
for (const [name, step] of steps) {
  const begin = performance.now();
  results.set(name, step());
  taken[name] = performance.now() - begin;
}
console.log(JSON.stringify(taken));
