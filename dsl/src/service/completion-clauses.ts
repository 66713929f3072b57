import { SEVERITIES } from '../check/blocks/alerts.ts';
import type { BlockKey, KeywordKey } from '../language/keywords.ts';
import { Colon, LBrace, NumberLiteral } from '../language/tokens.ts';
import type { RecordType, Type } from '../types/type.ts';
import { expressionDrafts } from './completion-expression.ts';
import {
  actionNames,
  actions,
  channels,
  duration,
  events,
  expression,
  type Fill,
  fieldsOf,
  held,
  listed,
  name,
  nothing,
  type Part,
  partDrafts,
  paths,
  points,
  records,
  roles,
  typed,
  typeFill,
  wordOf,
  words,
} from './completion-parts.ts';
import { type Asked, type Draft, units } from './drafts.ts';
import { rowOf, typeOfText } from './names.ts';
import { eventsFrom, pathAt, subjectOf } from './scopes.ts';
import { endsOperand, isCloser, isKeyword, isOpener, isWord, nameOf } from './words.ts';

/** What can stand in the clauses of a block, and, by the block's own word, in its head. */
type Clauses = Partial<Record<KeywordKey, readonly [first: Fill, ...parts: Part[]]>>;

const byRoles: Part = ['by', listed(roles)];
const doing: Part[] = [
  ['do', actions],
  ['then next', actions],
];
const months = words('last');
const days = words(
  'day',
  'workday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
  'month',
);

/** `sex_boshligi and (texnolog or 2 of (texnolog, direktor))`. */
const votes: Fill = (asked, at) => {
  const { before } = asked.place;
  const last = before.at(-1);
  const joins =
    isKeyword(before, before.length - 1, 'and') || isKeyword(before, before.length - 1, 'or');
  const begins = before.length - 1 === at || joins || (last !== undefined && isOpener(last));
  if (begins || last?.image === ',') return roles(asked);
  if (last?.tokenType === NumberLiteral) return [wordOf(asked, 'of')];
  return endsOperand(last) ? [wordOf(asked, 'and'), wordOf(asked, 'or')] : [];
};

const every: Fill = (asked, at) => {
  const { before } = asked.place;
  if (before.at(-1)?.tokenType === NumberLiteral && before.length === at + 2)
    return [...duration(asked, at), ...units().filter(({ label }) => label === 'day')];
  return listed((inner) => days(inner, inner.place.before.length - 1))(asked, at);
};

/** An event, or a condition that becomes or stays true. */
const trigger: Fill = (asked) => {
  const { before } = asked.place;
  const begin = isKeyword(before, 1, 'no')
    ? 2
    : before[1]?.tokenType === NumberLiteral && isKeyword(before, 2, 'times')
      ? 3
      : 1;
  if (before.length === begin) {
    const named = paths(events)(asked, begin - 1);
    return begin > 1 ? named : [...named, wordOf(asked, 'no'), ...expression(asked, 0)];
  }
  const { index } = asked.workspace;
  const found = eventsFrom(before, 1);
  const first = found[0];
  const isEvent = begin > 1 || (first !== undefined && index.event(first.text) !== undefined);
  if (before.length === 2 && before[1]?.tokenType === NumberLiteral)
    return [wordOf(asked, 'times'), ...expression(asked, 0)];
  if (!isEvent) {
    const typing = paths(events)(asked, begin - 1);
    return [...typing, ...partDrafts(asked, expression, CONDITION)];
  }
  const kind = found.length > 1 || first === undefined ? [WITHIN] : [];
  const special = begin === 2 ? [SILENCE] : begin === 3 ? [...WINDOW] : kind;
  const second = begin === 1 && found.length < 2;
  return partDrafts(asked, nothing, [
    ['as', nothing],
    ...(second ? [['then next', paths(events)] as const, WITHIN] : special),
    ...BEHIND,
  ]);
};
const WITHIN: Part = ['within', duration];
const SILENCE: Part = ['for', duration];
const WINDOW: readonly Part[] = [
  ['in', words('last')],
  ['last', duration],
];
const BEHIND: readonly Part[] = [
  ['where', expression],
  ['per', expression],
  ['if', expression],
];
const CONDITION: readonly Part[] = [
  ['becomes', words('true')],
  ['stays', words('true')],
  ['for', duration],
  ['if', expression],
];

const fieldType = ({ workspace, place }: Asked): Type | undefined => {
  const colon = place.before.findIndex(({ tokenType }) => tokenType === Colon);
  return colon < 0 ? undefined : typeOfText(workspace, place.text, place.before, colon + 1);
};
const fieldValue: Fill = (asked, at) => {
  const type = fieldType(asked);
  return expressionDrafts(asked, at + 1, type?.kind === 'unknown' ? undefined : type);
};

/** Names that the clauses of the block with this word declare: its states, its fields. */
const declared =
  (...keys: readonly KeywordKey[]) =>
  ({ place: { block } }: Asked): Draft[] =>
    block.flatMap((token, i) => {
      if (i === 0 || !token.firstOnLine || !keys.some((key) => isKeyword(block, i, key))) return [];
      const many = isKeyword(block, i, 'states');
      const found: Draft[] = [];
      for (let at = i + 1; isWord(block[at]); at += 2) {
        const name = block[at];
        if (name !== undefined) found.push({ label: nameOf(name), kind: 'field' });
        if (!many || block[at + 1]?.image !== ',') break;
      }
      return found;
    });

