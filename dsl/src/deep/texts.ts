import type { BlockSource } from '../check/context.ts';
import { type DeepModel, nameOf } from './model.ts';

const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_]*|`[^`\n]+`/gu;

/**
 * What findings about a block depend on, as a text: its own, and those of all blocks it may call.
 * A word that is the name of something callable counts as a call.
 */
export function textsOf(model: DeepModel): (source: BlockSource) => string {
  const { formulas, kpis, balances } = model.checked;
  const callable = new Map(
    [...formulas, ...kpis, ...balances].map((source) => [nameOf(source.block), source]),
  );
  const own = ({ block, reporter }: BlockSource): string =>
    model.source(reporter.file).slice(block.span.start, block.span.end);
  const known = new Map<string, readonly string[]>();
  const called = (text: string): readonly string[] => [
    ...new Set([...text.matchAll(WORD)].map(([word]) => word.replaceAll('`', ''))),
  ];
  const callsOf = (name: string): readonly string[] => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const source = callable.get(name);
    const found =
      source === undefined ? [] : called(own(source)).filter((word) => callable.has(word));
    known.set(name, found);
    return found;
  };
  return (source) => {
    const text = own(source);
    const reached = new Set<string>();
    const queue = called(text).filter((word) => callable.has(word));
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      queue.push(...callsOf(name));
    }
    const others = [...reached].sort().map((name) => {
      const callee = callable.get(name);
      return callee === undefined || callee.block === source.block ? '' : own(callee);
    });
    return [source.module, text, ...others].join('\n');
  };
}
