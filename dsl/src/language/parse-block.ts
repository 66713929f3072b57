import type { TokenType } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import { nearest } from '../source/suggest.ts';
import type { Span } from '../source/text.ts';
import type { Block, TextClause, TriggerClause } from './ast.ts';
import type { RawTextClause } from './clause-grammar.ts';
import type { Grammar } from './grammar.ts';
import {
  BLOCK_KEYS,
  type BlockKey,
  CLAUSE_KEYS,
  isReservedKey,
  KEYWORDS,
  type KeywordKey,
  type LanguageTag,
} from './keywords.ts';
import { tokenEnd } from './lex.ts';
import { spanOf } from './nodes.ts';
import { parseRun } from './parser.ts';
import { parseTemplate } from './template.ts';
import { Contextual, type QToken, Reserved, Word } from './tokens.ts';
import type { RawTriggerClause } from './trigger-grammar.ts';

const tokenOf = (key: KeywordKey): TokenType =>
  isReservedKey(key) ? Reserved[key] : Contextual[key];

const BLOCK_OF = new Map<TokenType, BlockKey>(BLOCK_KEYS.map((key) => [tokenOf(key), key]));
const CLAUSES_OF = new Map<BlockKey, ReadonlySet<TokenType>>(
  BLOCK_KEYS.map((key) => [key, new Set((CLAUSE_KEYS[key] as readonly KeywordKey[]).map(tokenOf))]),
);

interface Reading {
  readonly run: readonly QToken[];
  readonly doc: string | undefined;
  readonly language: LanguageTag;
  readonly reporter: Reporter;
}

const spanOfRun = (run: readonly QToken[]) => ({
  start: run[0]?.startOffset ?? 0,
  end: tokenEnd(run[run.length - 1] as QToken),
});

/** The head of a block, then one run for each clause keyword that is first on its line. */
function clauseRuns(run: readonly QToken[], block: BlockKey): [QToken[], ...QToken[][]] {
  const starts = CLAUSES_OF.get(block);
  const runs: QToken[][] = [];
  let from = 0;
  for (let i = 1; i < run.length; i++) {
    const token = run[i] as QToken;
    if (!token.firstOnLine || starts?.has(token.tokenType) !== true) continue;
    runs.push(run.slice(from, i));
    from = i;
  }
  runs.push(run.slice(from));
  return runs as [QToken[], ...QToken[][]];
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
        (g) => g.gateHead(),
        (g) => g.gateClause(),
      );
    case 'approval':
      return parseClauses(
        key,
        reading,
        (g) => g.approvalHead(),
        (g) => g.approvalClause(),
      );
    case 'kpi':
      return parseClauses(
        key,
        reading,
        (g) => g.kpiHead(),
        (g) => g.kpiClause(),
      );
    case 'balance':
      return parseClauses(
        key,
        reading,
        (g) => g.balanceHead(),
        (g) => g.balanceClause(),
      );
    case 'automation':
      return parseClauses(
        key,
        reading,
        (g) => g.automationHead(),
        (g) => g.automationClause(),
      );
    case 'schedule':
      return parseClauses(
        key,
        reading,
        (g) => g.scheduleHead(),
        (g) => g.scheduleClause(),
      );
    case 'alert':
      return parseClauses(
        key,
        reading,
        (g) => g.alertHead(),
        (g) => g.alertClause(),
      );
    case 'entity':
      return parseClauses(
        key,
        reading,
        (g) => g.entityHead(),
        (g) => g.entityClause(),
      );
    case 'screen':
      return parseClauses(
        key,
        reading,
        (g) => g.screenHead(),
        (g) => g.screenClause(),
      );
    case 'test':
      return parseClauses(
        key,
        reading,
        (g) => g.testHead(),
        (g) => g.testClause(),
      );
    default:
      return parseHeadOnly(key, reading);
  }
}