const shown = (asked: Asked): Draft[] =>
  fieldsOf(asked, subjectOf(asked.workspace, asked.place.block).shown);
/** The fields of a row of a list. */
const columns = (asked: Asked): Draft[] => {
  const { before } = asked.place;
  const end = before.findIndex((_, i) =>
    (['where', 'columns', 'sort'] as const).some((key) => i > 1 && isKeyword(before, i, key)),
  );
  return fieldsOf(asked, rowOf(asked.workspace, asked.place, end));
};
const operations = (asked: Asked): Draft[] => {
  const known = points(asked);
  const labels = new Set(known.map(({ label }) => label));
  const more = actionNames(asked).filter(({ label }) => !labels.has(label));
  return [...known, ...more.map(({ insert: _, ...draft }) => draft)];
};

/** `event relay.input { … }`: the fields of what is named before the brace. */
export const withFields =
  (
    make: (asked: Asked) => Draft[],
    typeOf: (asked: Asked, name: string) => RecordType | undefined,
  ): Fill =>
  (asked, at) => {
    const { before } = asked.place;
    const path = pathAt(before, at + 1);
    const brace = before.findIndex(({ tokenType }) => tokenType === LBrace);
    if (path === undefined || brace < 0) return paths(make)(asked, at);
    const closed = before.at(-1);
    if (closed !== undefined && isCloser(closed)) return [];
    return expressionDrafts(asked, brace, typeOf(asked, path.text));
  };
const eventFields = withFields(events, ({ workspace }, name) => workspace.index.event(name));

const DEED = {
  if: [expression],
  do: [actions, ...doing],
  on: [words('failure'), ['failure', words('do')], ...doing],
} satisfies Clauses;

/** Blocks whose clauses are told by their parts; the others are in `completion.ts`. */
export const CLAUSES: Partial<Record<BlockKey, Clauses>> = {
  approval: {
    of: [listed(records)],
    when: [expression],
    steps: [votes, ['then next', votes], ['when', expression]],
    expires: [words('after'), ['after', duration]],
    own: [words('by'), byRoles],
    approved: [words('do'), ...doing],
    rejected: [words('do'), ...doing],
  },
  kpi: {
    kpi: [name, ['per', listed(records)], ['in', held]],
    over: [held],
    where: [expression],
    let: [typed],
    result: [typed],
  },
  balance: {
    balance: [name, ['of', listed(records)]],
    input: [typed],
    out: [typed],
    rest: [typed],
    tolerance: [expression],
  },
  automation: {
    ...DEED,
    when: [trigger],
    cooldown: [duration],
    once: [words('per'), ['per', expression]],
    allow: [words('repeat'), ['repeat', nothing]],
  },
  schedule: {
    ...DEED,
    every: [every, ['on', months], ['at', nothing]],
    holidays: [words('skip', 'only')],
    missed: [words('skip', 'run'), ['run', words('once')]],
  },
  alert: {
    severity: [listed(() => SEVERITIES.map((label) => ({ label, kind: 'value' })))],
    when: [trigger],
    if: [expression],
    notify: [listed(roles), ['via', listed(channels)], ['after', duration]],
    value: [expression],
    threshold: [expression],
    clear: [words('when'), ['when', expression]],
    group: [
      (asked, at) => (at === asked.place.before.length - 1 ? [wordOf(asked, 'by group')] : []),
      ['by group', expression],
    ],
    repeat: [words('every'), ['every', duration]],
  },
  entity: {
    field: [typeFill, ['unique', nothing], ['step', fieldValue], ['default', fieldValue]],
    label: [listed(declared('field', 'states', 'move'))],
    move: [
      name,
      ['from', listed(declared('states'))],
      ['to', listed(declared('states'))],
      byRoles,
      ['when', expression],
    ],
    key: [listed(declared('field'))],
    read: [words('by'), byRoles],
    write: [words('by'), byRoles],
  },
  screen: {
    screen: [name, ['for', listed(roles)]],
    record: [listed(records)],
    operation: [paths(operations)],
    show: [listed(shown), ['large', nothing]],
    fields: [listed(shown)],
    filter: [listed(shown)],
    list: [
      held,
      ['where', expression],
      ['columns', listed(columns)],
      [
        'sort',
        (asked, at) => (at === asked.place.before.length - 1 ? [wordOf(asked, 'by group')] : []),
      ],
      ['by group', listed(columns)],
      ['down', nothing],
    ],
    button: [paths(operations), ['when', expression]],
  },
  test: {
    approved: [words('by'), byRoles],
    rejected: [words('by'), byRoles],
    event: [eventFields],
    after: [duration],
  },
};

/** Is a clause told by its parts? Then what can stand in it. */
export function clausePartDrafts(asked: Asked): Draft[] | undefined {
  const { blockKey, clauseKey } = asked.place;
  const clauses = blockKey && CLAUSES[blockKey];
  const found = clauses?.[(clauseKey ?? blockKey) as KeywordKey];
  if (found === undefined) return undefined;
  const [first, ...parts] = found;
  return partDrafts(asked, first, parts);
}
