import { blockDoc, clauseDoc } from '../language/keyword-docs.ts';
import {
  type BlockKey,
  CLAUSE_KEYS,
  KEYWORDS,
  type KeywordKey,
  type LanguageTag,
} from '../language/keywords.ts';
import { canonicalWord } from '../language/letters.ts';
import { tokenEnd } from '../language/lex.ts';
import type { ParsedFile } from '../language/parse.ts';
import { Colon, Dot, LParen, Percent, type QToken, Unit, Word } from '../language/tokens.ts';
import { textIn } from '../types/catalog.ts';
import type { Type } from '../types/type.ts';
import { baseUnit, parseUnit, toBase } from '../types/units.ts';
import { calleeHover, fieldHover, type Hover, nameHover } from './hover-parts.ts';
import type { Lookup } from './lookup.ts';
import { namesAt, typeOfTokens } from './names.ts';
import { placeAt } from './place.ts';
import { blockKeyOf, isWord, nameOf, operandStart } from './words.ts';

/** What a block or a clause is for, at the word that begins it. */
export function hoverKeyword(
  file: ParsedFile,
  offset: number,
  language: string,
): Hover | undefined {
  const tokens = file.lexedAt(offset).tokens;
  const index = tokens.findIndex(
    (candidate) =>
      candidate.firstOnLine && candidate.startOffset <= offset && offset <= tokenEnd(candidate),
  );
  const token = tokens[index];
  const head = tokens.slice(0, index + 1).findLast(({ atMargin }) => atMargin);
  const block = blockKeyOf(head);
  if (token === undefined || block === undefined) return undefined;
  const texts = token === head ? blockDoc(block) : clauseTexts(block, token, file.file.language);
  if (texts === undefined) return undefined;
  const span = { start: token.startOffset, end: tokenEnd(token) };
  return { span, title: token.image, doc: textIn(texts, language), origin: undefined };
}

function clauseTexts(block: BlockKey, token: QToken, language: LanguageTag) {
  const word = canonicalWord(token.image);
  const keys: readonly KeywordKey[] = token.tokenType === Word ? [] : CLAUSE_KEYS[block];
  const key = keys.find((candidate) => KEYWORDS[language][candidate] === word);
  return key && clauseDoc(block, key);
}

/** What a unit is in the base unit of its dimension. */
export function hoverUnit(file: ParsedFile, offset: number): Hover | undefined {
  const token = file
    .lexedAt(offset)
    .tokens.find((each) => each.startOffset <= offset && offset <= tokenEnd(each) && isUnit(each));
  const unit = token && parseUnit(token.image);
  if (token === undefined || unit === undefined) return undefined;
  const base = baseUnit(unit.dimension).text;
  const same = base === unit.text || base === '';
  const title = same ? unit.text : `1 ${unit.text} = ${toBase(1, unit)} ${base}`;
  const span = { start: token.startOffset, end: tokenEnd(token) };
  return { span, title, doc: undefined, origin: undefined };
}

const isUnit = ({ tokenType }: QToken): boolean => tokenType === Unit || tokenType === Percent;

/** What a word means by the tokens around it: where no checked expression stands, as in `given`, parameters and broken texts. */
export function hoverWord(lookup: Lookup, file: ParsedFile, offset: number): Hover | undefined {
  const token = file
    .lexedAt(offset)
    .tokens.find(
      (candidate) =>
        candidate.startOffset <= offset && offset <= tokenEnd(candidate) && isWord(candidate),
    );
  const place = token && placeAt(file, tokenEnd(token));
  if (token === undefined || place === undefined) return undefined;
  const { workspace } = lookup;
  const names = namesAt(workspace, place);
  const name = nameOf(token);
  const span = { start: token.startOffset, end: tokenEnd(token) };
  const { before, after } = place;
  if (before.at(-1)?.tokenType === Dot) {
    const end = before.length - 1;
    const target = typeOfTokens(workspace, place, [operandStart(before, end), end], names);
    const type = fieldOf(target, name);
    return type && fieldHover(lookup, target, name, span, type);
  }
  if (after[0]?.tokenType === LParen) return calleeHover(lookup, name, span);
  const declares = place.blockKey !== 'formula' || !isTypeName(before);
  const type = declares ? names.get(name) : workspace.index.record(name);
  return type && nameHover(lookup, name, span, type);
}

const fieldOf = (record: Type | undefined, name: string): Type | undefined =>
  record?.kind === 'record' ? record.fields.get(name) : undefined;

/** Behind a colon, or `list of`, in the head of a formula a type stands. */
function isTypeName(before: readonly QToken[]): boolean {
  const last = before.at(-1);
  return last?.tokenType === Colon || last?.tokenType.name === 'kw_of';
}