function reportUnknownBlock(token: QToken, language: LanguageTag, reporter: Reporter): void {
  const span = spanOf(token);
  const texts = BLOCK_KEYS.map((key) => KEYWORDS[language][key]);
  const found = nearest(token.image, texts);
  const fix =
    found === undefined ? undefined : { title: `did you mean \`${found}\`?`, span, text: found };
  reporter.report('unknownBlock', span, { name: token.image.slice(0, 60) }, fix);
}

function parseHeadOnly(
  key: 'language' | 'module' | 'requires' | 'formula',
  reading: Reading,
): Block | undefined {
  const { run, doc, reporter } = reading;
  const span = spanOfRun(run);
  const read = <T>(rule: (grammar: Grammar) => T): T | undefined =>
    parseRun([...run], reporter, rule);
  switch (key) {
    case 'language': {
      const head = read((g) => g.languageHead());
      return head && { kind: 'language', tag: head.tag, tagSpan: head.span, span };
    }
    case 'module': {
      const path = read((g) => g.moduleHead());
      return path && { kind: 'module', path, span };
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

/** A word that begins a line inside a clause's rest is most likely a mistyped clause keyword. */
function unknownClauseIn(run: readonly QToken[], block: BlockKey, reading: Reading): boolean {
  const stray = run.find(
    (token, index) =>
      index > 0 &&
      token.firstOnLine &&
      (token.tokenType === Word || token.tokenType.name.startsWith('kw_')),
  );
  if (stray === undefined || isReservedType(stray.tokenType)) return false;
  const texts = (CLAUSE_KEYS[block] as readonly KeywordKey[]).map(
    (key) => KEYWORDS[reading.language][key],
  );
  const before = run[run.indexOf(stray) - 1];
  // After an operator or inside brackets the line goes on: then the word is part of an expression.
  const name = stray.image;
  const found = nearest(name, texts);
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

function parseClause<T>(
  run: QToken[],
  block: BlockKey,
  reading: Reading,
  rule: (grammar: Grammar) => T,
): T | undefined {
  return parseRun(run, reading.reporter, rule, () => unknownClauseIn(run, block, reading));
}

/** A clause as the grammar reads it: a text is not split yet, an event not looked at. */
type Raw = { readonly kind: string } | RawTextClause | RawTriggerClause;
type Finished<R extends Raw> = R extends RawTextClause
  ? TextClause
  : R extends RawTriggerClause
    ? TriggerClause
    : R & { readonly span: Span };

/** Reads a head and the clauses behind it; undefined when the head can't be read. */
function parseClauses<K extends BlockKey, Head extends object, R extends Raw>(
  kind: K,
  reading: Reading,
  readHead: (grammar: Grammar) => Head,
  readClause: (grammar: Grammar) => R,
) {
  const [first, ...rest] = clauseRuns(reading.run, kind);
  const head = parseClause(first, kind, reading, readHead);
  if (head === undefined) return undefined;
  const clauses: Finished<R>[] = [];
  for (const run of rest) {
    const raw = parseClause(run, kind, reading, readClause);
    const clause = raw && finish(raw, run, reading);
    if (clause !== undefined) clauses.push(clause);
  }
  const broken = clauses.length < rest.length;
  return { ...head, kind, clauses, doc: reading.doc, broken, span: spanOfRun(reading.run) };
}

function finish<R extends Raw>(
  raw: R,
  run: readonly QToken[],
  { language, reporter }: Reading,
): Finished<R> | undefined {
  const span = spanOfRun(run);
  if (raw.kind === 'message' || raw.kind === 'remedy') {
    const { kind, language: tag, text } = raw as RawTextClause;
    const template = parseTemplate(text.image, text.startOffset, language, reporter);
    return { kind, language: tag, template, span } as unknown as Finished<R>;
  }
  if (raw.kind === 'trigger') {
    const { trigger } = raw as RawTriggerClause;
    if (trigger.kind === 'no event') {
      const expected = 'an event, or `becomes true` or `stays true` after a condition';
      reporter.report('syntax', trigger.span, { expected, found: 'a condition' });
      return undefined;
    }
  }
  return { ...raw, span } as unknown as Finished<R>;
}
