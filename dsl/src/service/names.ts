import { createContext, inputScope } from '../check/expression/check-expression.ts';
import type { LanguageTag } from '../language/keywords.ts';
import { tokenEnd } from '../language/lex.ts';
import { parseExpression } from '../language/parse.ts';
import { Colon, Comma, Equal, LParen, type QToken, RParen } from '../language/tokens.ts';
import type { Reporter } from '../source/diagnostic.ts';
import { eachFact } from '../types/catalog.ts';
import { present, type Type, UNKNOWN } from '../types/type.ts';
import { isFault } from '../types/type-text.ts';
import type { Place } from './place.ts';
import {
  addEntity,
  addEvents,
  addGrain,
  addMembers,
  addParts,
  clauseIndex,
  pathAt,
  recordAfter,
  subjectOf,
} from './scopes.ts';
import { enclosing, isCloser, isKeyword, isOpener, isWord, nameOf } from './words.ts';
import type { Workspace } from './workspace.ts';

/** A name that can be used at a place, with its type. */
export type Names = ReadonlyMap<string, Type>;

/** The names in scope at a place, read from the tokens of its block. */
export function namesAt(workspace: Workspace, place: Place): Names {
  const names = new Map<string, Type>();
  switch (place.blockKey) {
    case 'formula':
      for (const [name, type] of parameters(workspace, place)) names.set(name, type);
      break;
    case 'gate':
      addFacts(workspace, place, names);
      break;
    case 'approval': {
      addFacts(workspace, place, names);
      const of = recordAfter(workspace, place.block, 'of');
      if (of?.name === undefined || clauseIndex(place.block, 'of') < 0) break;
      names.set(of.name, of);
      addMembers(of, names);
      break;
    }
    case 'kpi':
      addGrain(workspace, place, names);
      addParts(workspace, place, names);
      break;
    case 'balance': {
      const of = recordAfter(workspace, place.block, 'of');
      if (place.clauseKey === 'tolerance' || place.clauseKey === 'message')
        addParts(workspace, place, names);
      if (of?.name !== undefined) names.set(of.name, of);
      break;
    }
    case 'automation':
    case 'alert':
      addAll(workspace.index.facts, names);
      addEvents(workspace, place, names);
      break;
    case 'schedule':
      addAll(workspace.index.facts, names);
      break;
    case 'entity':
      if (place.clauseKey === 'move') addEntity(workspace, place, names);
      break;
    case 'screen':
      addShown(workspace, place, names);
      break;
    case 'test':
      // A given value is made of plain values and settings.
      if (givesValues(place)) break;
      addFacts(workspace, place, names);
      if (pointsOf(place.block, 'when').length === 0)
        for (const record of Object.keys(workspace.index.catalog.records))
          names.set(record, workspace.index.record(record) ?? UNKNOWN);
      addAll(workspace.index.facts, names);
  }
  if (!names.has('settings') && !isConstant(place)) names.set('settings', workspace.index.settings);
  addLoopVariables(workspace, place, names);
  return names;
}

function addAll(types: ReadonlyMap<string, Type>, names: Map<string, Type>): void {
  for (const [name, type] of types) names.set(name, type);
}

/** The fields of what a screen shows, or in a list those of a row, stand for themselves. */
function addShown(workspace: Workspace, place: Place, names: Map<string, Type>): void {
  const { facts, shown } = subjectOf(workspace, place.block);
  addAll(workspace.index.facts, names);
  addAll(facts, names);
  const where = place.before.findIndex((_, i) => isKeyword(place.before, i, 'where'));
  const inList = place.clauseKey === 'list' && where > 0;
  addMembers(inList ? rowOf(workspace, place, where) : shown, names);
}

/** The type of a row of a screen's list, whose path ends before an index. */
export function rowOf(workspace: Workspace, place: Place, end: number): Type | undefined {
  const names = new Map(workspace.index.facts);
  const { facts, shown } = subjectOf(workspace, place.block);
  addAll(facts, names);
  addMembers(shown, names);
  const list = typeOfTokens(workspace, place, [1, end], names);
  return list?.kind === 'list' ? present(list.of) : undefined;
}

