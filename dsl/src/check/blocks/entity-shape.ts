import type { EntityBlock, Expr, FieldClause, MoveClause } from '../../language/ast.ts';
import type {
  Catalog,
  CatalogAction,
  CatalogEvent,
  CatalogField,
  CatalogPoint,
  CatalogRecord,
  Texts,
} from '../../types/catalog.ts';
import { present, type Type } from '../../types/type.ts';
import { isFault, parseTypeText } from '../../types/type-text.ts';
import { fromBase, isUnitFault, readUnit, toBase, type Unit } from '../../types/units.ts';
import { clausesNamed } from './clauses-named.ts';

type Fields = Record<string, CatalogField>;

/** What an entity brings into the catalog of its program, by full names. */
export interface EntityShape {
  readonly name: string;
  readonly records: Readonly<Record<string, CatalogRecord>>;
  readonly points: Readonly<Record<string, CatalogPoint>>;
  readonly events: Readonly<Record<string, CatalogEvent>>;
  readonly actions: Readonly<Record<string, CatalogAction>>;
  /** The type of who acts at its points. */
  readonly actor: string;
  /** The records its types name. */
  readonly refers: ReadonlySet<string>;
  /** All of it as a text: two shapes with one text are the same. */
  readonly text: string;
}

/** What every entity has of its own. */
export const OWN_FIELDS = ['id', 'created_at', 'state'] as const;
/** What the event of a move has besides the record's fields. */
export const MOVED_FIELDS = ['move', 'state_before'] as const;
export const OWN_OPERATIONS = ['create', 'update', 'delete'] as const;
/** What the points of an entity have as facts besides the record itself. */
export const OWN_FACTS = ['input', 'actor', 'settings'] as const;

const ID: CatalogField = { type: 'text' };
const INSTANT: CatalogField = { type: 'instant' };
/** Who acts, where no plugin says what a person is. */
const ACTOR = '{id: text?, name: text, roles: list of text}';

/** The first of each name; what every entity has of its own is not declared again. */
export function fieldsOf(block: EntityBlock): readonly FieldClause[] {
  const taken = new Set<string>(reservedFields(block));
  return clausesNamed(block, 'field').filter(
    ({ name }) => !taken.has(name.name) && taken.add(name.name),
  );
}

export const reservedFields = (block: EntityBlock): readonly string[] =>
  statesOf(block).length === 0 ? OWN_FIELDS : [...OWN_FIELDS, ...MOVED_FIELDS];

export const statesOf = (block: EntityBlock): readonly string[] => [
  ...new Set(clausesNamed(block, 'states').flatMap(({ names }) => names.map(({ name }) => name))),
];

const movesOf = (block: EntityBlock): readonly MoveClause[] => {
  const taken = new Set<string>(OWN_OPERATIONS);
  return clausesNamed(block, 'move').filter(
    ({ name }) => !taken.has(name.name) && taken.add(name.name),
  );
};

const shapes = new WeakMap<EntityBlock, EntityShape>();

/**
 * What an entity brings into the catalog, whatever else is wrong with it.
 * @param catalog of the plugins
 */
export function shapeOf(block: EntityBlock, catalog: Catalog): EntityShape {
  const actor = Object.hasOwn(catalog.records, 'actor') ? 'actor' : ACTOR;
  const known = shapes.get(block);
  if (known?.actor === actor) return known;
  const shape = makeShape(block, actor);
  shapes.set(block, shape);
  return shape;
}

interface ReadField {
  readonly name: string;
  readonly field: CatalogField;
  /** As it is sent: a record is named by its `id`. */
  readonly sent: CatalogField;
  readonly needed: boolean;
}

