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
    const said = new Said();
    said.add(tree);
    const called = [...said.calls].sort().map((name) => this.#called(name));
    return fingerprint([said.text, ...called].join('\n'));
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
  block.kind === 'formula'
    ? block
    : {
        ...block,
        clauses: block.clauses.filter(({ kind }) => kind !== 'message' && kind !== 'remedy'),
      };

/** Members of a tree that tell where and how something stands in the text. */
const LAYOUT: ReadonlySet<string> = new Set([
  ...OFFSETS,
  ...['span', 'nameSpan', 'opSpan', 'quoted', 'brackets', 'broken', 'doc'],
]);

type Node = Readonly<Record<string, unknown>>;
type Amount = { readonly value: number; readonly unit?: { readonly text: string } };

/** A tree as text: the same for two trees that say the same, another for others. */
class Said {
  text = '';
  readonly calls = new Set<string>();

  add(value: unknown): void {
    if (typeof value === 'string') this.text += `${value.length}:${value}`;
    else if (typeof value !== 'object' || value === null) this.text += `${value},`;
    else if (Array.isArray(value)) {
      this.text += '[';
      for (const part of value) this.add(part);
      this.text += ']';
    } else this.#node(value as Node);
  }

  #node(node: Node): void {
    const { kind } = node;
    if (kind === 'paren') this.add(node.inner);
    else if (kind === 'type') this.add(unquoted(node.text as string));
    else if (kind === 'number') this.#number(node as Amount);
    else {
      if (kind === 'call') this.calls.add(node.name as string);
      this.text += '{';
      for (const key in node) {
        const part = node[key];
        if (part === undefined || LAYOUT.has(key)) continue;
        this.text += `${key}=`;
        this.add(part);
      }
      this.text += '}';
    }
  }

  #number({ value, unit: { text } = NUMBER }: Amount): void {
    const unit = parseUnit(text);
    this.text += unit ? `${toBase(value, unit)} ${unit.dimension},` : `${value} ${text},`;
  }
}

/** A type without the backticks that its words could do without: only some languages need them. */
const unquoted = (text: string): string => text.replace(/`([\p{L}_][\p{L}\p{M}\p{N}_]*)`/gu, '$1');
