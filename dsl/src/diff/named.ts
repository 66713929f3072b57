import type { Block } from '../language/ast.ts';
import type { Side } from './side.ts';

/** A block that has a name, or a title. */
export type Named = Exclude<Block, { kind: 'language' | 'module' | 'requires' }>;

export const isNamed = (block: Block): block is Named =>
  block.kind !== 'language' && block.kind !== 'module' && block.kind !== 'requires';

export const nameOf = (block: Named): string =>
  block.kind === 'test' ? block.title.value : block.name.name;

/** Blocks by kind and name; of equal ones each has its turn. */
export function keyed(blocks: readonly Block[]): ReadonlyMap<string, Named> {
  const found = new Map<string, Named>();
  for (const block of blocks) {
    if (!isNamed(block)) continue;
    let turn = 0;
    while (found.has(`${block.kind} ${nameOf(block)} ${turn}`)) turn += 1;
    found.set(`${block.kind} ${nameOf(block)} ${turn}`, block);
  }
  return found;
}

/** All of a block but its name. */
export function restOf(block: Named, { words, ...side }: Side): string {
  const label = block.kind === 'test' ? words.slice(block.title.span) : words.name(block.name);
  return side.block(block).slice(`${words.keyword(block.kind)} ${label}`.length);
}
