import { readdirSync, readFileSync } from 'node:fs';
import {
  compileExpression,
  compileProgram,
  deepCheck,
  type Outcome,
  renderDiagnostic,
  sourceText,
} from '../../src/index.ts';
import { PEOPLE, PLANT } from './catalog.ts';
import { decode, encode } from './hidden.ts';

/**
 * Why each diagnostic matters, an example that gives it and its cure: `cases/cures/Q*.md`.
 *
 * An entry begins with `=== CODE`, or `=== CODE with CODE` for one that never comes alone, then one
 * paragraph, then parts that begin with `--- NAME`:
 * `bad` and `cure` are programs against the plant of the tests; `made` says in words what is too
 * large to show; `run` and, after it, `cure` have JSON behind their name and are one expression.
 */
export interface Cure {
  readonly code: string;
  /** Codes that never come without the others. */
  readonly besides: readonly string[];
  readonly why: string;
  readonly bad: Shown;
  readonly cure: Shown;
}

/** A program, an expression with values, or words about what is too large to show. */
export type Shown =
  | { readonly kind: 'program'; readonly text: string }
  | { readonly kind: 'made'; readonly text: string }
  | { readonly kind: 'expression'; readonly text: string; readonly given: Given };

export interface Given {
  readonly vars: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly dynamic?: boolean;
}

const FOLDER = new URL('../cases/cures/', import.meta.url);

export function readCures(): readonly Cure[] {
  return readdirSync(FOLDER)
    .sort()
    .flatMap((name) => readFileSync(new URL(name, FOLDER), 'utf8').split(/^=== /m).slice(1))
    .map(cureOf);
}

function cureOf(entry: string): Cure {
  const [head = '', ...parts] = entry.split(/^--- /m);
  const [title = '', ...why] = head.trim().split('\n');
  const [code = '', ...besides] = title.split(' with ');
  const [bad, cure] = parts.map(shownOf);
  if (bad === undefined || cure === undefined) throw new Error(`${code} needs two parts`);
  return { code, besides, why: why.join('\n'), bad, cure };
}

function shownOf(part: string): Shown {
  const [head = '', ...lines] = part.split('\n');
  const [name = '', ...json] = head.split(' ');
  const text = lines.join('\n').trimEnd();
  if (name === 'made') return { kind: 'made', text };
  return json.length === 0
    ? { kind: 'program', text }
    : { kind: 'expression', text, given: JSON.parse(json.join(' ')) as Given };
}

/**
 * What a program is told: the codes, and the text as a terminal shows it.
 * @param deep what its rules mean together is looked at too
 */
export function tellProgram(
  shown: string,
  deep: boolean,
): { codes: readonly string[]; told: string } {
  const text = decode(shown);
  const program = compileProgram([{ name: 'rule.qoida', text }], PLANT);
  const diagnostics = [
    ...program.diagnostics,
    ...(deep ? deepCheck(program, { holders: PEOPLE }) : []),
  ];
  const source = sourceText('rule.qoida', text);
  return {
    codes: diagnostics.map((d) => d.code),
    told: encode(diagnostics.map((d) => renderDiagnostic(d, source)).join('\n')),
  };
}

/** What an expression gives with the values of an entry. */
export function runExpression(text: string, given: Given): Outcome {
  const { vars, values, dynamic = false } = given;
  return compileExpression(text, vars, { dynamic }).tryEvaluate(values);
}

/** What rules mean together is not found by the compiler, but by a pass after it. */
export const isDeep = (code: string): boolean => code.startsWith('Q6');
