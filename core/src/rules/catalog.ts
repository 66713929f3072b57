import type { Catalog, CatalogAction, CatalogEntry, CatalogEvent, CatalogField } from '@qoida/dsl';
import type { ChannelDef } from '../api/channels.ts';
import type { EventDef } from '../api/events.ts';
import type { Fact } from '../api/facts.ts';
import type { FieldSpec, Texts } from '../api/fields.ts';
import { specsOf } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';
import type { StandingFact } from '../api/standing.ts';

type Fields = Record<string, CatalogField>;
interface Builder {
  readonly records: Record<string, { doc?: Texts; plugin?: string; shape?: true; fields: Fields }>;
}

/** What the language knows of one plugin. */
export interface CatalogSource {
  readonly plugin: string;
  readonly records: readonly RecordDef[];
  readonly operations: readonly OperationDef[];
  readonly events: readonly EventDef[];
  readonly channels?: readonly ChannelDef[];
  readonly standing?: readonly StandingFact[];
}

/**
 * Derives the language's catalog from what the plugins declare; nothing of it is written twice.
 * @param settings every setting by its key; rules read it as `settings.key_in_small_letters`
 * @param roles what each role is called
 */
export function buildCatalog(
  sources: readonly CatalogSource[],
  settings: Readonly<Record<string, FieldSpec>>,
  roles: Readonly<Record<string, Texts>>,
): Catalog {
  const builder: Builder = { records: {} };
  for (const { plugin, records } of sources) {
    for (const record of records) builder.records[record.name] = recordEntry(record, plugin);
  }
  builder.records.actor = {
    doc: { uz: 'amalni bajarayotgan kishi', ru: 'кто выполняет', en: 'who acts' },
    fields: {
      id: { type: 'text', optional: true },
      name: { type: 'text' },
      roles: { type: 'list of text' },
    },
  };
  const points: Record<string, Catalog['points'][string]> = {};
  const actions: Record<string, CatalogAction> = {};
  const events: Record<string, CatalogEvent> = {};
  const facts: Fields = {};
  const channels: Record<string, CatalogEntry> = {};
  for (const { plugin, operations, events: declared, ...more } of sources) {
    for (const { name, title, field } of more.standing ?? [])
      addField(facts, name, { ...field, doc: title }, builder, 'standing');
    for (const { name, title } of more.channels ?? []) channels[name] = { doc: title, plugin };
    for (const event of declared) events[event.name] = eventEntry(event, plugin, builder);
    for (const operation of operations) {
      points[operation.name] = {
        doc: operation.summary,
        plugin,
        facts: factsOf(operation, builder),
      };
      if (operation.effect !== 'read')
        actions[operation.name] = actionEntry(operation, plugin, builder);
    }
  }
  return {
    records: builder.records,
    points,
    events,
    actions,
    facts,
    channels,
    settings: settingsOf(settings),
    roles: Object.keys(roles),
    roleTitles: roles,
    plugins: sources.map(({ plugin }) => plugin),
  } as Catalog;
}

function recordEntry(record: RecordDef, plugin: string) {
  const fields: Fields = { id: { type: 'text' }, created_at: { type: 'instant' } };
  // What never leaves the server is no word of the language either: a message would tell it.
  const hidden = record.options.api?.hidden ?? [];
  for (const [name, spec] of Object.entries(record.fields))
    if (!hidden.includes(name)) addField(fields, name, spec);
  for (const [name, { field }] of Object.entries(record.options.computed ?? {})) {
    addField(fields, name, field.spec);
  }
  return { ...(record.options.title ? { doc: record.options.title } : {}), plugin, fields };
}

function addField(
  fields: Fields,
  name: string,
  spec: FieldSpec,
  builder?: Builder,
  owner = '',
): void {
  if (spec.secret || spec.kind === 'json') return;
  const type = typeText(spec, name, builder, owner);
  if (type === undefined) return;
  const changeable = spec.changeable ?? (spec.unique ? false : undefined);
  fields[name] = {
    type,
    ...(spec.optional ? { optional: true } : {}),
    ...(spec.resolution === undefined ? {} : { resolution: spec.resolution }),
    ...rangeOf(spec),
    ...(changeable === undefined ? {} : { changeable }),
    ...(spec.doc === undefined ? {} : { doc: spec.doc }),
  };
}

