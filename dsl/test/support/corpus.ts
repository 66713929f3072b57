import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '../../src/index.ts';
import type { Answer, Case } from './backends.ts';

/** A case as its file has it; one file for each feature of the language. */
export interface CorpusCase extends Omit<Case, 'clock'> {
  readonly value?: unknown;
  readonly fault?: string;
  readonly clock?: { readonly now: string; readonly zone?: string };
  /** Back ends that can't do this, with the beginning of their reason. */
  readonly notSupported?: Readonly<Record<string, string>>;
}

const FOLDER = new URL('../corpus/', import.meta.url);

export const corpus = (): readonly {
  readonly feature: string;
  readonly cases: readonly CorpusCase[];
}[] =>
  readdirSync(FOLDER)
    .sort()
    .map((name) => ({
      feature: name.replace('.json', ''),
      cases: JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as CorpusCase[],
    }));

export const clockOf = ({ clock }: CorpusCase): Clock =>
  clock === undefined ? {} : { ...clock, now: new Date(clock.now) };

/** What is wrong with a back end's answer to a case, or undefined. */
export function wrongIn(c: CorpusCase, backend: string, answer: Answer): string | undefined {
  const refused = c.notSupported?.[backend];
  const right =
    refused !== undefined
      ? 'notSupported' in answer && answer.notSupported.startsWith(refused)
      : c.fault !== undefined
        ? 'fault' in answer && answer.fault === c.fault
        : 'value' in answer && close(answer.value, c.value);
  const wanted = refused ?? c.fault ?? JSON.stringify(c.value);
  return right ? undefined : `${backend}: ${JSON.stringify(answer)} for ${wanted}`;
}

/** The last digits may differ, however small the number is. */
const close = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= 1e-12 * Math.abs(b)
    : JSON.stringify(a) === JSON.stringify(b);
