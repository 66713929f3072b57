import { listOf, optional, quantity, type RecordType, type Type, UNKNOWN } from './type.ts';
import { isFault, parseTypeText, type TypeText } from './type-text.ts';
import { toBase } from './units.ts';

/** A text for people, in one language or several. */
export type Texts = string | { readonly uz?: string; readonly ru?: string; readonly en?: string };

export interface CatalogField {
  readonly type: TypeText;
  /** The same as a `?` after the type. */
  readonly optional?: boolean;
  /** The step values are kept in, in the field's unit: 0.001 for kg kept in grams. */
  readonly resolution?: number;
  /**
   * Can people change it to get something done? Then it is told as what would let a refused gate
   * pass. Where nothing is said: all but `id`, `created_at`, settings and the actor.
   */
  readonly changeable?: boolean;
  /** The least and the greatest it can be, in the field's unit; of a list its length. */
  readonly min?: number;
  readonly max?: number;
  readonly doc?: Texts;
}
export interface CatalogRecord {
  readonly doc?: Texts;
  readonly plugin?: string;
  /** A form that nobody keeps records of: what goes into an operation. Messages don't call it by its name. */
  readonly shape?: boolean;
  readonly fields: Readonly<Record<string, CatalogField>>;
}
export interface CatalogPoint {
  readonly doc?: Texts;
  readonly plugin?: string;
  /** A fact of type `list of X` can be walked by a gate with `each NAME`. */
  readonly facts: Readonly<Record<string, CatalogField>>;
}
export interface CatalogFunction {
  readonly doc?: Texts;
  readonly plugin?: string;
  readonly params: readonly { readonly name: string; readonly type: TypeText }[];
  readonly result: TypeText;
}
/** Something that happens: its fields are what a trigger may look at. */
export interface CatalogEvent {
  readonly doc?: Texts;
  readonly plugin?: string;
  readonly fields: Readonly<Record<string, CatalogField>>;
}
/** What an action touches: nothing, our records, the physical world, another system. */
export type Effect = 'read' | 'record' | 'device' | 'external';
export interface CatalogAction {
  readonly doc?: Texts;
  readonly plugin?: string;
  readonly effect: Effect;
  /** A parameter that is optional may be left out. */
  readonly params: Readonly<Record<string, CatalogField>>;
  /** Events it causes: how a chain of automations can come back to its beginning. */
  readonly emits?: readonly string[];
  /** What is known beforehand of these events: `{ state: 'gone' }`. */
  readonly tells?: Readonly<Record<string, string>>;
  /** The parameter that names the thing it moves: two automations may not fight over one. */
  readonly target?: string;
}
/** A way to reach people. */
export interface CatalogEntry {
  readonly doc?: Texts;
  readonly plugin?: string;
}

/** All that programs can name: plain JSON, derived from the plugins that are loaded. */
export interface Catalog {
  readonly records: Readonly<Record<string, CatalogRecord>>;
  readonly points: Readonly<Record<string, CatalogPoint>>;
  readonly functions?: Readonly<Record<string, CatalogFunction>>;
  readonly settings?: Readonly<Record<string, CatalogField>>;
  readonly roles?: readonly string[];
  /** What roles are called, for those who read; a role without a title by its name. */
  readonly roleTitles?: Readonly<Record<string, Texts>>;
  readonly plugins?: readonly string[];
  readonly events?: Readonly<Record<string, CatalogEvent>>;
  readonly actions?: Readonly<Record<string, CatalogAction>>;
  /** What automations, schedules and alerts can ask at any time: `open_sessions`. */
  readonly facts?: Readonly<Record<string, CatalogField>>;
  readonly channels?: Readonly<Record<string, CatalogEntry>>;
}

export interface FunctionSignature {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly result: Type;
  readonly doc: Texts | undefined;
}

export interface ActionSignature {
  readonly name: string;
  readonly effect: Effect;
  readonly params: ReadonlyMap<string, Type>;
  readonly emits: readonly string[];
  readonly tells: Readonly<Record<string, string>>;
  readonly target: string | undefined;
  readonly doc: Texts | undefined;
}

/** What can be looked up in a catalog by name, and listed. */
export type CatalogKind = 'record' | 'point' | 'event' | 'action';

/** The catalog with its types read; every look-up is by own names only. */
export interface CatalogIndex {
  readonly catalog: Catalog;
  /** All names of a kind: for "did you mean". */
  names(kind: CatalogKind): readonly string[];
  /** A record type by name; its fields are read when first asked for. */
  record(name: string): RecordType | undefined;
  /** Facts of a point by name, or undefined for an unknown point. */
  point(name: string): ReadonlyMap<string, Type> | undefined;
  /** Fields of an event as a record, or undefined for an unknown event. */
  event(name: string): RecordType | undefined;
  action(name: string): ActionSignature | undefined;
  /** Facts that can be asked at any time. */
  readonly facts: ReadonlyMap<string, Type>;
  readonly settings: RecordType;
  function(name: string): FunctionSignature | undefined;
  /** The meaning of a type's text, or the part of it that has none. */
  type(text: TypeText): ReturnType<typeof parseTypeText>;
  /** The description of a record's field, for hover and completion. */
  field(record: string, name: string): CatalogField | undefined;
}

