import { CLAUSE_KEYS, type KeywordKey, LANGUAGE_TAGS } from '../language/keywords.ts';
import { tokenEnd } from '../language/lex.ts';
import { Dot, Equal, LBrace, type QToken } from '../language/tokens.ts';
import { type Type, typeText } from '../types/type.ts';
import { clausePartDrafts, withFields } from './completion-clauses.ts';
import { expressionDrafts, membersOf } from './completion-expression.ts';
import {
  actionNames,
  type Fill,
  listed,
  nothing,
  type Part,
  partDrafts,
  paths,
  points,
  roles,
  typeFill,
  wordOf,
  words,
} from './completion-parts.ts';
import {
  type Asked,
  blockKeywords,
  type Completion,
  clauseKeywords,
  type Draft,
  docOf,
  keywords,
  word,
} from './drafts.ts';
import { declaredResult, namesAt, singular, typeOfTokens } from './names.ts';
import { placeAt } from './place.ts';
import { endsOperand, isKeyword, operandStart } from './words.ts';
import type { Workspace } from './workspace.ts';

/** Languages a message can be written for. */
const READERS = ['uz', 'ru', 'en'];

/** What can stand at an offset, for the text as it is while someone types. */
export function completionsAt(
  workspace: Workspace,
  file: string,
  offset: number,
  language: string,
): Completion[] {
  const parsed = workspace.file(file);
  const place = parsed && placeAt(parsed, Math.min(Math.max(offset, 0), parsed.source.text.length));
  if (place === undefined) return [];
  const drafts = draftsAt({ workspace, place, language });
  const { before, word } = place;
  const at = place.offset - word.length;
  return drafts.map(({ from, ...draft }) => ({
    ...draft,
    insert: draft.insert ?? draft.label,
    span: { start: from === undefined ? at : (before[from]?.startOffset ?? at), end: place.offset },
  }));
}

function draftsAt(asked: Asked): Draft[] {
  const { place } = asked;
  if (place.inMessage) return expressionDrafts(asked, 0, undefined);
  if (place.atMargin) return blockKeywords(asked);
  const { blockKey, before } = place;
  if (blockKey === undefined || before.length === 0) return [];
  const here = clauseDrafts(asked);
  if (!place.atLineStart || CLAUSE_KEYS[blockKey].length === 0) return here;
  const next = clauseKeywords(asked, blockKey);
  return endsOperand(before.at(-1)) ? [...next, ...here] : [...here, ...next];
}

function clauseDrafts(asked: Asked): Draft[] {
  const { blockKey, clauseKey } = asked.place;
  const told = clausePartDrafts(asked);
  if (told !== undefined) return told;
  switch (clauseKey ?? blockKey) {
    case 'language':
      return atIndex(asked, 1, () => LANGUAGE_TAGS.map(word));
    case 'module':
      return moduleDrafts(asked);
    case 'requires':
      return listed(({ workspace }) => (workspace.index.catalog.plugins ?? []).map(word))(asked, 0);
    case 'formula':
      return formulaDrafts(asked);
    case 'on':
      return onDrafts(asked);
    case 'block':
    case 'warn':
    case 'hold':
    case 'pause':
      return modeDrafts(asked);
    case 'answer':
      return answerDrafts(asked);
    case 'message':
    case 'remedy':
    case 'title':
      return atIndex(asked, 1, () => READERS.map(word));
    case 'release':
      return releaseDrafts(asked);
    case 'given':
      return givenDrafts(asked);
    case 'when':
      return paths(points)(asked, 0);
    case 'expect':
      return expectDrafts(asked);
    default:
      return [];
  }
}

const atIndex = ({ place }: Asked, index: number, make: () => Draft[]): Draft[] =>
  place.before.length === index ? make() : [];

function formulaDrafts(asked: Asked): Draft[] {
  const { place, workspace } = asked;
  const { before } = place;
  const equal = before.findIndex((token) => token.tokenType === Equal);
  if (equal >= 0) return expressionDrafts(asked, equal + 1, declaredResult(workspace, place));
  return typeFill(asked, 0);
}

function onDrafts(asked: Asked): Draft[] {
  const { before } = asked.place;
  const last = before.length - 1;
  if (isKeyword(before, last, 'each')) return eachNames(asked);
  const drafts = paths(points)(asked, 0);
  if (drafts.length > 0) return drafts;
  return isKeyword(before, last - 1, 'each') ? [] : keywords(asked, ['each']);
}

function eachNames({ workspace, place }: Asked): Draft[] {
  const { before, text } = place;
  const end = before.length - 1;
  const from = operandStart(before, end);
  const point = text.slice(before[from]?.startOffset, tokenEnd(before[end - 1] as QToken));
  const facts = workspace.index.point(point.replace(/\s/g, '')) ?? new Map<string, Type>();
  return [...facts].flatMap(([name, type]): Draft[] =>
    type.kind === 'list'
      ? [{ label: singular(name), kind: 'name', detail: typeText(type.of) }]
      : [],
  );
}

