import type { BlockKey, CLAUSE_KEYS } from '../keywords.ts';

/** A sentence in the languages of readers. */
export interface KeywordDoc {
  readonly en: string;
  readonly uz: string;
  readonly ru: string;
}

type ClauseKeyOf<B extends BlockKey> = (typeof CLAUSE_KEYS)[B][number];

interface BlockDocs<B extends BlockKey> {
  readonly block: KeywordDoc;
  readonly clauses: Readonly<Record<ClauseKeyOf<B>, KeywordDoc>>;
}

/** What some blocks and their clauses are for, in one sentence each. */
export type DocsOf<B extends BlockKey> = { readonly [K in B]: BlockDocs<K> };

export const doc = (en: string, uz: string, ru: string): KeywordDoc => ({ en, uz, ru });

export const MESSAGE = doc(
  'What people are told; expressions in braces are filled in.',
  'Odamlarga aytiladigan gap; qavs ichidagi ifodalar o‘rniga qiymati qo‘yiladi.',
  'Что говорят людям; вместо выражений в фигурных скобках ставятся их значения.',
);
