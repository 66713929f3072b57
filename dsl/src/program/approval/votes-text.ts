import type { Votes } from '../../check/blocks/votes.ts';
import { isFew } from '../../explain/words.ts';
import { needList, needOneOf, needRecord, needTexts } from '../../source/api.ts';
import { formatValue } from '../../values/format.ts';
import type { StillNeeded } from './still-needed.ts';

interface Words {
  readonly and: string;
  readonly or: string;
  readonly then: string;
  some(count: number, roles: string): string;
  /** Several people of one role. */
  people(count: number, role: string): string;
  /** What a request still needs. */
  readonly needed: (votes: string) => string;
  readonly by: (moment: string) => string;
  readonly nearest: (count: number, roles: string) => string;
  readonly state: Readonly<Record<Exclude<StillNeeded['state'], 'pending'>, string>>;
}

const ENGLISH: Words = {
  and: ' and ',
  or: ' or ',
  then: ', then ',
  some: (count, roles) => `${count} of ${roles}`,
  people: (count, role) => `${role} (${count} people)`,
  needed: (votes) => `still to agree: ${votes}`,
  by: (moment) => `by ${moment}`,
  nearest: (count, roles) => `${count} ${count === 1 ? 'vote is' : 'votes are'} enough: ${roles}`,
  state: {
    approved: 'it is approved',
    rejected: 'it was rejected: it has to be asked for again',
    expired: 'its time is over: it has to be asked for again',
  },
};
/** 1, 21, 101 and so on, which Russian counts as one. */
const endsInOne = (count: number): boolean => count % 10 === 1 && count % 100 !== 11;
const WORDS: Readonly<Record<string, Words>> = {
  en: ENGLISH,
  uz: {
    and: ' va ',
    or: ' yoki ',
    then: ', keyin ',
    some: (n, roles) => `${roles}dan ${n} tasi`,
    people: (n, role) => `${role} (${n} kishi)`,
    needed: (votes) => `yana rozilik kerak: ${votes}`,
    by: (moment) => `${moment} gacha`,
    nearest: (n, roles) => `${n} ta ovoz yetarli: ${roles}`,
    state: {
      approved: 'tasdiqlangan',
      rejected: 'rad etilgan: qaytadan so‘rash kerak',
      expired: 'muddati o‘tgan: qaytadan so‘rash kerak',
    },
  },
  ru: {
    and: ' и ',
    or: ' или ',
    then: ', затем ',
    some: (n, roles) => `${n} из ${roles}`,
    people: (n, role) => `${role} (${n} ${isFew(n) ? 'человека' : 'человек'})`,
    needed: (votes) => `ещё нужно согласие: ${votes}`,
    by: (moment) => `до ${moment}`,
    nearest: (n, roles) => `достаточно ${n} ${endsInOne(n) ? 'голоса' : 'голосов'}: ${roles}`,
    state: {
      approved: 'одобрено',
      rejected: 'отклонено: нужно запросить заново',
      expired: 'срок истёк: нужно запросить заново',
    },
  },
};

const wordsOf = (language: string): Words =>
  (Object.hasOwn(WORDS, language) ? WORDS[language] : undefined) ?? ENGLISH;

/**
 * Who has to agree, in words: "texnolog and integrator".
 * @param nameOf what a role is called in the reader's language; its code where nothing is given
 */
export function votesInWords(
  votes: Votes,
  language: string,
  nameOf: (role: string) => string = (role) => role,
): string {
  const words = wordsOf(language);
  needRecord(votes, 'votes');
  switch (votes.kind) {
    case 'role':
      return nameOf(votes.role);
    case 'some':
      needTexts(votes.roles, 'votes.roles');
      return words.some(votes.count, `(${votes.roles.map(nameOf).join(', ')})`);
    default:
      needList(votes.parts, 'votes.parts');
      return counted(
        votes.parts.map((part) => {
          const text = votesInWords(part, language, nameOf);
          const inside = (part.kind === 'or' || part.kind === 'and') && part.kind !== votes.kind;
          return inside ? `(${text})` : text;
        }),
        words,
      ).join(words[votes.kind]);
  }
}

/** Each text once, with how many people are meant where it stands more than once. */
function counted(texts: readonly string[], words: Words): readonly string[] {
  return [...new Set(texts)].map((text) => {
    const count = texts.filter((other) => other === text).length;
    return count === 1 ? text : words.people(count, text);
  });
}

/** The steps in words, in order. */
export function stagesInWords(
  stages: readonly Votes[],
  language: string,
  nameOf?: (role: string) => string,
): string {
  const words = wordsOf(language);
  needList(stages, 'stages');
  return stages.map((votes) => votesInWords(votes, language, nameOf)).join(words.then);
}

/**
 * What a request still needs, in a sentence: "still to agree: technologist and 1 of (chief,
 * director), by 2025-08-28 10:00; 2 votes are enough: technologist, chief". The nearest way is told
 * where there is a choice.
 * @param zone of the moment until which it can be agreed to
 */
export function stillNeededText(
  still: StillNeeded,
  language: string,
  zone: string,
  nameOf: (role: string) => string = (role) => role,
): string {
  const words = wordsOf(language);
  needRecord(still, 'needed');
  const { state, by, steps, nearest } = still;
  needOneOf(state, ['pending', 'approved', 'rejected', 'expired'], 'needed.state');
  if (state !== 'pending') return words.state[state];
  needList(steps, 'needed.steps');
  needList(nearest, 'needed.nearest');
  const needed = words.needed(
    stagesInWords(
      steps.map(({ votes }) => votes),
      language,
      nameOf,
    ),
  );
  const until = by && words.by(formatValue(by.getTime(), { kind: 'instant' }, language, zone));
  const roles = nearest.map(({ role }) => nameOf(role)).join(', ');
  const chosen = nearest.length > 0 && steps.some(({ votes }) => isChoice(votes));
  return [
    [needed, ...(until === undefined ? [] : [until])].join(', '),
    ...(chosen ? [words.nearest(nearest.length, roles)] : []),
  ].join('; ');
}

const isChoice = (votes: Votes): boolean =>
  votes.kind === 'or' ||
  (votes.kind === 'some' && votes.count < votes.roles.length) ||
  (votes.kind === 'and' && votes.parts.some(isChoice));
