import { headDoc } from '../format/blocks.ts';
import { type Clause, clauseDoc } from '../format/clauses.ts';
import type { Doc } from '../format/doc.ts';
import { expressionDoc } from '../format/expression.ts';
import { print } from '../format/print.ts';
import { translate } from '../format/translate.ts';
import { type Words, wordsOf } from '../format/words.ts';
import type { Block, Expr } from '../language/ast.ts';
import { expressionsOf } from '../language/expressions-of.ts';
import type { LanguageTag } from '../language/keywords.ts';
import { type ParsedFile, parseFile } from '../language/parse.ts';
import { walk } from '../language/visit.ts';

/** One of the two texts: its blocks, and how parts of it are written on one line. */
export interface Side {
  readonly parsed: ParsedFile;
  /** The language that it was written in, before it was put into the words of the other. */
  readonly own: LanguageTag;
  readonly blocks: readonly Block[];
  readonly words: Words;
  expr(expr: Expr): string;
  clause(clause: Clause): string;
  head(block: Block): string;
  /** The whole block without its comments. */
  block(block: Block): string;
}

/** The text before and the text after, in the words of one language. */
export interface Pair {
  readonly was: Side;
  readonly is: Side;
}

/** What is called by name and only has another name by now. */
export type Renames = ReadonlyMap<string, string>;

/**
 * @param renames calls are written by the names that these have now
 * @returns undefined where a text has errors: its tree tells less than was written
 */
export function readSide(
  text: string,
  language?: LanguageTag,
  renames: Renames = new Map(),
): Side | undefined {
  const own = readable(text);
  const tag = language ?? own?.file.language;
  const parsed = own && (tag === own.file.language ? own : readable(translate(own, tag ?? 'en')));
  if (own === undefined || parsed === undefined) return undefined;
  const words = renamed(wordsOf(parsed.source.text, parsed.file.language), parsed, renames);
  const printed = new Map<object, string>();
  const once = (node: object, doc: () => Doc): string => {
    const known = printed.get(node);
    if (known !== undefined) return known;
    const line = print(doc(), ONE_LINE);
    printed.set(node, line);
    return line;
  };
  const side: Side = {
    parsed,
    own: own.file.language,
    blocks: parsed.file.blocks,
    words,
    expr: (expr) => once(expr, () => expressionDoc(expr, words)),
    clause: (clause) => once(clause, () => clauseDoc(clause, words)),
    head: (block) => once(block, () => headDoc(block, words)),
    block: (block) =>
      [
        side.head(block),
        ...('clauses' in block ? block.clauses.map((clause) => side.clause(clause)) : []),
      ].join('\n'),
  };
  return side;
}

function renamed(words: Words, { file }: ParsedFile, renames: Renames): Words {
  if (renames.size === 0) return words;
  const names = new Map<number, string>();
  for (const block of file.blocks)
    for (const whole of expressionsOf(block))
      walk(whole, (expr) => {
        const name = expr.kind === 'call' ? renames.get(expr.name) : undefined;
        if (expr.kind === 'call' && name !== undefined) names.set(expr.nameSpan.start, name);
      });
  return { ...words, name: (item) => names.get(item.span.start) ?? words.name(item) };
}

const ONE_LINE = {
  width: Number.POSITIVE_INFINITY,
  depth: 0,
  comments: [],
  clauseWords: new Set<string>(),
};

function readable(text: string): ParsedFile | undefined {
  const parsed = parseFile('file', text);
  return parsed.diagnostics.some((item) => item.severity === 'error') ? undefined : parsed;
}
