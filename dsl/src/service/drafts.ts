import { blockDoc, clauseDoc } from '../language/keyword-docs.ts';
import {
  BLOCK_KEYS,
  type BlockKey,
  CLAUSE_KEYS,
  KEYWORDS,
  type KeywordKey,
} from '../language/keywords.ts';
import type { Span } from '../source/text.ts';
import { type Texts, textIn } from '../types/catalog.ts';
import { type Type, typeText } from '../types/type.ts';
import { SIMPLE_TYPE_NAMES } from '../types/type-text.ts';
import { parseUnit, unitNames } from '../types/units.ts';
import type { Place } from './place.ts';
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

/** A completion before it is known what it replaces. */
export type Draft = Omit<Completion, 'span' | 'insert'> & {
  readonly insert?: string;
  /** The token before the cursor from which on the text is replaced. */
  readonly from?: number;
};

/** What is asked: the place, in the words of one reader. */
export interface Asked {
  readonly workspace: Workspace;
  readonly place: Place;
  readonly language: string;
}

export const word = (label: string): Draft => ({ label, kind: 'keyword' });

/** Keywords in the language of the file. */
export const keywords = ({ place }: Asked, keys: readonly KeywordKey[]): Draft[] =>
  keys.map((key) => word(KEYWORDS[place.language][key]));

/** Block keywords, with what each is for. */
export const blockKeywords = ({ place, language }: Asked): Draft[] =>
  BLOCK_KEYS.map((key) => ({
    ...word(KEYWORDS[place.language][key]),
    ...docOf(blockDoc(key), language),
  }));

/** The clause keywords of a block, with what each is for. */
export const clauseKeywords = ({ place, language }: Asked, block: BlockKey): Draft[] =>
  (CLAUSE_KEYS[block] as readonly KeywordKey[]).map((key) => ({
    ...word(KEYWORDS[place.language][key]),
    ...docOf(clauseDoc(block, key), language),
  }));

/** Units, those of the dimension that is wanted first. */
export function units(wanted?: Type): Draft[] {
  const dimension = wanted?.kind === 'quantity' ? wanted.dimension : undefined;
  const all = unitNames();
  const fits = (name: string) => parseUnit(name)?.dimension === dimension;
  const ordered =
    dimension === undefined ? all : [...all.filter(fits), ...all.filter((name) => !fits(name))];
  return ordered.map((label) => ({ label, kind: 'unit' }));
}

/** Types of parameters and results. */
export function types(workspace: Workspace): Draft[] {
  const written = [...SIMPLE_TYPE_NAMES, 'list of ', 'oneof('];
  return [
    ...[...written, ...unitNames()].map((label): Draft => ({ label, kind: 'type' })),
    ...Object.keys(workspace.index.catalog.records).map(
      (label): Draft => ({ label, kind: 'type', detail: 'record' }),
    ),
  ];
}

export interface Signature {
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly result: Type;
}

/** `(session: session, limit: %): kg`. */
export const signatureText = ({ params, result }: Signature): string =>
  `(${params.map((param) => `${param.name}: ${typeText(param.type)}`).join(', ')}): ${typeText(result)}`;

export const docOf = (doc: Texts | undefined, language: string): { doc?: string } => {
  const text = textIn(doc, language);
  return text === undefined ? {} : { doc: text };
};
