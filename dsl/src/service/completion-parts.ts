import { KEYWORDS, type KeywordKey, SECOND_WORDS } from '../language/keywords.ts';
import { Colon, Comma, Dot, Equal, LParen, NumberLiteral, Slash } from '../language/tokens.ts';
import { present, type Type, typeText } from '../types/type.ts';
import { expressionDrafts, membersOf } from './completion-expression.ts';
import { type Asked, type Draft, docOf, types, units, word } from './drafts.ts';
import { namesAt, typeOfText, typeOfTokens } from './names.ts';
import { pathAt } from './scopes.ts';
import {
  endsOperand,
  isCloser,
  isKeyword,
  isOpener,
  isWord,
  nameOf,
  operandStart,
} from './words.ts';

/** What can stand in a part of a clause, which begins behind a word at an index. */
export type Fill = (asked: Asked, word: number) => Draft[];

/**
 * A part of a clause: the word that begins it and what follows that. The first part of a clause
 * begins with the clause's own word.
 */
export type Part = readonly [begins: KeywordKey | 'then next' | 'by group', fill: Fill];

const keyOf = (begins: Part[0]): KeywordKey =>
  begins === 'then next' ? 'then' : begins === 'by group' ? 'by' : begins;

/** A word of a part in the language of the file. */
export function wordOf({ place }: Asked, begins: Part[0]): Draft {
  const { language } = place;
  if (begins === 'then next') return word(SECOND_WORDS[language].then);
  return word(begins === 'by group' ? SECOND_WORDS[language].by : KEYWORDS[language][begins]);
}

/** What can stand in a clause that is made of parts, in this order; the later ones may be left out. */
export function partDrafts(asked: Asked, first: Fill, parts: readonly Part[]): Draft[] {
  const { before } = asked.place;
  let current = -1;
  let at = 0;
  for (let i = 1, depth = 0; i < before.length; i++) {
    const token = before[i];
    if (token === undefined) break;
    if (isOpener(token)) depth++;
    else if (isCloser(token)) depth--;
    // A word goes on with the clause only where something is complete.
    if (depth !== 0 || !(i === at + 1 || endsOperand(before[i - 1]))) continue;
    const found = parts.findIndex(([begins]) => isKeyword(before, i, keyOf(begins)));
    if (found >= 0) [current, at] = [found, i];
  }
  const fill = parts[current]?.[1] ?? first;
  const here = fill(asked, at);
  const complete = at === before.length - 1 ? here.length === 0 : isComplete(asked);
  const lacksUnit = fill === duration && here.length > 0;
  if (!complete || lacksUnit) return here;
  if (fill === name) return [...parts.slice(0, 1)].map(([begins]) => wordOf(asked, begins));
  const next = parts.filter(([begins], i) => i > current || begins === 'then next');
  return [...here, ...next.map(([begins]) => wordOf(asked, begins))];
}

function isComplete({ place: { before } }: Asked): boolean {
  let depth = 0;
  for (const token of before) depth += isOpener(token) ? 1 : isCloser(token) ? -1 : 0;
  return depth === 0 && endsOperand(before.at(-1));
}

// --- what fills a part -----------------------------------------------------------------------------

export const nothing: Fill = () => [];
/** A new name is written, behind which the first part must follow. */
export const name: Fill = () => [];
export const words =
  (...keys: readonly KeywordKey[]): Fill =>
  (asked, at) =>
    at === asked.place.before.length - 1 ? keys.map((key) => wordOf(asked, key)) : [];

export const expression: Fill = (asked, at) => expressionDrafts(asked, at + 1, undefined);

/** Names between commas. */
export const listed =
  (make: (asked: Asked) => Draft[]): Fill =>
  (asked, at) => {
    const last = asked.place.before.length - 1;
    const comma = last > at && asked.place.before[last]?.tokenType === Comma;
    return last === at || comma ? make(asked) : [];
  };

/** Paths between commas; the whole path that is begun is replaced. */
export const paths =
  (make: (asked: Asked) => Draft[]): Fill =>
  (asked, at) => {
    const { before } = asked.place;
    const dotted = before.at(-1)?.tokenType === Dot;
    const from = dotted ? operandStart(before, before.length - 1) : before.length;
    const starts = from - 1 === at || before[from - 1]?.tokenType === Comma;
    if (!starts) return [];
    const drafts = make(asked);
    return dotted ? drafts.map((draft) => ({ ...draft, from })) : drafts;
  };

const TIME_UNITS = ['s', 'min', 'h', 'ms'];

/** A number with a unit of time. */
export const duration: Fill = ({ place: { before } }, at) =>
  before.length - 1 === at + 1 && before.at(-1)?.tokenType === NumberLiteral
    ? TIME_UNITS.map((label) => ({ label, kind: 'unit' }))
    : [];

/** `NAME: TYPE = expression`, where the type may be left out. */
export const typed: Fill = (asked, at) => {
  const { workspace, place } = asked;
  const { before } = place;
  const equal = before.findIndex((token, i) => i > at && token.tokenType === Equal);
  if (equal < 0) return typeFill(asked, at);
  const colon = before[at + 2]?.tokenType === Colon;
  const wanted = colon ? typeOfText(workspace, place.text, before, at + 3) : undefined;
  return expressionDrafts(asked, equal + 1, wanted?.kind === 'unknown' ? undefined : wanted);
};