function makeShape(block: EntityBlock, actor: string): EntityShape {
  const name = block.name.name;
  const refers = new Set<string>();
  const fields = fieldsOf(block).map((clause) => readField(clause, block, refers));
  const states = statesOf(block);
  const ways = states.length === 0 ? [] : movesOf(block);
  const moves = ways.map((way) => way.name.name);
  const wayOf = new Map(ways.map((way) => [way.name.name, way]));
  const state: Fields = states.length === 0 ? {} : { state: { type: oneOf(states) } };
  const doc = textsOf(clausesNamed(block, 'title'));
  const shown = doc === undefined ? {} : { doc };

  const inputs: Record<string, Fields> = {
    create: pick(fields, ({ sent, needed }) => (needed ? sent : { ...sent, optional: true })),
    update: { id: ID, ...pick(fields, ({ sent }) => ({ ...sent, optional: true })) },
    delete: { id: ID },
    ...Object.fromEntries(moves.map((move) => [move, { id: ID }])),
  };
  const records: Record<string, CatalogRecord> = {
    [name]: {
      ...shown,
      fields: { id: ID, created_at: INSTANT, ...pick(fields, ({ field }) => field), ...state },
    },
  };
  const points: Record<string, CatalogPoint> = {};
  const actions: Record<string, CatalogAction> = {};
  for (const [operation, params] of Object.entries(inputs)) {
    const full = `${name}.${operation}`;
    records[`${full}.input`] = { shape: true, fields: params };
    const facts = { [name]: { type: quoted(name) }, input: { type: quoted(`${full}.input`) } };
    points[full] = { ...shown, facts: { ...facts, actor: { type: actor } } };
    const emits = [`${name}.${PAST.get(operation) ?? 'moved'}`];
    const way = wayOf.get(operation);
    const tells = way === undefined ? {} : { tells: toldBy(way) };
    actions[full] = { ...shown, effect: 'record', params, emits, ...tells };
  }
  const told: Fields = { id: ID, ...pick(fields, ({ sent }) => sent), ...state };
  const moved = { ...told, move: { type: oneOf(moves) }, state_before: { type: oneOf(states) } };
  const events: Record<string, CatalogEvent> = {};
  for (const past of PAST.values()) events[`${name}.${past}`] = { ...shown, fields: told };
  if (moves.length > 0) events[`${name}.moved`] = { ...shown, fields: moved };
  let text: string | undefined;
  return {
    name,
    records,
    points,
    events,
    actions,
    actor,
    refers,
    get text() {
      text ??= JSON.stringify([records, points, events, actions]);
      return text;
    },
  };
}

/** What the event of a move is known to say. */
function toldBy({ name, from, to }: MoveClause): Record<string, string> {
  const [only, another] = from;
  const before = another === undefined && only !== undefined ? { state_before: only.name } : {};
  return { move: name.name, state: to.name, ...before };
}

const PAST: ReadonlyMap<string, string> = new Map([
  ['create', 'created'],
  ['update', 'updated'],
  ['delete', 'deleted'],
]);

function pick(fields: readonly ReadField[], as: (field: ReadField) => CatalogField): Fields {
  return Object.fromEntries(fields.map((field) => [field.name, as(field)]));
}

function readField(clause: FieldClause, block: EntityBlock, refers: Set<string>): ReadField {
  const { name } = clause.name;
  const { text } = clause.type;
  const read = parseTypeText(text, (record) => {
    refers.add(record);
    return { kind: 'record', name: record, fields: new Map() };
  });
  const type: Type = isFault(read) ? { kind: 'unknown' } : read;
  const resolution = clause.step && stepIn(clause.step, type);
  const doc = textsOf(clausesNamed(block, 'label').filter((label) => label.name.name === name));
  const field: CatalogField = {
    type: text,
    ...(resolution === undefined ? {} : { resolution }),
    ...(doc === undefined ? {} : { doc }),
  };
  const plain = present(type);
  const isRecord = (one: Type): boolean => one.kind === 'record' && one.name !== undefined;
  const many = plain.kind === 'list' && isRecord(present(plain.of));
  const sent = isRecord(plain) || many ? { type: many ? 'list of text' : 'text' } : field;
  const needed = type.kind !== 'optional' && clause.initial === undefined;
  return { name, field, sent: doc === undefined ? sent : { ...sent, doc }, needed };
}

/** The unit of the values of a field: of the elements where it is a list. */
export function unitOf(type: Type): Unit | undefined {
  const plain = present(type);
  if (plain.kind === 'list') return unitOf(plain.of);
  return plain.kind === 'quantity' ? plain.unit : undefined;
}

/** A step in the unit of its field; undefined where it is none. */
function stepIn(step: Expr, type: Type): number | undefined {
  const unit = unitOf(type);
  if (step.kind !== 'number' || unit === undefined || step.value <= 0) return undefined;
  const own = readUnit(step.unit?.text ?? '');
  // Temperatures are kept in steps of kelvins.
  const wanted = unit.dimension === 'degC' ? 'K' : unit.dimension;
  const bare = step.unit === undefined && unit.dimension === '';
  if (bare) return step.value;
  if (isUnitFault(own) || own.dimension !== wanted) return undefined;
  return fromBase(toBase(step.value, own), unit);
}

/** Texts by language; the one for all readers stands in for English. */
function textsOf(
  clauses: readonly { readonly language: string | undefined; readonly text: { value: string } }[],
): Texts | undefined {
  if (clauses.length === 0) return undefined;
  return Object.fromEntries(clauses.map(({ language, text }) => [language ?? 'en', text.value]));
}

const quoted = (name: string): string => `\`${name}\``;
const oneOf = (values: readonly string[]): string => `oneof(${values.map(quoted).join(', ')})`;
