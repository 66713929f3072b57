import type { TokenType } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../source/limits.ts';
import { nearest } from '../source/suggest.ts';
import type { Span } from '../source/text.ts';
import { ApprovalGrammar } from './approval-grammar.ts';
import type { Block, TextClause, TriggerClause } from './ast.ts';
import type { ClauseGrammar, RawTextClause } from './clause-grammar.ts';
import { FlowGrammar } from './flow-grammar.ts';
import { quotedIn, reportForeign } from './foreign.ts';
import { Grammar } from './grammar.ts';
import {
  BLOCK_KEYS,
  type BlockKey,
  CLAUSE_KEYS,
  KEYWORDS,
  type KeywordKey,
  type LanguageTag,
} from './keywords.ts';
import { canonicalWord } from './letters.ts';
import { keywordTypesOf, tokenEnd } from './lex.ts';
import { ModelGrammar } from './model-grammar.ts';
import { fitted, spanOf } from './nodes.ts';
import { type GrammarOf, parseRun } from './parser.ts';
import { parseTemplate } from './template.ts';
import { Contextual, type QToken, Reserved, Word } from './tokens.ts';
import type { RawTriggerClause } from './trigger-grammar.ts';

const BLOCK_OF = new Map<TokenType, BlockKey>(BLOCK_KEYS.map((key) => [Contextual[key], key]));

const clauseStarts = new Map<string, ReadonlySet<TokenType>>();

/** The tokens that begin a clause: in English one of them is a word that others begin nothing with. */
function clauseStartsOf(block: BlockKey, language: LanguageTag): ReadonlySet<TokenType> {
  const known = clauseStarts.get(`${language} ${block}`);
  if (known !== undefined) return known;
  const types = keywordTypesOf(language);
  const starts = new Set(
    clauseKeysOf(block).flatMap((key) => types.get(KEYWORDS[language][key]) ?? []),
  );
  clauseStarts.set(`${language} ${block}`, starts);
  return starts;
}

const clauseKeysOf = (block: BlockKey): readonly KeywordKey[] => CLAUSE_KEYS[block];

interface Reading {
  readonly run: readonly QToken[];
  readonly doc: string | undefined;
  readonly language: LanguageTag;
  readonly reporter: Reporter;
}

const spanOfRun = (tokens: readonly QToken[], from = 0, to = tokens.length): Span => ({
  start: tokens[from]?.startOffset ?? 0,
  end: tokenEnd(tokens[to - 1] as QToken),
});

/** Where clauses begin: at each clause keyword that is first on its line. */
function clausesIn(run: readonly QToken[], starts: ReadonlySet<TokenType>): number[] {
  const begins: number[] = [];
  for (let i = 1; i < run.length; i++) {
    const token = run[i] as QToken;
    if (token.firstOnLine && starts.has(token.tokenType)) begins.push(i);
  }
  return begins;
}

/** Reads one block from its tokens; undefined when its head can't be read. Never throws. */
export function parseBlock(
  run: readonly QToken[],
  doc: string | undefined,
  language: LanguageTag,
  reporter: Reporter,
): Block | undefined {
  const first = run[0] as QToken;
  const key = BLOCK_OF.get(first.tokenType);
  const reading = { run, doc, language, reporter };
  if (key === undefined) {
    reportUnknownBlock(first, language, reporter);
    return undefined;
  }
  switch (key) {
    case 'gate':
      return parseClauses(
        key,
        reading,
        Grammar,
        (g) => g.gateHead(),
        (g) => g.gateClause(),
      );
    case 'approval':
      return parseClauses(
        key,
        reading,
        ApprovalGrammar,
        (g) => g.approvalHead(),
        (g) => g.approvalClause(),
      );
    case 'kpi':
      return parseClauses(
        key,
        reading,
        ApprovalGrammar,
        (g) => g.kpiHead(),
        (g) => g.kpiClause(),
      );
    case 'balance':
      return parseClauses(
        key,
        reading,
        ApprovalGrammar,
        (g) => g.balanceHead(),
        (g) => g.balanceClause(),
      );
    case 'automation':
      return parseClauses(
        key,
        reading,
        FlowGrammar,
        (g) => g.automationHead(),
        (g) => g.automationClause(),
      );
    case 'schedule':
      return parseClauses(
        key,
        reading,
        FlowGrammar,
        (g) => g.scheduleHead(),
        (g) => g.scheduleClause(),
      );
    case 'alert':
      return parseClauses(
        key,
        reading,
        FlowGrammar,
        (g) => g.alertHead(),
        (g) => g.alertClause(),
      );
    case 'entity':
      return parseClauses(
        key,
        reading,
        ModelGrammar,
        (g) => g.entityHead(),
        (g) => g.entityClause(),
      );
    case 'screen':
      return parseClauses(
        key,
        reading,
        ModelGrammar,
        (g) => g.screenHead(),
        (g) => g.screenClause(),
      );
    case 'test':
      return parseClauses(
        key,
        reading,
        Grammar,
        (g) => g.testHead(),
        (g) => g.testClause(),
      );
    default:
      return parseHeadOnly(key, reading);
  }
}

function reportUnknownBlock(token: QToken, language: LanguageTag, reporter: Reporter): void {
  const span = spanOf(token);
  const { image } = token;
  if (reportForeign(image, span, language, reporter, (key) => isOneOf(BLOCK_KEYS, key))) return;
  const texts = BLOCK_KEYS.map((key) => KEYWORDS[language][key]);
  const found = nearest(canonicalWord(image), texts);
  const fix =
    found === undefined ? undefined : { title: `did you mean \`${found}\`?`, span, text: found };
  reporter.report('unknownBlock', span, { name: image.slice(0, 60) }, fix);
}