/** The type behind a colon. */
export const typeFill: Fill = ({ workspace, place: { before } }) => {
  const end = before.length - 1;
  const ofList = isKeyword(before, end, 'of') && isKeyword(before, end - 1, 'list');
  if (before[end]?.tokenType === Colon || ofList) return types(workspace);
  return before[end]?.tokenType === Slash && isWord(before[end - 1]) ? units() : [];
};

/** `relay.set_all(device: e.device), …`. */
export const actions: Fill = (asked, at) => {
  const { workspace, place } = asked;
  const { before } = place;
  const opener = openedLast(asked, at);
  if (opener === undefined || before[opener]?.tokenType !== LParen)
    return paths(actionNames)(asked, at);
  const path = pathAt(before, operandStart(before, opener));
  const params = path && workspace.index.action(path.text)?.params;
  return params === undefined ? [] : argumentDrafts(asked, opener, params);
};

/** The outermost bracket that is open behind an index. */
function openedLast({ place: { before } }: Asked, at: number): number | undefined {
  const open: number[] = [];
  for (let i = at; i < before.length; i++) {
    const token = before[i];
    if (token === undefined) break;
    if (isOpener(token)) open.push(i);
    else if (isCloser(token)) open.pop();
  }
  return open[0];
}

/** `name: value` pairs in brackets. */
function argumentDrafts(asked: Asked, opener: number, params: ReadonlyMap<string, Type>): Draft[] {
  const { before } = asked.place;
  const given = new Set<string>();
  let begin = opener + 1;
  for (let i = begin, depth = 0; i < before.length; i++) {
    const token = before[i];
    if (token === undefined) break;
    if (isOpener(token)) depth++;
    else if (isCloser(token)) depth--;
    else if (depth === 0 && token.tokenType === Comma) begin = i + 1;
    if (depth === 0 && before[i + 1]?.tokenType === Colon) given.add(nameOf(token));
  }
  const name = before[begin];
  if (name === undefined)
    return [...params]
      .filter(([label]) => !given.has(label))
      .map(([label, type]) => ({
        label,
        insert: `${label}: `,
        kind: 'field',
        detail: typeText(type),
      }));
  if (before[begin + 1]?.tokenType !== Colon) return [];
  return expressionDrafts(asked, begin + 2, params.get(nameOf(name)));
}

// --- names -------------------------------------------------------------------------------------------

export const roles = ({ workspace }: Asked): Draft[] =>
  (workspace.index.catalog.roles ?? []).map((label) => ({ label, kind: 'role' }));

export const channels = ({ workspace, language }: Asked): Draft[] =>
  Object.entries(workspace.index.catalog.channels ?? {}).map(([label, { doc }]) => ({
    label,
    kind: 'role',
    ...docOf(doc, language),
  }));

export const records = ({ workspace, language }: Asked): Draft[] =>
  Object.entries(workspace.index.catalog.records)
    .filter(([label]) => !label.includes('.'))
    .map(([label, { doc }]) => ({ label, kind: 'type', ...docOf(doc, language) }));

export const points = ({ workspace, language }: Asked): Draft[] =>
  Object.entries(workspace.index.catalog.points).map(([label, point]) => ({
    label,
    kind: 'point',
    ...docOf(point.doc, language),
    detail: Object.keys(point.facts).join(', '),
  }));

export const events = ({ workspace, language }: Asked): Draft[] =>
  Object.entries(workspace.index.catalog.events ?? {}).map(([label, event]) => ({
    label,
    kind: 'point',
    ...docOf(event.doc, language),
    detail: Object.keys(event.fields).join(', '),
  }));

export const actionNames = ({ workspace, language }: Asked): Draft[] =>
  Object.entries(workspace.index.catalog.actions ?? {}).map(([label, { doc, params }]) => ({
    label,
    insert: `${label}(`,
    kind: 'function',
    ...docOf(doc, language),
    detail: `(${Object.entries(params)
      .map(([name, { type }]) => `${name}: ${type}`)
      .join(', ')})`,
  }));

/** The fields of a record as names of their own. */
export const fieldsOf = (asked: Asked, record: Type | undefined): Draft[] =>
  membersOf(asked, record && present(record));

/** Names and their fields that lead to a list or a record. */
export const held: Fill = (asked, at) => {
  const { workspace, place } = asked;
  const { before } = place;
  const end = before.length - 1;
  const names = namesAt(workspace, place);
  const leads = (type: Type): boolean => ['list', 'record'].includes(present(type).kind);
  if (before[end]?.tokenType === Dot) {
    const range = [operandStart(before, end), end] as const;
    return fieldsOf(asked, typeOfTokens(workspace, place, range, names));
  }
  if (end !== at) return [];
  return [...names].flatMap(([label, type]): Draft[] =>
    leads(type) && label !== 'settings' ? [{ label, kind: 'name', detail: typeText(type) }] : [],
  );
};
