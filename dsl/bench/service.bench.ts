/** How fast the language service is on a program of 1,000 rules; prints milliseconds. */
import { type Catalog, createLanguageService } from '../src/index.ts';

const CATALOG: Catalog = {
  records: {
    session: {
      fields: {
        input_kg: { type: 'kg' },
        good_kg: { type: 'kg' },
        packages: { type: 'list of package' },
      },
    },
    package: { fields: { weight_kg: { type: 'kg' }, status: { type: 'oneof(draft, ok)' } } },
  },
  points: { 'session.close': { facts: { session: { type: 'session' } } } },
};

const rule = (i: number): string => `gate rule_${i}
  on session.close
  block when session.input_kg - session.good_kg > ${i} kg
    or sum(p.weight_kg for p in session.packages where p.status = ok) > ${i} kg
  message "{session.input_kg} in, {session.good_kg} out"
  release never
`;
const rules = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => rule(from + i)).join('\n');

/** Runs something over and over and prints the middle and the 95th percentile. */
function measure(title: string, times: number, run: (round: number) => void): void {
  const taken: number[] = [];
  for (let round = 0; round < times; round++) {
    const begin = performance.now();
    run(round);
    taken.push(performance.now() - begin);
  }
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor((times - 1) * part)] ?? 0).toFixed(1);
  console.log(`${title.padEnd(56)} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
}

const whole = rules(0, 1_000);
measure('parse and check 1,000 rules in one file', 10, () => {
  const service = createLanguageService(CATALOG);
  service.setFile('a.qoida', whole);
  service.diagnostics('a.qoida');
});

for (const files of [1, 40]) {
  const service = createLanguageService(CATALOG);
  const each = 1_000 / files;
  for (let i = 0; i < files; i++) service.setFile(`${i}.qoida`, rules(i * each, each));
  const text = rules(0, each);
  const middle = text.indexOf('session.good_kg', text.length >> 1) + 'session.'.length;
  const typed = (round: number) => `${text.slice(0, middle)}g${round}${text.slice(middle)}`;
  const where = `1,000 rules in ${files} ${files === 1 ? 'file' : 'files'}`;
  measure(`keystroke to diagnostics, ${where}`, 40, (round) => {
    service.setFile('0.qoida', typed(round));
    service.diagnostics('0.qoida');
  });
  measure(`keystroke to completion, ${where}`, 40, (round) => {
    service.setFile('0.qoida', typed(round + 100));
    service.completion('0.qoida', middle);
  });
  measure(`completion of a text that is known, ${where}`, 40, () => {
    service.completion('0.qoida', middle);
  });
}
