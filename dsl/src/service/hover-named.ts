import type { Block } from '../language/ast.ts';
import type { CatalogField, Texts } from '../types/catalog.ts';
import { textIn } from '../types/catalog.ts';
import { typeText } from '../types/type.ts';
import { costOfExpr } from './cost.ts';
import { calleeHover, fieldHover, type Hover, nameHover } from './hover-parts.ts';
import type { Lookup } from './lookup.ts';
import type { Named } from './named.ts';

/** What a block declares or names outside of its expressions. */
export function namedHover(lookup: Lookup, named: Named, block: Block): Hover | undefined {
  const { workspace } = lookup;
  const { catalog } = workspace.index;
  const { thing, name, span, owner } = named;
  switch (thing) {
    case 'callable':
      return calleeHover(lookup, name, span);
    case 'point':
      return declared(lookup, named, catalog.points[name], (point) => fieldsText(point.facts));
    case 'event':
      return declared(lookup, named, catalog.events?.[name], (event) => fieldsText(event.fields));
    case 'action':
      return declared(lookup, named, catalog.actions?.[name], (action) =>
        fieldsText(action.params),
      );
    case 'operation':
      return namedHover(
        lookup,
        { ...named, thing: Object.hasOwn(catalog.points, name) ? 'point' : 'action' },
        block,
      );
    case 'channel':
      return declared(lookup, named, catalog.channels?.[name], () => 'channel');
    case 'record': {
      const type = workspace.index.record(name);
      return type && nameHover(lookup, name, span, type);
    }
    case 'role':
      return { span, title: `role ${name}`, doc: undefined, origin: undefined };
    case 'field': {
      const record = owner === undefined ? undefined : workspace.index.record(owner);
      const type = record?.fields.get(name);
      return type && fieldHover(lookup, record, name, span, type);
    }
    case 'part': {
      const own = owner === undefined ? undefined : workspace.called(owner);
      const parts = own !== undefined && 'parts' in own ? own.parts : [];
      const part = parts.find((each) => each.name === name);
      const title = part && `${name}: ${typeText(part.type)}`;
      return title === undefined ? undefined : { span, title, doc: undefined, origin: owner };
    }
    case 'state':
    case 'move':
      return { span, title: `${thing} ${name}`, doc: undefined, origin: owner };
    case 'type':
    case 'local':
      return undefined;
    default:
      return blockHover(lookup, named);
  }
}

const fieldsText = (fields: Readonly<Record<string, CatalogField>>): string =>
  `{ ${Object.entries(fields)
    .map(([name, { type, optional }]) => `${name}: ${type}${optional ? '?' : ''}`)
    .join(', ')} }`;

/** What the catalog declares. */
function declared<T extends { readonly doc?: Texts; readonly plugin?: string }>(
  { language }: Lookup,
  { name, span }: Named,
  entry: T | undefined,
  text: (entry: T) => string,
): Hover | undefined {
  if (entry === undefined) return undefined;
  const { doc, plugin } = entry;
  return { span, title: `${name} ${text(entry)}`, doc: textIn(doc, language), origin: plugin };
}

/** A gate, an approval or another block that is not called. */
function blockHover(lookup: Lookup, { thing, name, span }: Named): Hover | undefined {
  const { workspace } = lookup;
  for (const { file } of workspace.files.values()) {
    const origin = file.blocks.find((block) => block.kind === 'module')?.path.text;
    for (const block of file.blocks) {
      if (block.kind !== thing || block.name.name !== name) continue;
      const on = block.clauses.find((clause) => clause.kind === 'on');
      const points = on?.points.map(({ path }) => path.text).join(', ');
      const title = points === undefined ? `${thing} ${name}` : `${thing} ${name} on ${points}`;
      const cost = thing === 'gate' ? costOfGate(lookup, name) : {};
      return { span, title, doc: block.doc, origin, ...cost };
    }
  }
  return undefined;
}

/** What the condition of a gate costs, at its first point. */
function costOfGate(lookup: Lookup, name: string): Pick<Hover, 'cost'> {
  const gate = lookup.workspace.program.gates.find(({ block }) => block.name.name === name);
  const at = gate?.points[0];
  return gate === undefined || at === undefined
    ? {}
    : costOfExpr(lookup, gate.mode.condition, at.typing);
}
