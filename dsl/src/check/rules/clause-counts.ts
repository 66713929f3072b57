import type { NameNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import type { Span } from '../../source/text.ts';

interface Clause {
  readonly kind: string;
  readonly span: Span;
}
interface Counted<C extends Clause> {
  readonly kind: string;
  readonly name: NameNode;
  readonly clauses: readonly C[];
  readonly broken: boolean;
}

/** How a clause is called in a sentence, where its kind is not the word it begins with. */
const WORDS: Readonly<Record<string, string>> = {
  trigger: 'when',
  failure: 'on failure do',
  once: 'once per',
  allow: 'allow repeat',
  clear: 'clear when',
  group: 'group by',
  repeat: 'repeat every',
  expires: 'expires after',
  own: 'own by',
};

/**
 * Clauses stand once, except those of `many`; a text stands once for each language.
 * @param needed what must stand, by kind, in the words the author has to write; several kinds with
 *   `|` between them when one of them will do
 */
export function checkClauseCounts<C extends Clause>(
  block: Counted<C>,
  needed: Readonly<Record<string, string>>,
  many: readonly C['kind'][],
  reporter: Reporter,
): void {
  const seen = new Set<string>();
  for (const clause of block.clauses) {
    const language = 'language' in clause ? clause.language : undefined;
    const key = typeof language === 'string' ? `${clause.kind} ${language}` : clause.kind;
    const word = 'word' in clause && typeof clause.word === 'string' ? clause.word : WORDS[key];
    if (seen.has(key) && !many.includes(clause.kind))
      reporter.report('duplicateClause', clause.span, { clause: word ?? key });
    seen.add(key);
  }
  if (block.broken) return;
  for (const [kinds, clause] of Object.entries(needed)) {
    if (!kinds.split('|').some((kind) => seen.has(kind)))
      reporter.report('missingClause', block.name.span, { block: block.kind, clause });
  }
}