const givesValues = ({ clauseKey, before }: Place): boolean =>
  (clauseKey === 'given' && hasEqual(before)) ||
  clauseKey === 'event' ||
  (clauseKey === 'expect' && isKeyword(before, 1, 'did'));

/** The values of an entity's fields are written without any name. */
const isConstant = ({ blockKey, clauseKey }: Place): boolean =>
  blockKey === 'entity' && clauseKey === 'field';

/** The parameters of the formula a place is in. */
function parameters(workspace: Workspace, { block, text }: Place): [string, Type][] {
  const from = block.findIndex((token) => token.tokenType === LParen);
  if (from < 0) return [];
  const found: [string, Type][] = [];
  let depth = 0;
  for (let i = from; i < block.length; i++) {
    const token = block[i] as QToken;
    if (isOpener(token)) depth++;
    else if (isCloser(token) && --depth === 0) break;
    const names = depth === 1 && isWord(token) && block[i + 1]?.tokenType === Colon;
    if (!names) continue;
    const type = typeOfText(workspace, text, block, i + 2);
    found.push([nameOf(token), type]);
  }
  return found;
}

const AFTER_TYPE = ['unique', 'step', 'default'] as const;

/** The type written from a token to the next comma, bracket or sign of its own depth. */
export function typeOfText(
  workspace: Workspace,
  text: string,
  tokens: readonly QToken[],
  from: number,
): Type {
  let end = from;
  for (let depth = 0; end < tokens.length; end++) {
    const token = tokens[end] as QToken;
    if (isOpener(token)) depth++;
    const ends = isCloser(token) || token.tokenType === Comma || token.tokenType === Equal;
    if (depth === 0 && (ends || AFTER_TYPE.some((key) => isKeyword(tokens, end, key)))) break;
    if (isCloser(token)) depth--;
  }
  const type = workspace.index.type(textOf(text, tokens, from, end));
  return isFault(type) ? UNKNOWN : type;
}

/** The type a formula declares for its result. */
export function declaredResult(workspace: Workspace, { block, text }: Place): Type | undefined {
  const colon = block.findIndex(
    (token, i) => token.tokenType === Colon && block[i - 1]?.tokenType === RParen,
  );
  return colon < 0 ? undefined : typeOfText(workspace, text, block, colon + 1);
}

function textOf(text: string, tokens: readonly QToken[], from: number, end: number): string {
  const [first, last] = [tokens[from], tokens[end - 1]];
  if (first === undefined || last === undefined || end <= from) return '';
  return text.slice(first.startOffset, tokenEnd(last));
}

interface Stand {
  readonly point: string;
  readonly each: string | undefined;
}

/** The points a block stands at (`on`), or the one a test plays at (`when`). */
function pointsOf(block: readonly QToken[], key: 'on' | 'when'): Stand[] {
  const from = clauseIndex(block, key);
  if (from < 0) return [];
  const stands: Stand[] = [];
  for (let at = from + 1; ; at++) {
    const path = pathAt(block, at);
    if (path === undefined) break;
    at = path.end;
    const each = isKeyword(block, at, 'each') ? block[at + 1] : undefined;
    if (each !== undefined) at += 2;
    const named = each !== undefined && isWord(each) ? nameOf(each) : undefined;
    stands.push({ point: path.text, each: named });
    if (block[at]?.tokenType !== Comma) break;
  }
  // A point without `each` takes the next one after it.
  let each: string | undefined;
  return stands
    .toReversed()
    .map((stand) => {
      each = stand.each ?? each;
      return { point: stand.point, each };
    })
    .toReversed();
}

function addFacts(workspace: Workspace, place: Place, names: Map<string, Type>): void {
  const test = place.blockKey === 'test';
  const inGiven = place.clauseKey === 'given';
  // What follows a decision, and the texts of an approval, are about the whole operation.
  const inUntil = place.clauseKey === 'release';
  const whole =
    inUntil ||
    (place.blockKey === 'approval' && place.clauseKey !== 'when' && place.clauseKey !== 'steps');
  for (const { point, each } of pointsOf(place.block, test ? 'when' : 'on')) {
    const facts = workspace.index.point(point) ?? new Map<string, Type>();
    for (const [name, type] of facts) {
      if (!names.has(name)) names.set(name, type);
      // A `given` may name the first element of a list fact by its singular.
      if (inGiven && type.kind === 'list' && name !== singular(name))
        names.set(singular(name), type.of);
    }
    const found = each === undefined || whole ? undefined : eachFact(facts, each);
    if (each !== undefined && found !== undefined) names.set(each, found.of);
  }
  if (inUntil) addReleased(place, names);
}