/** The least and the greatest a number can be, or the shortest and the longest a list. */
const rangeOf = ({ min, max }: FieldSpec) => ({
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

/** The type of a field in the language's own words; undefined where it has none. */
function typeText(
  spec: FieldSpec,
  name: string,
  builder?: Builder,
  owner = '',
): string | undefined {
  switch (spec.kind) {
    case 'text':
    case 'id':
    case 'ref':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'flag':
      return 'bool';
    case 'quantity':
    case 'money':
      return spec.unit ?? 'number';
    case 'date':
    case 'instant':
      return spec.kind;
    case 'oneOf':
      return `oneof(${spec.values?.map(inWords).join(', ')})`;
    case 'record':
      return spec.record;
    case 'list': {
      const item = spec.item && typeText(spec.item, name, builder, owner);
      return item === undefined ? undefined : `list of ${item}`;
    }
    case 'object':
      return builder && addShape(builder, `${owner}_${name}`, spec.fields ?? {});
    case 'json':
      return undefined;
  }
}

/** A value as the language writes a name: `main-to-shop` is none without its backticks. */
const inWords = (value: string): string =>
  /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(value) ? value : `\`${value}\``;

function addShape(
  builder: Builder,
  name: string,
  specs: Readonly<Record<string, FieldSpec>>,
): string {
  const fields: Fields = {};
  for (const [key, spec] of Object.entries(specs)) addField(fields, key, spec, builder, name);
  builder.records[name] = { shape: true, fields };
  return name;
}

function factsOf(operation: OperationDef, builder: Builder): Fields {
  const owner = operation.name.replaceAll('.', '_');
  const facts: Fields = { actor: { type: 'actor' } };
  if (Object.keys(operation.input).length > 0) {
    facts.input = { type: addShape(builder, `${owner}_input`, specsOf(operation.input)) };
  }
  for (const [name, fact] of Object.entries(operation.facts)) {
    facts[name] = factField(fact, `${owner}_${name}`, builder);
  }
  return facts;
}

function factField(fact: Fact, shapeName: string, builder: Builder): CatalogField {
  switch (fact.kind) {
    case 'byId':
      return { type: fact.record.name, ...(fact.optional ? { optional: true } : {}) };
    case 'via':
    case 'found':
      return { type: fact.record.name };
    case 'one':
      return { type: addShape(builder, shapeName, specsOf(fact.shape)) };
    case 'rows':
      return { type: `list of ${addShape(builder, shapeName, specsOf(fact.shape))}` };
  }
}

function eventEntry(event: EventDef, plugin: string, builder: Builder): CatalogEvent {
  const fields: Fields = {};
  const owner = event.name.replaceAll('.', '_');
  for (const [name, spec] of Object.entries(event.fields))
    addField(fields, name, spec, builder, `${owner}_event`);
  return { ...(event.title === undefined ? {} : { doc: event.title }), plugin, fields };
}

/** What changes something can be done by a rule: the operation with its input as parameters. */
function actionEntry(operation: OperationDef, plugin: string, builder: Builder): CatalogAction {
  const params: Fields = {};
  const owner = `${operation.name.replaceAll('.', '_')}_input`;
  for (const [name, spec] of Object.entries(specsOf(operation.input)))
    addField(params, name, spec, builder, owner);
  const emits = operation.emits.map((event) => event.name);
  const { summary: doc, effect, target } = operation;
  return { doc, plugin, effect, params, emits, ...(target === undefined ? {} : { target }) };
}

function settingsOf(settings: Readonly<Record<string, FieldSpec>>): Fields {
  const fields: Fields = {};
  for (const [key, spec] of Object.entries(settings)) addField(fields, key.toLowerCase(), spec);
  return fields;
}
