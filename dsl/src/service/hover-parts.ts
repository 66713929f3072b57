import type { Span } from '../source/text.ts';
import { type Texts, textIn } from '../types/catalog.ts';
import { AGGREGATES, builtInNamed } from '../types/functions.ts';
import { present, type Type, typeText } from '../types/type.ts';
import { costOfCalled } from './cost.ts';
import { signatureText } from './drafts.ts';
import type { Lookup } from './lookup.ts';

export interface Hover {
  readonly span: Span;
  /** The thing in the language's own words: `session.input_kg: kg`. */
  readonly title: string;
  readonly doc: string | undefined;
  /** Where it comes from: a plugin, a record, a point. */
  readonly origin: string | undefined;
  /** How many steps an evaluation takes at most, where it takes more than a look. */
  readonly cost?: string;
}

export const typeHover = (span: Span, type: Type): Hover => ({
  span,
  title: typeText(type),
  doc: undefined,
  origin: undefined,
});

/** A fact, a parameter or a variable, with what its record is. */
export function nameHover(
  { workspace, language }: Lookup,
  name: string,
  span: Span,
  type: Type,
): Hover {
  const record = present(type);
  const settings = record === workspace.index.settings;
  const declared =
    record.kind === 'record' && record.name !== undefined && !settings
      ? workspace.index.catalog.records[record.name]
      : undefined;
  return {
    span,
    title: `${name}: ${typeText(type)}`,
    doc: textIn(declared?.doc, language),
    origin: declared?.plugin ?? (settings ? 'settings' : undefined),
  };
}

/** A field with its unit and the step it is kept in. */
export function fieldHover(
  { workspace, language }: Lookup,
  target: Type | undefined,
  name: string,
  span: Span,
  type: Type,
): Hover {
  const record = target && present(target);
  const owner = record?.kind === 'record' ? record.name : undefined;
  const field = record && workspace.fieldOf(record, name);
  const step = field?.resolution === undefined ? '' : ` (step ${field.resolution})`;
  const settings = record === workspace.index.settings;
  const plugin =
    owner === undefined || settings ? undefined : workspace.index.catalog.records[owner]?.plugin;
  return {
    span,
    title: `${owner === undefined ? '' : `${owner}.`}${name}: ${typeText(type)}${step}`,
    doc: textIn(field?.doc, language),
    origin: plugin ?? owner,
  };
}

/** A formula, a plugin's function or a built-in one; `result` is what this very call gives. */
export function calleeHover(
  lookup: Lookup,
  name: string,
  span: Span,
  result?: Type,
): Hover | undefined {
  const { workspace, language } = lookup;
  const called = workspace.called(name);
  const declared = called === undefined ? workspace.index.function(name) : undefined;
  const built = builtInNamed(name) ?? AGGREGATES.find((aggregate) => aggregate.name === name);
  const made = (title: string, doc: Texts | undefined, origin?: string): Hover => ({
    span,
    title,
    doc: textIn(doc, language),
    origin,
  });
  if (called !== undefined) {
    const { block, signature, module } = called;
    const title = `${block.kind} ${name}${signatureText(signature)}`;
    return { ...made(title, block.doc, module), ...costOfCalled(lookup, name) };
  }
  if (built !== undefined)
    return made(
      `${built.signature}${result === undefined ? '' : `: ${typeText(result)}`}`,
      built.doc,
    );
  if (declared === undefined) return undefined;
  const plugin = workspace.index.catalog.functions?.[name]?.plugin;
  return made(`${name}${signatureText(declared)}`, declared.doc, plugin);
}
