import { walk } from '../language/visit.ts';
import type { Span } from '../source/text.ts';
import { covers, type Workspace } from './workspace.ts';

export interface Place {
  readonly file: string;
  readonly span: Span;
}

interface Target {
  readonly kind: 'formula' | 'gate';
  readonly name: string;
}

/** Every place at which a formula or a gate is named, its declaration first. */
function placesOf(workspace: Workspace, target: Target): Place[] {
  const places: Place[] = [];
  for (const [file, { file: tree }] of workspace.files) {
    for (const block of tree.blocks) {
      if (block.kind === target.kind && block.name.name === target.name)
        places.unshift({ file, span: block.name.span });
      if (target.kind === 'gate' && block.kind === 'test') {
        for (const clause of block.clauses) {
          if (clause.kind !== 'expect' || clause.what.kind !== 'blocked') continue;
          for (const gate of clause.what.gates)
            if (gate.name === target.name) places.push({ file, span: gate.span });
        }
      }
    }
    if (target.kind === 'formula') {
      for (const { expr } of workspace.expressions(file)) {
        walk(expr, (part) => {
          if (part.kind === 'call' && part.name === target.name)
            places.push({ file, span: part.nameSpan });
        });
      }
    }
  }
  return places;
}

function targetAt(workspace: Workspace, file: string, offset: number): Target | undefined {
  for (const kind of ['formula', 'gate'] as const) {
    const names = new Set(
      [...workspace.files.values()].flatMap(({ file: tree }) =>
        tree.blocks.flatMap((block) => (block.kind === kind ? [block.name.name] : [])),
      ),
    );
    for (const name of names) {
      const here = placesOf(workspace, { kind, name }).some(
        (place) => place.file === file && covers(place.span, offset),
      );
      if (here) return { kind, name };
    }
  }
  return undefined;
}

/** Where the thing at an offset is declared. */
export function definitionAt(
  workspace: Workspace,
  file: string,
  offset: number,
): Place | undefined {
  const target = targetAt(workspace, file, offset);
  return target && placesOf(workspace, target)[0];
}

export function referencesAt(workspace: Workspace, file: string, offset: number): Place[] {
  const target = targetAt(workspace, file, offset);
  return target === undefined ? [] : placesOf(workspace, target);
}

export type Renamed =
  | { readonly edits: readonly (Place & { readonly text: string })[] }
  | { readonly refused: string };

/** Renames a formula or a gate everywhere. */
export function renameAt(
  workspace: Workspace,
  file: string,
  offset: number,
  name: string,
): Renamed {
  const target = targetAt(workspace, file, offset);
  if (target === undefined) return { refused: 'only formulas and gates can be renamed' };
  if (!/^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name))
    return { refused: `\`${name}\` can't be a name` };
  const taken = [...workspace.files.values()].some(({ file: tree }) =>
    tree.blocks.some((block) => block.kind === target.kind && block.name.name === name),
  );
  if (taken && name !== target.name)
    return { refused: `there is a ${target.kind} \`${name}\` already` };
  return { edits: placesOf(workspace, target).map((place) => ({ ...place, text: name })) };
}