export const EMPTY_CATALOG: Catalog = { records: {}, points: {} };

const own = <T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;

/**
 * Reads a catalog once; checkers and the language service share the result.
 * @param base what is there already: its names go before those of the catalog, and do not see them
 */
export function indexCatalog(added: Catalog, base?: CatalogIndex): CatalogIndex {
  const catalog = base === undefined ? added : under(base.catalog, added);
  const records = new Map<string, RecordType>();
  const points = new Map<string, ReadonlyMap<string, Type>>();
  const events = new Map<string, RecordType>();
  const actions = new Map<string, ActionSignature>();

  const type = (text: TypeText) => parseTypeText(text, record);
  const fieldType = (field: CatalogField): Type => {
    const read = type(field.type);
    const plain = isFault(read) ? UNKNOWN : withResolution(read, field.resolution);
    return field.optional === true ? optional(plain) : plain;
  };
  const fieldTypes = (fields: Readonly<Record<string, CatalogField>>): Map<string, Type> =>
    new Map(Object.entries(fields).map(([name, field]) => [name, fieldType(field)]));

  function record(name: string): RecordType | undefined {
    const known = base?.record(name) ?? records.get(name);
    if (known !== undefined) return known;
    const declared = own(catalog.records, name);
    if (declared === undefined) return undefined;
    const fields = new Map<string, Type>();
    const made: RecordType = {
      kind: 'record',
      name,
      fields,
      ...(declared.shape && { shape: true }),
    };
    // Remembered before its fields are read: records may refer to each other.
    records.set(name, made);
    for (const [key, value] of fieldTypes(declared.fields)) fields.set(key, value);
    return made;
  }

  return {
    catalog,
    record,
    names: (kind) => Object.keys(catalog[`${kind}s`] ?? {}),
    point(name) {
      const before = base?.point(name);
      if (before !== undefined) return before;
      const declared = own(catalog.points, name);
      if (declared === undefined) return undefined;
      const known = points.get(name) ?? fieldTypes(declared.facts);
      points.set(name, known);
      return known;
    },
    event(name) {
      const before = base?.event(name);
      if (before !== undefined) return before;
      const declared = own(catalog.events, name);
      if (declared === undefined) return undefined;
      const known: RecordType = events.get(name) ?? {
        kind: 'record',
        name: undefined,
        fields: fieldTypes(declared.fields),
      };
      events.set(name, known);
      return known;
    },
    action(name) {
      const before = base?.action(name);
      if (before !== undefined) return before;
      const declared = own(catalog.actions, name);
      if (declared === undefined) return undefined;
      const { effect, emits = [], tells = {}, target, doc } = declared;
      const known: ActionSignature = actions.get(name) ?? {
        name,
        effect,
        params: fieldTypes(declared.params),
        emits,
        tells,
        target,
        doc,
      };
      actions.set(name, known);
      return known;
    },
    facts: base?.facts ?? fieldTypes(catalog.facts ?? {}),
    settings: base?.settings ?? {
      kind: 'record',
      name: 'settings',
      fields: fieldTypes(catalog.settings ?? {}),
    },
    function(name) {
      if (base !== undefined) return base.function(name);
      const declared = own(catalog.functions, name);
      if (declared === undefined) return undefined;
      const params = declared.params.map((p) => ({ name: p.name, type: fieldType(p) }));
      return { name, params, result: fieldType({ type: declared.result }), doc: declared.doc };
    },
    type,
    field: (recordName, name) => own(own(catalog.records, recordName)?.fields, name),
  };
}

/** The catalog with what is added below it: a name that it has stays what it is. */
const under = (catalog: Catalog, added: Catalog): Catalog => ({
  ...catalog,
  records: { ...added.records, ...catalog.records },
  points: { ...added.points, ...catalog.points },
  events: { ...added.events, ...catalog.events },
  actions: { ...added.actions, ...catalog.actions },
});

function withResolution(type: Type, resolution: number | undefined): Type {
  if (resolution === undefined) return type;
  if (type.kind === 'quantity') return quantity(type.unit, toBase(resolution, type.unit));
  if (type.kind === 'optional') return optional(withResolution(type.of, resolution));
  return type.kind === 'list' ? listOf(withResolution(type.of, resolution)) : type;
}

/**
 * The list fact that `each NAME` walks at a point: the fact called NAME, NAMEs or NAMEes.
 * @returns the fact's name and the type of one element
 */
export function eachFact(
  facts: ReadonlyMap<string, Type>,
  name: string,
): { readonly fact: string; readonly of: Type } | undefined {
  for (const fact of [name, `${name}s`, `${name}es`]) {
    const type = facts.get(fact);
    if (type?.kind === 'list') return { fact, of: type.of };
  }
  return undefined;
}

/** A text in the reader's language, else in English, else in any. */
export function textIn(texts: Texts | undefined, language: string): string | undefined {
  if (texts === undefined || typeof texts === 'string') return texts;
  const byLanguage: Readonly<Record<string, string>> = { ...texts };
  const wanted = Object.hasOwn(byLanguage, language) ? byLanguage[language] : undefined;
  return wanted ?? texts.en ?? texts.uz ?? texts.ru;
}
