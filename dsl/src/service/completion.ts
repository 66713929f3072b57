import { BLOCK_KEYS, CLAUSE_KEYS, KEYWORDS, RESERVED_KEYS } from '../language/keywords.ts';
import type { Span } from '../source/text.ts';
import { textIn } from '../types/catalog.ts';
import { AGGREGATES, BUILT_INS } from '../types/functions.ts';
import { type Type, typeText } from '../types/type.ts';
import { unitNames } from '../types/units.ts';
import { blockTextBefore, namesAt, typeOfPath } from './names.ts';
import type { Workspace } from './workspace.ts';

export type CompletionKind =
  | 'keyword'
  | 'point'
  | 'role'
  | 'gate'
  | 'name'
  | 'field'
  | 'function'
  | 'formula'
  | 'value'
  | 'unit'
  | 'type';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** A type or a signature. */
  readonly detail?: string;
  readonly doc?: string;
  /** What is replaced. */
  readonly span: Span;
  readonly insert: string;
}

type Draft = Omit<Completion, 'span' | 'insert'> & { insert?: string };

const PATH = /[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*)*$/u;
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;

/** What can stand at an offset, for the text as it is while someone types. */
export function completionsAt(
  workspace: Workspace,
  file: string,
  offset: number,
  language: string,
): Completion[] {
  const text = workspace.file(file)?.source.text ?? '';
  const before = text.slice(0, offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (/#|^[^"]*"(?:[^"]*"[^"]*")*[^"{]*$/.test(stripTemplate(line))) return [];
  const word = WORD.exec(line)?.[0] ?? '';
  const place = { workspace, text, offset, before, line, language };
  const [drafts, replaced] = draftsAt(place, word);
  const span = { start: offset - replaced.length, end: offset };
  return drafts.map((draft) => ({ ...draft, insert: draft.insert ?? draft.label, span }));
}

/** Inside `{…}` of a message an expression stands; what is before it doesn't matter. */
function stripTemplate(line: string): string {
  const open = line.lastIndexOf('{');
  return open > line.lastIndexOf('}') && /^\s*(?:message|remedy)\b/.test(line)
    ? line.slice(open + 1)
    : line;
}

interface Place {
  readonly workspace: Workspace;
  readonly text: string;
  readonly offset: number;
  readonly before: string;
  readonly line: string;
  readonly language: string;
}

function draftsAt(place: Place, word: string): [Draft[], string] {
  const { line, workspace } = place;
  if (line === word) return [keywords(BLOCK_KEYS), word];
  const path =
    PATH.exec(line)?.[0] ?? (line.endsWith('.') ? (PATH.exec(line.slice(0, -1))?.[0] ?? '') : '');
  const inBlock = /^(\w+)/.exec(blockTextBefore(place.text, place.offset))?.[1];
  if (/^\s+\p{L}*$/u.test(line) && (inBlock === 'gate' || inBlock === 'test')) {
    return [keywords(CLAUSE_KEYS[inBlock]), word];
  }
  if (
    /^\s+on\s+(?:.*,\s*)?[\w.]*$/u.test(line) ||
    (inBlock === 'test' && /^\s+when\s+[\w.]*$/u.test(line))
  ) {
    return [points(place), path];
  }
  if (/^\s+on\b.*\beach\s+\w*$/u.test(line)) return [eachNames(place), word];
  if (/^\s+release\s+by\b[^"]*$/u.test(line) && !/\buntil\b/.test(line))
    return [roles(workspace), word];
  if (/^\s+expect\s+\w*$/u.test(line))
    return [[...keywords(['blocked', 'allowed']), ...expression(place)], word];
  if (/^\s+expect\s+blocked\s+by\b/u.test(line)) return [gates(workspace), word];
  if (/:\s*\w*$/u.test(line) && inBlock === 'formula' && !line.includes('='))
    return [types(workspace), word];
  if (/\d\s*\p{L}*$/u.test(line) && !/[\p{L}_]\d+\p{L}*$/u.test(line)) return [units(), word];
  return memberOf(place, word) ?? [expression(place), word];
}

const keywords = (keys: readonly (keyof (typeof KEYWORDS)['en'])[]): Draft[] =>
  keys.map((key) => ({ label: KEYWORDS.en[key], kind: 'keyword' }));

function points({ workspace, language }: Place): Draft[] {
  return Object.entries(workspace.index.catalog.points).map(([label, point]) => ({
    label,
    kind: 'point',
    ...docOf(textIn(point.doc, language)),
    detail: Object.keys(point.facts).join(', '),
  }));
}

function eachNames(place: Place): Draft[] {
  const point = /([\w.]+)\s+each\s+\w*$/u.exec(place.line)?.[1] ?? '';
  const facts = place.workspace.index.point(point) ?? new Map<string, Type>();
  return [...facts]
    .filter(([, type]) => type.kind === 'list')
    .map(([name, type]) => ({
      label: name.replace(/s$/, ''),
      kind: 'name',
      detail: typeText(type),
    }));
}

const roles = (workspace: Workspace): Draft[] =>
  (workspace.index.catalog.roles ?? []).map((label) => ({ label, kind: 'role' }));

const gates = (workspace: Workspace): Draft[] =>
  workspace.program.gates.map(({ block }) => ({
    label: block.name.name,
    kind: 'gate',
    ...docOf(block.doc),
  }));

function types(workspace: Workspace): Draft[] {
  const simple = [
    'bool',
    'text',
    'number',
    'date',
    'time',
    'instant',
    'duration',
    'list of ',
    'oneof()',
  ];
  return [
    ...[...simple, ...unitNames()].map((label): Draft => ({ label, kind: 'type' })),
    ...Object.keys(workspace.index.catalog.records).map(
      (label): Draft => ({ label, kind: 'type', detail: 'record' }),
    ),
  ];
}

const units = (): Draft[] => ['%', ...unitNames()].map((label) => ({ label, kind: 'unit' }));

/** After `a.b.`: the fields of `a.b`. */
function memberOf(
  { workspace, text, offset, line, language }: Place,
  word: string,
): [Draft[], string] | undefined {
  const head = line.slice(0, line.length - word.length);
  if (!head.endsWith('.')) return undefined;
  const target = PATH.exec(head.slice(0, -1))?.[0] ?? '';
  const record = typeOfPath(target, namesAt(workspace, text, offset));
  if (record?.kind !== 'record') return [[], word];
  const drafts = [...record.fields].map(
    ([label, type]): Draft => ({
      label,
      kind: 'field',
      detail: typeText(type),
      ...docOf(
        textIn(
          record.name === undefined ? undefined : workspace.index.field(record.name, label)?.doc,
          language,
        ),
      ),
    }),
  );
  return [drafts, word];
}

function expression(place: Place): Draft[] {
  const { workspace, text, offset, line } = place;
  const names = namesAt(workspace, text, offset);
  const compared = /([\p{L}_][\p{L}\p{M}\p{N}_.]*)\s*(?:=|!=|in\s*\([^)]*|in)\s*\p{L}*$/u.exec(
    line,
  )?.[1];
  const wanted = compared === undefined ? undefined : typeOfPath(compared, names);
  const values = wanted?.kind === 'enum' ? wanted.values : [];
  return [
    ...values.map((label): Draft => ({ label, kind: 'value', detail: compared ?? '' })),
    ...[...names].map(([label, type]): Draft => ({ label, kind: 'name', detail: typeText(type) })),
    ...workspace.program.formulas.map(
      ({ signature, block }): Draft => ({
        label: signature.name,
        insert: `${signature.name}(`,
        kind: 'formula',
        detail: `(${signature.params.map((param) => `${param.name}: ${typeText(param.type)}`).join(', ')}): ${typeText(signature.result)}`,
        ...docOf(block.doc),
      }),
    ),
    ...[...BUILT_INS, ...AGGREGATES.filter(({ name }) => name !== 'min' && name !== 'max')].map(
      (built): Draft => ({
        label: built.name,
        insert: `${built.name}(`,
        kind: 'function',
        detail: built.signature,
        doc: built.doc,
      }),
    ),
    ...keywords(RESERVED_KEYS),
  ];
}

const docOf = (doc: string | undefined) => (doc === undefined ? {} : { doc });
