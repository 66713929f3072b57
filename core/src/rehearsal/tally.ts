import { createHash } from 'node:crypto';
import { canonicalJson } from '../data/canonical.ts';
import { ITEM_KINDS, type ItemKind, type RehearsalItem } from './task.ts';

/** Why something could not be told, and what to keep from now on so that it can. */
export interface Untold {
  readonly of: string;
  readonly reason:
    | 'fact_not_recorded'
    | 'fact_cut'
    | 'setting_not_recorded'
    | 'settings_lost'
    | 'rules_lost'
    | 'point_not_recorded'
    | 'approval_not_recorded'
    | 'event_field_not_recorded'
    | 'fact_of_the_moment'
    | 'events_not_kept'
    | 'rule_switched_off'
    | 'row_not_computed'
    | 'row_not_rebuilt';
  readonly names: readonly string[];
}

type Counts = Readonly<Record<ItemKind, number>>;

interface Line {
  readonly kind: ItemKind;
  readonly of: string;
  readonly gate: string | null;
  count: number;
  by_draft: number;
}

interface PersonLine {
  readonly person: string;
  readonly kind: ItemKind;
  readonly of: string;
  count: number;
  by_draft: number;
}

/** Counts what a rehearsal finds; the same entries in the same order give the same bytes. */
export class Tally {
  readonly #kinds = new Map<ItemKind, number>(ITEM_KINDS.map((kind) => [kind, 0]));
  readonly #byDraft = new Map<ItemKind, number>(ITEM_KINDS.map((kind) => [kind, 0]));
  readonly #by = new Map<string, Line>();
  readonly #people = new Map<string, PersonLine>();
  readonly #untold = new Map<string, Untold & { count: number }>();
  readonly #digest = createHash('sha256');
  #items = 0;

  /** Counts an entry in. @param gates what it is told under besides its point */
  add(item: RehearsalItem, gates: readonly string[] = []): void {
    const { kind, of } = item;
    const own = item.by_draft ? 1 : 0;
    this.#items += 1;
    this.#digest.update(`${canonicalJson(item)}\n`);
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    this.#byDraft.set(kind, (this.#byDraft.get(kind) ?? 0) + own);
    for (const gate of gates.length === 0 ? [null] : gates)
      count(this.#by, `${kind}\n${of}\n${gate ?? ''}`, { kind, of, gate }, own);
    for (const person of (item.detail.people ?? []) as readonly string[])
      count(this.#people, `${person}\n${kind}\n${of}`, { person, kind, of }, own);
  }

  /** @param more how many decisions, events or rows it concerns */
  untold(untold: Untold, more = 1): void {
    const key = [untold.of, untold.reason, ...untold.names].join('\n');
    const known = this.#untold.get(key);
    if (known === undefined) this.#untold.set(key, { ...untold, count: more });
    else known.count += more;
  }

  get figures(): Counts {
    return Object.fromEntries(this.#kinds) as Counts;
  }

  /** Of these, how many the draft makes: the rules in force don't show them. */
  get byDraft(): Counts {
    return Object.fromEntries(this.#byDraft) as Counts;
  }

  /** How many of each kind under each point, rule and gate. */
  get by(): readonly Line[] {
    return inOrder(this.#by);
  }

  /** How many of each kind and point are each person's. */
  get people(): readonly PersonLine[] {
    return inOrder(this.#people);
  }

  get undecidable(): readonly object[] {
    return inOrder(this.#untold);
  }

  /** How many entries there are, and a hash of all of them in their order. */
  get items(): { readonly count: number; readonly sha256: string } {
    return { count: this.#items, sha256: this.#digest.copy().digest('hex') };
  }
}

function count<T extends { count: number; by_draft: number }>(
  lines: Map<string, T>,
  key: string,
  about: Omit<T, 'count' | 'by_draft'>,
  own: number,
): void {
  const line = lines.get(key) ?? ({ ...about, count: 0, by_draft: 0 } as T);
  line.count += 1;
  line.by_draft += own;
  lines.set(key, line);
}

const inOrder = <T>(lines: ReadonlyMap<string, T>): readonly T[] =>
  [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