function parseHeadOnly(
  key: 'language' | 'module' | 'requires' | 'formula',
  reading: Reading,
): Block | undefined {
  const { run, doc } = reading;
  const span = spanOfRun(run);
  const read = <T>(rule: (grammar: Grammar) => T): T | undefined =>
    parseRun(run, reading, Grammar, rule);
  switch (key) {
    case 'language': {
      const head = read((g) => g.languageHead());
      return head && { kind: 'language', tag: head.tag, tagSpan: head.span, span };
    }
    case 'module': {
      const head = read((g) => g.moduleHead());
      return head && { kind: 'module', ...head, span };
    }
    case 'requires': {
      const names = read((g) => g.requiresHead());
      return names && { kind: 'requires', names, span };
    }
    case 'formula': {
      const parts = read((g) => g.formulaHead());
      return parts && { kind: 'formula', ...parts, doc, span };
    }
  }
}

const isOneOf = (keys: readonly KeywordKey[], key: KeywordKey): boolean => keys.includes(key);

/** Clause keywords of other languages that begin lines inside a clause's rest. */
function foreignClausesIn(
  run: readonly QToken[],
  block: BlockKey,
  { language, reporter }: Reading,
): boolean {
  const keys = clauseKeysOf(block);
  const found = run.filter(
    (token, index) =>
      index > 0 &&
      token.firstOnLine &&
      token.tokenType === Word &&
      reportForeign(token.image, spanOf(token), language, reporter, (key) => isOneOf(keys, key)),
  );
  return found.length > 0;
}

/** A word that begins a line inside a clause's rest is most likely a mistyped clause keyword. */
function unknownClauseIn(run: readonly QToken[], block: BlockKey, reading: Reading): boolean {
  if (foreignClausesIn(run, block, reading)) return true;
  const stray = run.find(
    (token, index) =>
      index > 0 &&
      token.firstOnLine &&
      (token.tokenType === Word || token.tokenType.name.startsWith('kw_')),
  );
  if (stray === undefined || isReservedType(stray.tokenType)) return false;
  const words = KEYWORDS[reading.language];
  const texts = clauseKeysOf(block).map((key) => words[key]);
  const before = run[run.indexOf(stray) - 1];
  // After an operator or inside brackets the line goes on: then the word is part of an expression.
  const name = stray.image;
  const found = nearest(canonicalWord(name), texts);
  if (found === undefined && before !== undefined && !ENDS_OPERAND.test(before.image)) return false;
  const span = spanOf(stray);
  const fix =
    found === undefined ? undefined : { title: `did you mean \`${found}\`?`, span, text: found };
  reading.reporter.report('unknownClause', span, { block, name }, fix);
  return true;
}

const ENDS_OPERAND = /[\p{L}\p{N}\p{M}_"`)\]}%]$/u;
const reservedTypes: ReadonlySet<TokenType> = new Set(Object.values(Reserved));
const isReservedType = (type: TokenType): boolean => reservedTypes.has(type);

/** A clause as the grammar reads it: a text is not split yet, an event not looked at. */
type Raw = { readonly kind: string } | RawTextClause | RawTriggerClause;
type Finished<R extends Raw> = R extends RawTextClause
  ? TextClause
  : R extends RawTriggerClause
    ? TriggerClause
    : R & { readonly span: Span };

/** Reads a head and the clauses behind it; undefined when the head can't be read. */
function parseClauses<
  K extends BlockKey,
  G extends ClauseGrammar,
  Head extends object,
  R extends Raw,
>(
  kind: K,
  reading: Reading,
  grammar: GrammarOf<G>,
  readHead: (grammar: G) => Head,
  readClause: (grammar: G) => R,
) {
  const { run } = reading;
  const begins = clausesIn(run, clauseStartsOf(kind, reading.language));
  const explain = (part: readonly QToken[]): boolean => unknownClauseIn(part, kind, reading);
  const head = parseRun(run, reading, grammar, readHead, explain, 0, begins[0]);
  if (head === undefined) return undefined;
  const clauses: Finished<R>[] = [];
  for (let i = 0; i < begins.length; i++) {
    const from = begins[i] as number;
    const to = begins[i + 1] ?? run.length;
    if (i === LIMITS.clauses) {
      reportTooMany('clauses', spanOfRun(run, from, to), reading.reporter);
      break;
    }
    const raw = parseRun(run, reading, grammar, readClause, explain, from, to);
    const clause = raw && finish(raw, spanOfRun(run, from, to), reading);
    if (clause !== undefined) clauses.push(clause);
  }
  const broken = clauses.length < begins.length;
  return {
    ...head,
    kind,
    clauses: fitted(clauses),
    doc: reading.doc,
    broken,
    span: spanOfRun(run),
  };
}

function finish<R extends Raw>(
  raw: R,
  span: Span,
  { language, reporter }: Reading,
): Finished<R> | undefined {
  if (raw.kind === 'message' || raw.kind === 'remedy') {
    const { kind, language: tag, text } = raw as RawTextClause;
    const template = parseTemplate(text.image, text.startOffset, language, reporter);
    return { kind, language: tag, template, span } as unknown as Finished<R>;
  }
  if (raw.kind === 'trigger') {
    const { trigger } = raw as RawTriggerClause;
    if (trigger.kind === 'no event') {
      const expected = quotedIn(
        'an event, or `becomes true` or `stays true` after a condition',
        language,
      );
      reporter.report('syntax', trigger.span, { expected, found: 'a condition' });
      return undefined;
    }
  }
  return { ...raw, span } as unknown as Finished<R>;
}
