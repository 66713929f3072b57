import { tokenEnd } from '../language/lex.ts';
import {
  COMPARE_SIGNS,
  Coalesce,
  Colon,
  Comma,
  Dot,
  Equal,
  LBrace,
  LBracket,
  Minus,
  NotEqual,
  NumberLiteral,
  Plus,
  type QToken,
  Slash,
  Unit,
} from '../language/tokens.ts';
import { AGGREGATES, BUILT_INS } from '../types/functions.ts';
import { present, type Type, typeText } from '../types/type.ts';
import { type Asked, type Draft, docOf, keywords, signatureText, units } from './drafts.ts';
import { type Names, namesAt, typeOfTokens } from './names.ts';
import {
  enclosing,
  endsOperand,
  isKeyword,
  isOpener,
  isWord,
  nameOf,
  operandStart,
} from './words.ts';

/**
 * What can stand in an expression.
 * @param start the token at which the expression begins
 * @param wanted the type its place asks for
 */
export function expressionDrafts(asked: Asked, start: number, wanted: Type | undefined): Draft[] {
  const { place, workspace } = asked;
  const end = place.before.length;
  const within: Within = { asked, start, wanted, names: namesAt(workspace, place) };
  const last = end > start ? place.before[end - 1] : undefined;
  if (last === undefined) return operands(within, end);
  if (last.tokenType === Dot) return membersOf(asked, typeBefore(within, end - 1));
  if (last.tokenType === NumberLiteral && onOneLine(asked, last))
    return [...units(expectedAt(within, end - 1)), ...operators(within)];
  const inUnit = last.tokenType === Slash && place.before[end - 2]?.tokenType === Unit;
  if (inUnit) return [...units(), ...operands(within, end)];
  const words = betweenWords(place.before, end);
  if (words !== undefined) return keywords(asked, words);
  const around = enclosing(place.before, end);
  const inRecord = around !== undefined && place.before[around.opener]?.tokenType === LBrace;
  if (inRecord && (last.tokenType === LBrace || last.tokenType === Comma))
    return recordFields(within, around.opener);
  return endsOperand(last) ? operators(within) : operands(within, end);
}

interface Within {
  readonly asked: Asked;
  readonly start: number;
  readonly wanted: Type | undefined;
  readonly names: Names;
}

function onOneLine({ place }: Asked, last: QToken): boolean {
  return !place.text.slice(tokenEnd(last), place.offset).includes('\n');
}

/** The words that must follow a word such as `is`; undefined where an expression goes on freely. */
function betweenWords(tokens: readonly QToken[], end: number) {
  const is = (back: number, key: Parameters<typeof isKeyword>[2]) =>
    isKeyword(tokens, end - back, key);
  if (is(1, 'for')) return [];
  if (is(2, 'for')) return ['in'] as const;
  if (is(1, 'is')) return ['missing', 'present', 'not'] as const;
  if (is(1, 'not') && is(2, 'is')) return ['missing', 'present'] as const;
  if (is(1, 'not') && endsOperand(tokens[end - 2])) return ['in', 'between'] as const;
  return undefined;
}

function operators({ asked, start }: Within): Draft[] {
  const tokens = asked.place.before;
  const inBranches = tokens.some((_, i) => i >= start && isKeyword(tokens, i, 'if'));
  const inBrackets = enclosing(tokens) !== undefined;
  return keywords(asked, [
    'and',
    'or',
    'is',
    'in',
    'not',
    'between',
    'of',
    ...(inBranches ? (['then', 'else'] as const) : []),
    ...(inBrackets ? (['for', 'where'] as const) : []),
  ]);
}

function operands(within: Within, end: number): Draft[] {
  const { asked, names } = within;
  const { workspace, place, language } = asked;
  const wanted = expectedAt(within, end);
  const values = wanted?.kind === 'enum' ? wanted.values : [];
  const detail = wanted === undefined ? '' : typeText(wanted);
  const inCall = endsCall(place.before, end);
  return [
    ...values.map((label): Draft => ({ label, kind: 'value', detail })),
    ...[...names].map(([label, type]): Draft => ({ label, kind: 'name', detail: typeText(type) })),
    ...callables(asked),
    ...Object.keys(workspace.index.catalog.functions ?? {}).flatMap((label): Draft[] => {
      const declared = workspace.index.function(label);
      if (declared === undefined) return [];
      const detail = signatureText(declared);
      return [
        { label, insert: `${label}(`, kind: 'function', detail, ...docOf(declared.doc, language) },
      ];
    }),
    ...keywords(asked, ['not', 'if', 'true', 'false', 'missing', 'now', 'today', 'at']),
    ...(inCall ? keywords(asked, ['for']) : []),
  ];
}

const endsCall = (tokens: readonly QToken[], end: number): boolean => {
  const last = tokens[end - 1];
  return last !== undefined && isOpener(last) && isWord(tokens[end - 2]);
};