function modeDrafts(asked: Asked): Draft[] {
  const { before } = asked.place;
  const when = before.findIndex((_, i) => isKeyword(before, i, 'when'));
  if (when > 0) return expressionDrafts(asked, when + 1, undefined);
  const named = isKeyword(before, 0, 'pause') || isKeyword(before, 0, 'hold');
  if (named && before.length === 1) {
    const names = namesAt(asked.workspace, asked.place);
    return [...names].flatMap(([label, type]): Draft[] =>
      type.kind === 'record' && label !== 'settings'
        ? [{ label, kind: 'name', detail: typeText(type) }]
        : [],
    );
  }
  const pauses = isKeyword(before, 0, 'pause') && before.length === 2;
  return keywords(asked, pauses ? ['when', 'after'] : ['when']);
}

/** Behind the name: `bind at start`, word by word. */
function moduleDrafts(asked: Asked): Draft[] {
  const { before } = asked.place;
  const last = before.length - 1;
  if (isKeyword(before, last, 'bind')) return keywords(asked, ['at']);
  if (isKeyword(before, last, 'at')) return keywords(asked, ['start']);
  return before.length > 1 && !isKeyword(before, last, 'start') ? keywords(asked, ['bind']) : [];
}

function answerDrafts(asked: Asked): Draft[] {
  const { before } = asked.place;
  const open = before.findIndex((token) => token.tokenType === LBrace);
  return open < 0 ? [] : expressionDrafts(asked, open, undefined);
}

function releaseDrafts(asked: Asked): Draft[] {
  const { before } = asked.place;
  const find = (key: 'by' | 'until') => before.findIndex((_, i) => isKeyword(before, i, key));
  const until = find('until');
  if (until > 0) return expressionDrafts(asked, until + 1, undefined);
  const by = find('by');
  if (by < 0) return before.length === 1 ? keywords(asked, ['never', 'by']) : [];
  const named = listed(roles)(asked, by);
  if (named.length > 0) return named;
  if (isKeyword(before, before.length - 1, 'when')) return keywords(asked, ['clear']);
  const clear = before.some((_, i) => isKeyword(before, i, 'when'));
  return keywords(asked, clear ? ['until'] : ['when', 'until']);
}

function givenDrafts(asked: Asked): Draft[] {
  const { workspace, place } = asked;
  const { before } = place;
  const equal = before.findIndex((token) => token.tokenType === Equal);
  const names = namesAt(workspace, place);
  if (equal >= 0) {
    const type = typeOfTokens(workspace, place, [1, equal], givenNames(asked));
    return expressionDrafts(asked, equal + 1, type);
  }
  if (before.at(-1)?.tokenType === Dot)
    return membersOf(asked, typeOfTokens(workspace, place, [1, before.length - 1], names));
  return atIndex(asked, 1, () =>
    [...names].map(([label, type]) => ({ label, kind: 'name', detail: typeText(type) })),
  );
}

/** The names a path of `given` may begin with, asked behind its equals sign. */
const givenNames = ({ workspace, place }: Asked) =>
  namesAt(workspace, { ...place, before: place.before.slice(0, 1) });

/** A word that a clause goes on with, or, as a name, an expression. */
const orName =
  (next: Part[0]): Fill =>
  (asked, at) =>
    at === asked.place.before.length - 1
      ? [wordOf(asked, next), ...expressionDrafts(asked, 1, undefined)]
      : [];

function expectDrafts(asked: Asked): Draft[] {
  const { before } = asked.place;
  const outcome = EXPECTED.find(([[begins]]) => isKeyword(before, 1, begins as KeywordKey));
  if (outcome !== undefined) return partDrafts(asked, nothing, outcome);
  const outcomes = words('blocked', 'allowed', 'waits', 'raised', 'did')(asked, 0);
  return [...outcomes, ...expressionDrafts(asked, 1, undefined)];
}

/** What was done: nothing, or an action with some of its arguments. */
const deeds: Fill = (asked, at) => {
  const action = withFields(
    (inner) => actionNames(inner).map(({ insert: _, ...draft }) => draft),
    ({ workspace }, name) => {
      const fields = workspace.index.action(name)?.params;
      return fields && { kind: 'record', name: undefined, fields };
    },
  );
  return [...action(asked, at), ...words('nothing')(asked, at)];
};

/** All blocks of a kind that have a name, those with faults too. */
const blocksOf =
  (kind: 'gate' | 'approval' | 'alert') =>
  ({ workspace, language }: Asked): Draft[] =>
    [...workspace.files.values()].flatMap(({ file }) =>
      file.blocks.flatMap((block): Draft[] =>
        block.kind === kind
          ? [{ label: block.name.name, kind: 'gate', ...docOf(block.doc, language) }]
          : [],
      ),
    );

const EXPECTED: readonly (readonly [Part, ...Part[]])[] = [
  [
    ['blocked', orName('by group')],
    ['by group', listed(blocksOf('gate'))],
  ],
  [
    ['waits', orName('for')],
    ['for', listed(blocksOf('approval'))],
  ],
  [['raised', listed(blocksOf('alert'))]],
  [['did', deeds]],
];
