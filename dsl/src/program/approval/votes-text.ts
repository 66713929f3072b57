import type { Votes } from '../../check/blocks/votes.ts';

interface Words {
  readonly and: string;
  readonly or: string;
  readonly then: string;
  some(count: number, roles: string): string;
}

const ENGLISH: Words = {
  and: ' and ',
  or: ' or ',
  then: ', then ',
  some: (count, roles) => `${count} of ${roles}`,
};
const WORDS: Readonly<Record<string, Words>> = {
  en: ENGLISH,
  uz: { and: ' va ', or: ' yoki ', then: ', keyin ', some: (n, roles) => `${roles}dan ${n} tasi` },
  ru: { and: ' и ', or: ' или ', then: ', затем ', some: (n, roles) => `${n} из ${roles}` },
};

/**
 * Who has to agree, in words: "texnolog and integrator".
 * @param nameOf what a role is called in the reader's language; its code where nothing is given
 */
export function votesInWords(
  votes: Votes,
  language: string,
  nameOf: (role: string) => string = (role) => role,
): string {
  const words = (Object.hasOwn(WORDS, language) ? WORDS[language] : undefined) ?? ENGLISH;
  switch (votes.kind) {
    case 'role':
      return nameOf(votes.role);
    case 'some':
      return words.some(votes.count, `(${votes.roles.map(nameOf).join(', ')})`);
    default:
      return votes.parts
        .map((part) => {
          const text = votesInWords(part, language, nameOf);
          return part.kind === 'or' && votes.kind === 'and' ? `(${text})` : text;
        })
        .join(words[votes.kind]);
  }
}

/** The steps in words, in order. */
export function stagesInWords(
  stages: readonly Votes[],
  language: string,
  nameOf?: (role: string) => string,
): string {
  const words = (Object.hasOwn(WORDS, language) ? WORDS[language] : undefined) ?? ENGLISH;
  return stages.map((votes) => votesInWords(votes, language, nameOf)).join(words.then);
}