/** The formulas of the program but the one that is written, and the built-in functions. */
function callables({ workspace, place, language }: Asked): Draft[] {
  const callable = ['formula', 'kpi', 'balance'].includes(place.blockKey ?? '');
  const own = callable ? place.block[1] : undefined;
  const built = [
    ...BUILT_INS,
    ...AGGREGATES.filter(({ name }) => name !== 'min' && name !== 'max'),
  ];
  return [
    ...workspace.callables
      .filter(({ signature }) => own === undefined || signature.name !== nameOf(own))
      .map(
        ({ signature, block }): Draft => ({
          label: signature.name,
          insert: `${signature.name}(`,
          kind: 'formula',
          detail: signatureText(signature),
          ...docOf(block.doc, language),
        }),
      ),
    ...built.map(
      ({ name, signature, doc }): Draft => ({
        label: name,
        insert: `${name}(`,
        kind: 'function',
        detail: signature,
        ...docOf(doc, language),
      }),
    ),
  ];
}

/** The fields of a record, after its dot. */
export function membersOf(asked: Asked, record: Type | undefined): Draft[] {
  if (record?.kind !== 'record') return [];
  return [...record.fields].map(
    ([label, type]): Draft => ({
      label,
      kind: 'field',
      detail: typeText(type),
      ...docOf(asked.workspace.fieldOf(record, label)?.doc, asked.language),
    }),
  );
}

/** In `{ … }` where a record is expected: its fields that are not yet given. */
function recordFields(within: Within, opener: number): Draft[] {
  const tokens = within.asked.place.before;
  const given = new Set(
    tokens.flatMap((token, i) =>
      i > opener && tokens[i + 1]?.tokenType === Colon ? [nameOf(token)] : [],
    ),
  );
  return membersOf(within.asked, expectedAt(within, opener))
    .filter(({ label }) => !given.has(label))
    .map((draft) => ({ ...draft, insert: `${draft.label}: ` }));
}

/** The type of the operand that ends before an index. */
function typeBefore({ asked, start, names }: Within, end: number): Type | undefined {
  const from = Math.max(operandStart(asked.place.before, end), start);
  return typeOfTokens(asked.workspace, asked.place, [from, end], names);
}

const EQUAL = new Set([Equal, NotEqual, Coalesce]);
/** Operators whose two sides are alike. */
const ALIKE = new Set([...COMPARE_SIGNS, Coalesce, Plus, Minus]);

const MOST_LEVELS = 20;

/** The type the operand that begins at an index should have, as far as its surroundings tell. */
function expectedAt(within: Within, at: number, level = 0): Type | undefined {
  const tokens = within.asked.place.before;
  if (at === within.start) return within.wanted && present(within.wanted);
  const last = tokens[at - 1];
  if (last === undefined || at < within.start || level > MOST_LEVELS) return undefined;
  if (ALIKE.has(last.tokenType)) {
    const type = typeBefore(within, at - 1);
    // Values of an enum have no order and no sum.
    return type?.kind === 'enum' && !EQUAL.has(last.tokenType) ? undefined : type;
  }
  if (isKeyword(tokens, at - 1, 'in')) return typeLeftOfIn(within, at - 1);
  if (isKeyword(tokens, at - 1, 'then') || isKeyword(tokens, at - 1, 'else')) {
    const first = ifBefore(tokens, at - 1);
    return first < 0 ? undefined : expectedAt(within, first, level + 1);
  }
  return expectedInBrackets(within, at, level);
}

function expectedInBrackets(within: Within, at: number, level: number): Type | undefined {
  const tokens = within.asked.place.before;
  const last = tokens[at - 1] as QToken;
  const around = enclosing(tokens, at);
  if (around === undefined || around.opener < within.start) return undefined;
  const { opener, commas } = around;
  const bracket = tokens[opener]?.tokenType;
  if (last.tokenType === Colon && bracket === LBrace) {
    const record = expectedAt(within, opener, level + 1);
    const key = tokens[at - 2];
    const field = record?.kind === 'record' && key ? record.fields.get(nameOf(key)) : undefined;
    return field && present(field);
  }
  if (last.tokenType !== Comma && at - 1 !== opener) return undefined;
  if (bracket === LBrace) return undefined;
  if (isKeyword(tokens, opener - 1, 'in')) return typeLeftOfIn(within, opener - 1);
  const outer = () => expectedAt(within, opener, level + 1);
  if (bracket === LBracket) {
    const list = outer();
    return list?.kind === 'list' ? present(list.of) : undefined;
  }
  const callee = tokens[opener - 1];
  if (callee !== undefined && endsOperand(callee) && isWord(callee))
    return parameterType(within.asked, nameOf(callee), commas);
  return commas === 0 ? outer() : undefined;
}

function parameterType({ workspace }: Asked, callee: string, index: number): Type | undefined {
  const signature = workspace.called(callee)?.signature ?? workspace.index.function(callee);
  const type = signature?.params[index]?.type;
  return type && present(type);
}

/** `x in …`, `x not in …`: the type of `x`; the variable of a comprehension has none. */
function typeLeftOfIn(within: Within, at: number): Type | undefined {
  const tokens = within.asked.place.before;
  const end = isKeyword(tokens, at - 1, 'not') ? at - 1 : at;
  return isKeyword(tokens, end - 2, 'for') ? undefined : typeBefore(within, end);
}

/** The `if` to which a `then` or an `else` belongs. */
function ifBefore(tokens: readonly QToken[], at: number): number {
  let open = 0;
  for (let i = at; i >= 0; i--) {
    if (i < at && isKeyword(tokens, i, 'else')) open++;
    if (isKeyword(tokens, i, 'if') && open-- === 0) return i;
  }
  return -1;
}
