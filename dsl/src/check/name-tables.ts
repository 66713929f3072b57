import type { Block } from '../language/ast.ts';
import { isCallable } from '../language/callable.ts';
import { lookOf } from '../language/look-alikes.ts';
import { builtInNamed, isAggregateName } from '../types/functions.ts';
import type { NamedKind } from './context.ts';
import { type LookupKey, nameKey, namesKey } from './lookup-keys.ts';
import { sameNames } from './lookups.ts';
import type { NamedStanding, Standing } from './standing.ts';

type Table = Map<string, NamedStanding>;

/** What is called by name has one table, that of formulas. */
type TableKind = Exclude<NamedKind, 'kpi' | 'balance'>;
const tableOf = (kind: NamedKind): TableKind =>
  kind === 'kpi' || kind === 'balance' ? 'formula' : kind;

const CALLABLE_KINDS = ['formula', 'kpi', 'balance'] as const;
const NONE: ReadonlyMap<string, NamedStanding> = new Map();

/** A table and a name in it, as a text. */
type Place = string;
const placeOf = ({ block }: NamedStanding): Place => `${tableOf(block.kind)} ${block.name.name}`;
const isNamed = (standing: Standing): standing is NamedStanding => 'name' in standing.block;

/** No name of a function that is built in is free. */
const isTaken = ({ block }: NamedStanding): boolean =>
  isCallable(block) &&
  (builtInNamed(block.name.name) !== undefined || isAggregateName(block.name.name));

/** Which block each name stands for: of several with one name it is the first in the text. */
export class NameTables {
  readonly #tables = new Map<TableKind, Table>();

  /** The blocks of a kind by name; formulas, KPIs and balances share one table. */
  table(kind: NamedKind): ReadonlyMap<string, NamedStanding> {
    return this.#tables.get(tableOf(kind)) ?? NONE;
  }

  /** The block that a block's name stands for. */
  holderOf({ block }: Standing): Standing | undefined {
    return 'name' in block ? this.table(block.kind).get(block.name.name) : undefined;
  }

  /** Notes a block's name, if it has one. @returns false when the name is taken */
  declare(standing: Standing): boolean {
    if (!isNamed(standing)) return true;
    const { kind, name } = standing.block;
    const table = this.#own(kind);
    standing.double = table.has(name.name) || isTaken(standing);
    if (standing.double) return false;
    table.set(name.name, standing);
    return true;
  }

  /** The names of a kind in the order of the text. */
  names(kind: NamedKind, standings: readonly Standing[]): readonly string[] {
    const wanted = tableOf(kind);
    return standings.flatMap((standing) =>
      isNamed(standing) && standing.checkable && tableOf(standing.block.kind) === wanted
        ? [standing.block.name.name]
        : [],
    );
  }

  /** Blocks whose name looks like that of another one before them, which it is not. */
  alike(standings: readonly Standing[]): ReadonlyMap<Standing, Standing> {
    const found = new Map<Standing, Standing>();
    if (!standings.some(({ foreign }) => foreign)) return found;
    const seen = new Map<Place, NamedStanding>();
    for (const one of standings) {
      if (!isNamed(one) || !one.checkable) continue;
      const { kind, name } = one.block;
      const look = `${tableOf(kind)} ${lookOf(name.name)}`;
      const first = seen.get(look);
      if (first === undefined) seen.set(look, one);
      else found.set(one, first);
    }
    return found;
  }

