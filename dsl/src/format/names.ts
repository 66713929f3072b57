import type { FileNode, TemplateNode, TypeNode } from '../language/ast.ts';
import type { Span } from '../source/text.ts';

/** Where the words of a file stand that the tokens alone don't tell the meaning of. */
export interface Meanings {
  /** Where names begin. */
  readonly names: ReadonlySet<number>;
  readonly types: readonly TypeNode[];
  /** Messages by where they begin. */
  readonly templates: ReadonlyMap<number, TemplateNode>;
  /** Where the conditions of `if` end: the `then` behind them is that of a consequence. */
  readonly conditions: readonly number[];
  /** Where terms begin that go into a balance. */
  readonly inputs: ReadonlySet<number>;
}

/** Looks a tree through for them. */
export function meaningsOf(file: FileNode): Meanings {
  const names = new Set<number>();
  const types: TypeNode[] = [];
  const templates = new Map<number, TemplateNode>();
  const conditions: number[] = [];
  const inputs = new Set<number>();
  const look = (node: object): void => {
    const { kind, span, nameSpan, condition, side } = node as Partial<Shape>;
    if (kind === 'name' && span !== undefined) names.add(span.start);
    if (nameSpan !== undefined) names.add(nameSpan.start);
    if (kind === 'type') types.push(node as TypeNode);
    if (kind === 'template' && span !== undefined) templates.set(span.start, node as TemplateNode);
    if (kind === 'if' && condition !== undefined) conditions.push(condition.span.end);
    if (kind === 'term' && side === 'in' && span !== undefined) inputs.add(span.start);
    for (const part of Object.values(node))
      if (typeof part === 'object' && part !== null) look(part);
  };
  look(file.blocks);
  return { names, types, templates, conditions, inputs };
}

interface Shape {
  readonly kind: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly condition: { readonly span: Span };
  readonly side: string;
}
