import { needList, needRecord } from '../source/api.ts';
import type { ExplainNode } from './explain.ts';
import { wordsOf } from './words.ts';

/**
 * An explanation as indented text, a part a line:
 *
 *     delta(session) > delta_limit(session) = yes: 37.1 kg, allowed 5 kg: 32.1 kg too much
 *       delta(session) = 37.1 kg
 *
 * @param language the one the tree was made in
 */
export function explainText(node: ExplainNode, language: string): string {
  needRecord(node, 'node');
  needList(node.children, 'node.children');
  const lines: string[] = [];
  print(node, 0);
  return lines.join('\n');

  function print(
    { text, value, label, words, skipped, children }: ExplainNode,
    depth: number,
  ): void {
    const name = label === undefined ? text : `${text} (${label})`;
    const told = skipped === true ? `: ${wordsOf(language).notNeeded}` : ` = ${value}`;
    lines.push(`${'  '.repeat(depth)}${name}${told}${words === undefined ? '' : `: ${words}`}`);
    for (const child of children) print(child, depth + 1);
  }
}
