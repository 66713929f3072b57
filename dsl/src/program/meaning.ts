import type { CheckedProgram } from '../check/check.ts';
import type { AlertBlock, AutomationBlock, ScheduleBlock } from '../language/ast.ts';
import type { CallableBlock } from '../language/callable.ts';
import { OFFSETS } from '../language/placed.ts';
import { memoised, NUMBER, parseUnit, toBase } from '../types/units.ts';
import { fingerprint, LANGUAGE_VERSION } from './hash.ts';

/** A rule that acts by itself. */
export type FlowBlock = AutomationBlock | ScheduleBlock | AlertBlock;

/**
 * What rules that act by themselves mean, as fingerprints: of all that is said, and of the formulas,
 * KPIs and balances that they call. Comments, layout, brackets that could be left out, the language of
 * the keywords, the order of clauses and the unit of a number (60 s, 1 min) don't count. Nor does
 * what only the catalog and the settings say: a value of a setting changes without a publication, and
 * what a plugin declares does not change what the rule's author said.
 */
export function fingerprintsIn({
  formulas,
  kpis,
  balances,
}: CheckedProgram): (block: FlowBlock) => string {
  const blocks = new Map<string, CallableBlock>(
    [...formulas, ...kpis, ...balances].map(({ signature, block }) => [signature.name, block]),
  );
  /** Of trees in any order. */
  const fingerprintOf = (...trees: object[]): string => {
    const calls = new Set<string>();
    const texts = trees.map((tree) => said(tree, calls)).sort();
    return fingerprint([...texts, ...[...calls].map(called).sort()].join('\n'));
  };
  const called = memoised((name): string | undefined => {
    const block = blocks.get(name);
    return block && fingerprintOf(withoutTexts(block));
  });
  // Its length and the version before it tell it from the hash of a text.
  return ({ kind, name, clauses }) =>
    `${LANGUAGE_VERSION}.${fingerprintOf({ kind, name }, ...clauses.flatMap(apart))}`;
}

/** An `if` says the same behind the trigger as on a line of its own. */
const apart = (clause: FlowBlock['clauses'][number]): readonly object[] =>
  clause.kind === 'trigger' && clause.condition
    ? [
        { ...clause, condition: undefined },
        { kind: 'condition', condition: clause.condition },
      ]
    : [clause];

/** No caller sees the texts of a KPI or a balance. */
const withoutTexts = (block: CallableBlock): object =>
  'clauses' in block
    ? { ...block, clauses: block.clauses.filter((clause) => !('template' in clause)) }
    : block;

/** Members of a tree that tell where and how something stands in the text. */
const LAYOUT: ReadonlySet<string> = new Set([
  ...OFFSETS,
  'span',
  'nameSpan',
  'opSpan',
  'quoted',
  'brackets',
  'doc',
  'word',
]);

type Node = Readonly<Record<string, unknown>>;
type Amount = { readonly value: number; readonly unit?: { readonly text: string } };

/** A tree as text: the same for two trees that say the same, another for others. @param calls are added to */
function said(value: unknown, calls: Set<string>): string {
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (typeof value !== 'object' || !value) return `${value},`;
  if (Array.isArray(value)) return `[${value.map((part) => said(part, calls)).join('')}]`;
  const { kind, inner, text, name } = value as Node;
  if (kind === 'paren') return said(inner, calls);
  if (kind === 'type') return said(unquoted(text as string), calls);
  if (kind === 'number') return amount(value as Amount);
  if (kind === 'call') calls.add(name as string);
  let parts = '{';
  for (const [key, part] of Object.entries(value))
    if (part !== undefined && !LAYOUT.has(key)) parts += `${key}=${said(part, calls)}`;
  return `${parts}}`;
}

function amount({ value, unit: { text } = NUMBER }: Amount): string {
  const unit = parseUnit(text);
  return unit ? `${toBase(value, unit)} ${unit.dimension},` : `${value} ${text},`;
}

/** A type without the backticks that its words could do without: only some languages need them. */
const unquoted = (text: string): string => text.replace(/`([\p{L}_][\p{L}\p{M}\p{N}_]*)`/gu, '$1');
