import { eachFact } from '../types/catalog.ts';
import { present, type Type, UNKNOWN } from '../types/type.ts';
import { isFault } from '../types/type-text.ts';
import type { Workspace } from './workspace.ts';

/** A name that can be used at a place, with its type. */
export type Names = ReadonlyMap<string, Type>;

const NAME = '[\\p{L}_][\\p{L}\\p{M}\\p{N}_]*';

/** The text of the block around an offset, from its first column up to the offset. */
export function blockTextBefore(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const start = Math.max(before.search(/(?:^|\n)(?=\S[^\n]*(?:\n(?!\S)[^\n]*)*$)/), 0);
  return before.slice(start).replace(/^\n/, '');
}

/**
 * The names in scope at an offset, read from the text itself: while someone types, the block rarely parses.
 */
export function namesAt(workspace: Workspace, text: string, offset: number): Names {
  const block = wholeBlock(text, offset);
  const names = new Map<string, Type>([['settings', workspace.index.settings]]);
  if (/^formula\b/.test(block)) addParameters(block, workspace, names);
  if (/^gate\b/.test(block))
    addFacts(pointsOf(block, /^\s+on\s+([^\n]+(?:,\s*\n[^\n]+)*)/m), workspace, names);
  if (/^test\b/.test(block)) addFacts(pointsOf(block, /^\s+when\s+([^\n]+)/m), workspace, names);
  if (/^test\b/.test(block) && !/^\s+when\b/m.test(block)) {
    for (const record of Object.keys(workspace.index.catalog.records))
      names.set(record, workspace.index.record(record) ?? UNKNOWN);
  }
  addLoopVariables(blockTextBefore(text, offset), names);
  return names;
}

function wholeBlock(text: string, offset: number): string {
  const before = blockTextBefore(text, offset);
  const rest = text.slice(offset);
  const end = rest.search(/\n(?=\S)/);
  return before + (end < 0 ? rest : rest.slice(0, end));
}

function addParameters(block: string, workspace: Workspace, names: Map<string, Type>): void {
  const list = /\(([\s\S]*?)\)\s*(?::|=|$)/.exec(block)?.[1] ?? '';
  for (const part of splitAtCommas(list)) {
    const match = new RegExp(`^\\s*(${NAME})\\s*:\\s*([\\s\\S]+)$`, 'u').exec(part);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const type = workspace.index.type(match[2].trim());
    names.set(match[1], isFault(type) ? UNKNOWN : type);
  }
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const char of text) {
    if ('({['.includes(char)) depth++;
    if (')}]'.includes(char)) depth--;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

interface Stand {
  readonly point: string;
  readonly each: string | undefined;
}

function pointsOf(block: string, clause: RegExp): Stand[] {
  const list = clause.exec(block)?.[1] ?? '';
  return list.split(',').flatMap((part) => {
    const match = /^\s*([\w.]+)(?:\s+each\s+(\w+))?/u.exec(part);
    return match?.[1] === undefined ? [] : [{ point: match[1], each: match[2] }];
  });
}

function addFacts(stands: readonly Stand[], workspace: Workspace, names: Map<string, Type>): void {
  for (const { point, each } of stands) {
    const facts = workspace.index.point(point);
    if (facts === undefined) continue;
    for (const [name, type] of facts) {
      if (!names.has(name)) names.set(name, type);
      // In a test the element of a list fact goes by its singular.
      if (each === undefined && type.kind === 'list' && name.endsWith('s'))
        names.set(name.slice(0, -1), type.of);
    }
    const found = each === undefined ? undefined : eachFact(facts, each);
    if (each !== undefined && found !== undefined) names.set(each, found.of);
  }
}

function addLoopVariables(before: string, names: Map<string, Type>): void {
  for (const match of before.matchAll(
    new RegExp(`\\bfor\\s+(${NAME})\\s+in\\s+((?:${NAME})(?:\\.${NAME})*)`, 'gu'),
  )) {
    const list = typeOfPath(match[2] ?? '', names);
    if (match[1] !== undefined && list?.kind === 'list') names.set(match[1], list.of);
  }
}

/** The type of `a.b.c`, each part present. */
export function typeOfPath(path: string, names: Names): Type | undefined {
  const [root = '', ...fields] = path.split('.');
  let type = names.get(root);
  for (const field of fields) {
    const record = type && present(type);
    type = record?.kind === 'record' ? record.fields.get(field) : undefined;
  }
  return type && present(type);
}
