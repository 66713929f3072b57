import {
  type ActionSignature,
  type Catalog,
  type CatalogField,
  type CatalogIndex,
  type CatalogKind,
  EMPTY_CATALOG,
  type FunctionSignature,
  indexCatalog,
} from '../../types/catalog.ts';
import type { RecordType, Type } from '../../types/type.ts';
import { isFault, parseTypeText, type TypeText } from '../../types/type-text.ts';
import { type LookupKey, nameKey, namesKey } from '../lookup-keys.ts';
import { type EntityShape, OWN_FACTS } from './entity-shape.ts';

const TABLES = ['records', 'points', 'events', 'actions'] as const;
const kindOf = (table: (typeof TABLES)[number]) => table.slice(0, -1) as CatalogKind;

/**
 * Is something of what an entity brings there already? A type's name is, too (`text`, `kg`), and a
 * fact's that every point of an entity has.
 * @returns the name that is taken
 */
export function takenBy(catalog: Catalog, shape: EntityShape): string | undefined {
  const { name } = shape;
  if (OWN_FACTS.some((fact) => fact === name) || !isFault(parseTypeText(name))) return name;
  for (const table of TABLES) {
    const known = catalog[table] ?? {};
    const taken = Object.keys(shape[table]).find((each) => Object.hasOwn(known, each));
    if (taken !== undefined) return taken;
  }
  return undefined;
}

/** The catalog with the entities of a program, which come, change and go while it is edited. */
export class EntityIndex {
  readonly base: CatalogIndex;
  #latest: CatalogIndex;
  #shapes: readonly EntityShape[] = [];

  constructor(base: CatalogIndex) {
    this.base = base;
    this.#latest = base;
  }

  /** The catalog with the entities as they are by now. */
  get latest(): CatalogIndex {
    return this.#latest;
  }

  /**
   * Takes the entities as they are now.
   * @param heard has anybody looked something up before?
   * @returns what has changed for those that look something up
   */
  update(shapes: readonly EntityShape[], heard: boolean): readonly LookupKey[] {
    const before = this.#shapes;
    if (shapes.length === before.length && shapes.every((shape, i) => shape === before[i]))
      return [];
    this.#shapes = shapes;
    const merged = (table: (typeof TABLES)[number]) =>
      Object.assign({}, ...shapes.map((shape) => shape[table]));
    const added: Catalog = { ...EMPTY_CATALOG };
    for (const table of TABLES) Object.assign(added, { [table]: merged(table) });
    this.#latest = shapes.length === 0 ? this.base : indexCatalog(added, this.base);
    return heard ? changesBetween(before, shapes) : [];
  }
}

/** What differs, and what refers to it: a record's type holds those of its fields. */
function changesBetween(
  before: readonly EntityShape[],
  now: readonly EntityShape[],
): readonly LookupKey[] {
  const old = new Map(before.map((shape) => [shape.name, shape]));
  const latest = new Map(now.map((shape) => [shape.name, shape]));
  const names = [...new Set([...old.keys(), ...latest.keys()])];
  const changed = new Set(names.filter((name) => old.get(name)?.text !== latest.get(name)?.text));
  if (changed.size === 0) return [];
  for (let size = 0; size !== changed.size; ) {
    size = changed.size;
    for (const { name, refers } of now)
      if ([...refers].some((record) => changed.has(record))) changed.add(name);
  }
  const keys = new Set<LookupKey>(TABLES.map((table) => namesKey(kindOf(table))));
  for (const name of changed) {
    for (const shape of [old.get(name), latest.get(name)]) {
      if (shape === undefined) continue;
      for (const table of TABLES)
        for (const each of Object.keys(shape[table])) keys.add(nameKey(kindOf(table), each));
    }
  }
  return [...keys];
}

/**
 * A catalog that notes what is asked of the program's own entities, and what nobody has: the rest
 * never changes. Its `catalog` is what the plugins declare.
 */
export class NotedIndex implements CatalogIndex {
  readonly #base: CatalogIndex;
  readonly #entities: EntityIndex;
  readonly #note: (key: LookupKey) => void;

  constructor(entities: EntityIndex, note: (key: LookupKey) => void) {
    this.#base = entities.base;
    this.#entities = entities;
    this.#note = note;
  }

  get catalog(): Catalog {
    return this.#base.catalog;
  }
  get facts(): ReadonlyMap<string, Type> {
    return this.#base.facts;
  }
  get settings(): RecordType {
    return this.#base.settings;
  }

  names(kind: CatalogKind): readonly string[] {
    this.#note(namesKey(kind));
    return this.#entities.latest.names(kind);
  }
  record(name: string): RecordType | undefined {
    return this.#base.record(name) ?? this.#noted('record', name).record(name);
  }
  point(name: string): ReadonlyMap<string, Type> | undefined {
    return this.#base.point(name) ?? this.#noted('point', name).point(name);
  }
  event(name: string): RecordType | undefined {
    return this.#base.event(name) ?? this.#noted('event', name).event(name);
  }
  action(name: string): ActionSignature | undefined {
    return this.#base.action(name) ?? this.#noted('action', name).action(name);
  }
  function(name: string): FunctionSignature | undefined {
    return this.#base.function(name);
  }
  type(text: TypeText): ReturnType<typeof parseTypeText> {
    return parseTypeText(text, (name) => this.record(name));
  }
  field(record: string, name: string): CatalogField | undefined {
    return this.#base.field(record, name) ?? this.#noted('record', record).field(record, name);
  }

  #noted(kind: CatalogKind, name: string): CatalogIndex {
    this.#note(nameKey(kind, name));
    return this.#entities.latest;
  }
}
