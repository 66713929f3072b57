import type { Expr } from '../language/ast.ts';
import { childrenOf } from '../language/visit.ts';
import type { Span } from '../source/text.ts';
import { present, type Type, typeText } from '../types/type.ts';
import type { Workspace } from './workspace.ts';

/** What an editor shows in the text without its being there. */
export interface InlayHint {
  readonly offset: number;
  readonly label: string;
}

/**
 * The types of formulas, steps and terms that do not declare theirs, and the units of products and
 * quotients of names.
 */
export function inlayHintsIn(workspace: Workspace, file: string, within: Span): InlayHint[] {
  const inside = ({ start, end }: Span) => start <= within.end && within.start <= end;
  const mine = workspace.callables.filter(
    ({ reporter, block }) => reporter.file === file && inside(block.span),
  );
  const text = workspace.file(file)?.source.text ?? '';
  const hints: InlayHint[] = [];
  const whole = new Set<Expr>();
  const add = (offset: number, type: Type) => {
    if (type.kind !== 'unknown') hints.push({ offset, label: `: ${typeText(type)}` });
  };
  for (const checked of mine) {
    const { block } = checked;
    if (block.kind === 'formula') {
      whole.add(block.body);
      const last = block.params.at(-1)?.type.span.end ?? block.name.span.end;
      const bracket = text.indexOf(')', last);
      if (block.type === undefined && bracket >= 0) add(bracket + 1, checked.signature.result);
      continue;
    }
    const parts = 'parts' in checked ? checked.parts : [];
    for (const clause of block.clauses) {
      if (clause.kind !== 'let' && clause.kind !== 'result' && clause.kind !== 'term') continue;
      whole.add(clause.value);
      const part = parts.find(({ name }) => name === clause.name.name);
      const declared = 'type' in clause && clause.type !== undefined;
      if (part !== undefined && !declared) add(clause.name.span.end, part.type);
    }
  }
  for (const { expr, typing } of workspace.expressions(file))
    for (const part of inside(expr.span) ? products(expr, whole.has(expr)) : []) {
      const type = typing.types.get(part);
      const plain = type && present(type);
      if (plain?.kind === 'quantity' && plain.dimension !== '')
        hints.push({ offset: part.span.end, label: ` ${plain.unit.text}` });
    }
  return hints
    .filter(({ offset }) => within.start <= offset && offset <= within.end)
    .sort((a, b) => a.offset - b.offset);
}

const isProduct = (expr: Expr): boolean =>
  expr.kind === 'binary' && (expr.op === '*' || expr.op === '/');

/** The outermost products in an expression that have no literal in them. */
function products(expr: Expr, shown: boolean): readonly Expr[] {
  if (!isProduct(expr)) return childrenOf(expr).flatMap((child) => products(child, false));
  return shown || hasLiteral(expr) ? [] : [expr];
}

const hasLiteral = (expr: Expr): boolean =>
  expr.kind === 'number' || childrenOf(expr).some(hasLiteral);
