import type { CheckedProgram } from '../check/check.ts';
import type { AlertBlock, AutomationBlock, ScheduleBlock } from '../language/ast.ts';
import type { CallableBlock } from '../language/callable.ts';
import { OFFSETS } from '../language/placed.ts';
import { NUMBER, parseUnit, toBase } from '../types/units.ts';
import { fingerprint, LANGUAGE_VERSION } from './hash.ts';

/** A rule that acts by itself. */
export type FlowBlock = AutomationBlock | ScheduleBlock | AlertBlock;

/**
 * What rules that act by themselves mean, as fingerprints: of all that is said, and of the formulas,
 * KPIs and balances that they call. Comments, layout, brackets that could be left out, the language of
 * the keywords, the order of unlike clauses and the unit of a number (60 s, 1 min) don't count. Nor does
 * what only the catalog and the settings say: a value of a setting changes without a publication, and
 * what a plugin declares does not change what the rule's author said.
 */
export class Meanings {
  readonly #blocks: ReadonlyMap<string, CallableBlock>;
  readonly #known = new Map<string, string>();

  constructor({ formulas, kpis, balances }: CheckedProgram) {
    this.#blocks = new Map(
      [...formulas, ...kpis, ...balances].map(({ signature, block }) => [signature.name, block]),
    );
  }

  /** Its length and the version before it tell it from the hash of a text. */
  of({ kind, name, clauses }: FlowBlock): string {
    const sorted = clauses.toSorted((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
    return `${LANGUAGE_VERSION}.${this.#fingerprint({ kind, name, clauses: sorted })}`;
  }

  #fingerprint(tree: object): string {
    const calls = new Set<string>();
    const text = said(tree, calls);
    const called = [...calls].sort().map((name) => this.#called(name));
    return fingerprint([text, ...called].join('\n'));
  }

  #called(name: string): string {
    const block = this.#blocks.get(name);
    if (block === undefined) return '';
    const known = this.#known.get(name) ?? this.#fingerprint(withoutTexts(block));
    this.#known.set(name, known);
    return known;
  }
}

/** No caller sees the texts of a KPI or a balance. */
const withoutTexts = (block: CallableBlock): object =>
  'clauses' in block
    ? { ...block, clauses: block.clauses.filter((clause) => !('template' in clause)) }
    : block;

/** Members of a tree that tell where and how something stands in the text. */
const LAYOUT: ReadonlySet<string> = new Set([
  ...OFFSETS,
  ...['span', 'nameSpan', 'opSpan', 'quoted', 'brackets', 'doc'],
]);

type Node = Readonly<Record<string, unknown>>;
type Amount = { readonly value: number; readonly unit?: { readonly text: string } };

/** A tree as text: the same for two trees that say the same, another for others. @param calls are added to */
function said(value: unknown, calls: Set<string>): string {
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (typeof value !== 'object' || value === null) return `${value},`;
  if (Array.isArray(value)) return `[${value.map((part) => said(part, calls)).join('')}]`;
  const node = value as Node;
  const { kind } = node;
  if (kind === 'paren') return said(node.inner, calls);
  if (kind === 'type') return said(unquoted(node.text as string), calls);
  if (kind === 'number') return amount(node as Amount);
  if (kind === 'call') calls.add(node.name as string);
  let text = '{';
  for (const key in node)
    if (node[key] !== undefined && !LAYOUT.has(key)) text += `${key}=${said(node[key], calls)}`;
  return `${text}}`;
}

function amount({ value, unit: { text } = NUMBER }: Amount): string {
  const unit = parseUnit(text);
  return unit ? `${toBase(value, unit)} ${unit.dimension},` : `${value} ${text},`;
}

/** A type without the backticks that its words could do without: only some languages need them. */
const unquoted = (text: string): string => text.replace(/`([\p{L}_][\p{L}\p{M}\p{N}_]*)`/gu, '$1');
