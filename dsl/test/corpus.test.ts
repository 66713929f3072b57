import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { answers, type Case } from './support/backends.ts';

interface CorpusCase extends Omit<Case, 'clock'> {
  readonly value?: unknown;
  readonly fault?: string;
  readonly clock?: { readonly now: string; readonly zone?: string };
  /** Back ends that can't do this, with the beginning of their reason. */
  readonly notSupported?: Readonly<Record<string, string>>;
}

const FOLDER = new URL('./corpus/', import.meta.url);

const close = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a))
    : JSON.stringify(a) === JSON.stringify(b);

for (const name of readdirSync(FOLDER)) {
  describe(`corpus ${name.replace('.json', '')}`, () => {
    const cases = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as CorpusCase[];
    for (const { clock, ...c } of cases) {
      it(`${c.text} of ${JSON.stringify(c.values)}`, () => {
        const at = clock === undefined ? {} : { clock: { ...clock, now: new Date(clock.now) } };
        for (const [backend, answer] of Object.entries(answers({ ...c, ...at }))) {
          const refused = c.notSupported?.[backend];
          if (refused !== undefined) {
            assert.ok('notSupported' in answer && answer.notSupported.startsWith(refused), backend);
          } else if (c.fault !== undefined) {
            assert.deepEqual(answer, { fault: c.fault }, backend);
          } else {
            const value = 'value' in answer ? answer.value : answer;
            assert.ok(
              close(value, c.value),
              `${backend}: ${JSON.stringify(value)} for ${JSON.stringify(c.value)}`,
            );
          }
        }
      });
    }
  });
}