  /** Which names have come, gone, or stand for a block of another kind. */
  differences(before: NameTables): readonly LookupKey[] {
    const changed: LookupKey[] = [];
    for (const kind of new Set([...before.#tables.keys(), ...this.#tables.keys()])) {
      const [old, now] = [before.table(kind), this.table(kind)];
      const names = [...now.keys()];
      if (!sameNames([...old.keys()], names)) changed.push(...allNamesOf(kind));
      for (const name of new Set([...old.keys(), ...names]))
        changed.push(...kindsOf(name, old.get(name)?.block, now.get(name)?.block));
    }
    return changed;
  }

  /**
   * Some blocks went and others came: what each of their names stands for by now.
   * @param edits the blocks that went and came, each in its place
   * @param standings all blocks as they are by now
   */
  patch(
    edits: readonly { readonly gone: readonly Standing[]; readonly come: readonly Standing[] }[],
    standings: readonly Standing[],
  ): Patched {
    const touched = new Map<Place, NamedStanding[]>();
    const names = new Set<string>();
    const kept: NamedStanding[] = [];
    const changed = new Set<LookupKey>();
    for (const { gone, come } of edits) {
      const [old, now] = [gone.filter(isNamed), come.filter(isNamed)];
      if (this.#inPlace(old, now)) {
        kept.push(...now);
        continue;
      }
      for (const one of [...old, ...now]) {
        touched.set(placeOf(one), []);
        names.add(one.block.name.name);
      }
      if (sameNames(old.map(placeOf), now.map(placeOf))) continue;
      for (const { block } of [...old, ...now])
        for (const key of allNamesOf(tableOf(block.kind))) changed.add(key);
    }
    const before = [...touched.keys()].map((place) => this.#take(place));
    const left = before.flatMap((one) => one ?? []);
    if (touched.size > 0) {
      for (const standing of standings)
        if (isNamed(standing) && names.has(standing.block.name.name))
          touched.get(placeOf(standing))?.push(standing);
    }
    const won = kept;
    [...touched.values()].forEach((holders, i) => {
      const was = before[i];
      const is = this.#settle(holders);
      if (is !== undefined) won.push(is);
      const { block } = is ?? was ?? {};
      if (block === undefined) return;
      for (const key of kindsOf(block.name.name, was?.block, is?.block)) changed.add(key);
      if ((was === undefined) === (is === undefined)) return;
      for (const key of allNamesOf(tableOf(block.kind))) changed.add(key);
    });
    return { changed, left, won };
  }

  /** The usual edit: a block stands in the place of one that has the same name and kind. */
  #inPlace(old: readonly NamedStanding[], now: readonly NamedStanding[]): boolean {
    const [was, is] = [old[0], now[0]];
    if (old.length !== 1 || now.length !== 1 || was === undefined || is === undefined) return false;
    const { kind, name } = is.block;
    const table = this.#own(kind);
    if (was === is || was.block.kind !== kind || table.get(name.name) !== was) return false;
    if (was.double || is.off || was.block.name.name !== name.name) return false;
    table.set(name.name, is);
    is.checkable = true;
    return true;
  }

  /** Gives a name to the first of those that have it. */
  #settle(holders: readonly NamedStanding[]): NamedStanding | undefined {
    for (const one of holders) {
      one.reporter = undefined;
      one.double = false;
      one.at = one.block.span.start;
      one.checkable = !one.off && this.declare(one);
    }
    return holders.find(({ checkable }) => checkable);
  }

  /** Takes a name out of its table. @returns what it stood for */
  #take(place: Place): NamedStanding | undefined {
    const space = place.indexOf(' ');
    const table = this.#own(place.slice(0, space) as TableKind);
    const name = place.slice(space + 1);
    const found = table.get(name);
    table.delete(name);
    return found;
  }

  #own(kind: NamedKind): Table {
    const key = tableOf(kind);
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(key, table);
    }
    return table;
  }
}

/** What a patch made of the names it touched. */
export interface Patched {
  readonly changed: Set<LookupKey>;
  /** The blocks that had a name before. */
  readonly left: readonly NamedStanding[];
  /** The blocks that have one now. */
  readonly won: readonly NamedStanding[];
}

const allNamesOf = (kind: TableKind): readonly LookupKey[] =>
  kind === 'formula' ? CALLABLE_KINDS.map(namesKey) : [namesKey(kind)];

function kindsOf(name: string, was: Block | undefined, is: Block | undefined): LookupKey[] {
  if (was?.kind === is?.kind) return [];
  return [was, is].flatMap((block) => (block === undefined ? [] : [nameKey(block.kind, name)]));
}
