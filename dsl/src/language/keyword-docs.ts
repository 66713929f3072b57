import { DECISIONS } from './keyword-docs/decisions.ts';
import type { DocsOf, KeywordDoc } from './keyword-docs/doc.ts';
import { FIGURES } from './keyword-docs/figures.ts';
import { FLOWS } from './keyword-docs/flows.ts';
import { HEADS } from './keyword-docs/heads.ts';
import { MODEL } from './keyword-docs/model.ts';
import { TESTS } from './keyword-docs/tests.ts';
import type { BlockKey, KeywordKey } from './keywords.ts';

const DOCS: DocsOf<BlockKey> = {
  ...HEADS,
  ...DECISIONS,
  ...FIGURES,
  ...FLOWS,
  ...MODEL,
  ...TESTS,
};

/** What a block is for. */
export const blockDoc = (block: BlockKey): KeywordDoc => DOCS[block].block;

/** What a clause of a block is for; undefined for words that begin none. */
export function clauseDoc(block: BlockKey, clause: KeywordKey): KeywordDoc | undefined {
  const clauses: Readonly<Partial<Record<KeywordKey, KeywordDoc>>> = DOCS[block].clauses;
  return clauses[clause];
}
