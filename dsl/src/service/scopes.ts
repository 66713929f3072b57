import { OWN_FACTS } from '../check/blocks/entity-shape.ts';
import { Colon, Comma, Dot, Equal, NumberLiteral, type QToken } from '../language/tokens.ts';
import { present, type RecordType, type Type, UNKNOWN } from '../types/type.ts';
import type { Place } from './place.ts';
import { isKeyword, isWord, nameOf } from './words.ts';
import type { Workspace } from './workspace.ts';

/** What the names of each kind of block are, read from its tokens. */

export interface PathAt {
  readonly text: string;
  /** The index behind its last token. */
  readonly end: number;
}

/** The dotted name that begins at an index. */
export function pathAt(tokens: readonly QToken[], from: number): PathAt | undefined {
  const first = tokens[from];
  if (first === undefined || !isWord(first)) return undefined;
  let text = nameOf(first);
  let end = from + 1;
  while (tokens[end]?.tokenType === Dot && isWord(tokens[end + 1])) {
    text += `.${nameOf(tokens[end + 1] as QToken)}`;
    end += 2;
  }
  return { text, end };
}

/** The index of the clause of a block that begins with a word, or -1. */
export const clauseIndex = (
  block: readonly QToken[],
  key: Parameters<typeof isKeyword>[2],
): number => block.findIndex((token, i) => i > 0 && token.firstOnLine && isKeyword(block, i, key));

export interface EventAt extends PathAt {
  readonly name: string;
}

/** The events of a trigger that begins at an index, with what they are called there. */
export function eventsFrom(tokens: readonly QToken[], from: number): readonly EventAt[] {
  let at = from;
  if (isKeyword(tokens, at, 'no')) at++;
  else if (tokens[at]?.tokenType === NumberLiteral) at += 2;
  const found: EventAt[] = [];
  for (;;) {
    const path = pathAt(tokens, at);
    if (path === undefined) return found;
    let { end } = path;
    let name = path.text.slice(path.text.lastIndexOf('.') + 1);
    const alias = tokens[end + 1];
    if (isKeyword(tokens, end, 'as') && alias !== undefined && isWord(alias)) {
      name = nameOf(alias);
      end += 2;
    }
    found.push({ text: path.text, end, name });
    if (found.length > 1 || !isKeyword(tokens, end, 'then')) return found;
    at = end + 1;
  }
}

/** The events behind a trigger; those by the last part of their name give way to other names. */
export function addEvents({ index }: Workspace, { block }: Place, names: Map<string, Type>): void {
  const when = clauseIndex(block, 'when');
  if (when < 0) return;
  for (const { text, name } of eventsFrom(block, when + 1)) {
    const type = index.event(text);
    if (type !== undefined && !names.has(name)) names.set(name, type);
  }
}

/** The record behind a word of a block: `of session`, `record package`. */
export function recordAfter(
  { index }: Workspace,
  block: readonly QToken[],
  key: Parameters<typeof isKeyword>[2],
): RecordType | undefined {
  const at = block.findIndex((_, i) => i > 0 && isKeyword(block, i, key));
  const path = at < 0 ? undefined : pathAt(block, at + 1);
  return path && index.record(path.text);
}

export function addMembers(record: Type | undefined, names: Map<string, Type>): void {
  if (record?.kind !== 'record') return;
  for (const [name, type] of record.fields) if (!names.has(name)) names.set(name, type);
}

/** The records of a KPI and their fields. */
export function addGrain({ index }: Workspace, { block }: Place, names: Map<string, Type>): void {
  let at = block.findIndex((_, i) => isKeyword(block, i, 'per')) + 1;
  const records: RecordType[] = [];
  while (at > 0 && isWord(block[at]) && block[at]?.firstOnLine !== true) {
    const name = nameOf(block[at] as QToken);
    const path = isKeyword(block, at + 1, 'in') ? pathAt(block, at + 2) : undefined;
    const type = path === undefined ? index.record(name) : elementAt(path.text, records, names);
    if (type?.kind === 'record') {
      records.push(type);
      names.set(name, type);
    }
    at = path?.end ?? at + 1;
    if (block[at]?.tokenType !== Comma) break;
    at++;
  }
  for (const record of records) addMembers(record, names);
}

/** What a path of fields leads to: one record, or those of a list. */
function elementAt(
  path: string,
  records: readonly RecordType[],
  names: ReadonlyMap<string, Type>,
): Type | undefined {
  const [first = '', ...rest] = path.split('.');
  const named = names.get(first);
  const owner = records.find(({ fields }) => fields.has(first));
  let type = named ?? owner?.fields.get(first);
  for (const part of rest) {
    const record = type && present(type);
    type = record?.kind === 'record' ? record.fields.get(part) : undefined;
  }
  const plain = type && present(type);
  return plain?.kind === 'list' ? present(plain.of) : plain;
}

/** The steps of a KPI or the terms of a balance, as far as checking knows them. */
export function addParts(workspace: Workspace, { block }: Place, names: Map<string, Type>): void {
  const own = block[1] && workspace.called(nameOf(block[1]));
  const parts = own !== undefined && 'parts' in own ? own.parts : [];
  block.forEach((token, i) => {
    const named = i > 1 && block[i - 1]?.firstOnLine && isWord(token) && follows(block[i + 1]);
    if (named) names.set(nameOf(token), UNKNOWN);
  });
  for (const { name, type } of parts) names.set(name, type);
}

const follows = (token: QToken | undefined): boolean =>
  token?.tokenType === Equal || token?.tokenType === Colon;

/** The facts of the points of an entity. */
export function addEntity({ index }: Workspace, { block }: Place, names: Map<string, Type>): void {
  const name = block[1] && nameOf(block[1]);
  const facts = name === undefined ? undefined : index.point(`${name}.update`);
  for (const [fact, type] of facts ?? [])
    if (fact === name || OWN_FACTS.some((own) => own === fact && own !== 'input'))
      names.set(fact, type);
}

/** What a screen shows: the record or the input of an operation, and its facts. */
export function subjectOf(
  workspace: Workspace,
  block: readonly QToken[],
): { readonly facts: ReadonlyMap<string, Type>; readonly shown: RecordType | undefined } {
  const record = recordAfter(workspace, block, 'record');
  if (record?.name !== undefined) return { facts: new Map([[record.name, record]]), shown: record };
  const at = clauseIndex(block, 'operation');
  const path = at < 0 ? undefined : pathAt(block, at + 1);
  const facts = (path && workspace.index.point(path.text)) ?? new Map<string, Type>();
  const params = path && workspace.index.action(path.text)?.params;
  const input =
    facts.get('input') ?? (params && { kind: 'record', name: undefined, fields: params });
  return { facts, shown: input?.kind === 'record' ? input : undefined };
}