const hasEqual = (tokens: readonly QToken[]) => tokens.some((token) => token.tokenType === Equal);

/** In `until` of a gate that pauses or holds, `released` is the record it pauses or holds. */
function addReleased({ block }: Place, names: Map<string, Type>): void {
  const mode = block.findIndex(
    (token, i) =>
      token.firstOnLine && (isKeyword(block, i, 'pause') || isKeyword(block, i, 'hold')),
  );
  const target = mode < 0 ? undefined : block[mode + 1];
  const type = target === undefined ? undefined : names.get(nameOf(target));
  if (type !== undefined) names.set('released', type);
}

/** `lines` → `line`, `boxes` → `box`: a name with which `each` finds the list. */
export const singular = (name: string): string =>
  /(?:s|x|z|ch|sh)es$/.test(name) ? name.slice(0, -2) : name.replace(/s$/, '');

/** The variables of the comprehensions around a place, outer ones first. */
function addLoopVariables(workspace: Workspace, place: Place, names: Map<string, Type>): void {
  const tokens = [...place.before, ...place.after];
  const cursor = place.before.length;
  for (let i = 0; i < tokens.length; i++) {
    if (!isKeyword(tokens, i, 'for') || !isKeyword(tokens, i + 2, 'in')) continue;
    const variable = tokens[i + 1];
    const around = enclosing(tokens, i);
    const end = closerOf(tokens, i);
    if (
      variable === undefined ||
      !isWord(variable) ||
      (around?.opener ?? -1) >= cursor ||
      end < cursor
    )
      continue;
    // Where the list itself is written, its variable is not known yet.
    if (cursor > i + 2 && !hasWhere(tokens, i + 3, cursor)) continue;
    const list = listType(workspace, place, tokens, i + 3, names);
    names.set(nameOf(variable), list?.kind === 'list' ? list.of : UNKNOWN);
  }
}

function hasWhere(tokens: readonly QToken[], from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (isKeyword(tokens, i, 'where')) return true;
  return false;
}

/** The index of the bracket that closes what is open at an index, else the end. */
function closerOf(tokens: readonly QToken[], from: number): number {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i] as QToken;
    if (isOpener(token)) depth++;
    else if (isCloser(token) && depth-- === 0) return i;
  }
  return tokens.length;
}

function listType(
  workspace: Workspace,
  { text, language }: Place,
  tokens: readonly QToken[],
  from: number,
  names: Names,
): Type | undefined {
  const close = closerOf(tokens, from);
  let end = from;
  while (end < close && !isKeyword(tokens, end, 'where')) end++;
  return typeOf(workspace, textOf(text, tokens, from, end), names, language);
}

const MOST_CHARACTERS = 2_000;

/** The type of an expression with the names of a place, as if everything were present. */
export function typeOf(
  workspace: Workspace,
  text: string,
  names: Names,
  language: LanguageTag,
): Type | undefined {
  if (text === '' || text.length > MOST_CHARACTERS) return undefined;
  const { expr, diagnostics } = parseExpression(text, 'expression', language);
  if (expr === undefined || diagnostics.length > 0) return undefined;
  const silent: Reporter = {
    file: '',
    diagnostics: [],
    within: () => [],
    report: () => undefined,
  };
  const context = createContext({
    world: workspace.world,
    reporter: silent,
    scope: inputScope(names),
    demandGuards: false,
  });
  const type = present(context.infer(expr, context));
  return type.kind === 'unknown' ? undefined : type;
}

/** The type of the operand that the tokens from one index to another make. */
export const typeOfTokens = (
  workspace: Workspace,
  place: Place,
  range: readonly [number, number],
  names: Names,
): Type | undefined =>
  typeOf(workspace, textOf(place.text, place.before, range[0], range[1]), names, place.language);
