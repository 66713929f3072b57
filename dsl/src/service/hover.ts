import type { Typing } from '../check/context.ts';
import type { Block, Expr } from '../language/ast.ts';
import { childrenOf } from '../language/visit.ts';
import { textIn } from '../types/catalog.ts';
import { AGGREGATES } from '../types/functions.ts';
import { present, type Type, typeText } from '../types/type.ts';
import { costOfExpr } from './cost.ts';
import { namedHover } from './hover-named.ts';
import { calleeHover, fieldHover, type Hover, nameHover, typeHover } from './hover-parts.ts';
import { hoverKeyword, hoverUnit, hoverWord } from './hover-word.ts';
import type { Lookup } from './lookup.ts';
import { namedIn } from './named.ts';
import { isInComment } from './place.ts';
import { covers, type Workspace } from './workspace.ts';

/** What the thing at an offset is. */
export function hoverAt(
  workspace: Workspace,
  file: string,
  offset: number,
  language: string,
): Hover | undefined {
  const parsed = workspace.file(file);
  if (parsed === undefined || isInComment(parsed, offset)) return undefined;
  const lookup = { workspace, language };
  const block = parsed.file.blocks.find(({ span }) => covers(span, offset));
  return (
    hoverKeyword(parsed, offset, language) ??
    (block && hoverDeclared(lookup, block, offset)) ??
    hoverUnit(parsed, offset) ??
    hoverExpr(lookup, file, offset) ??
    hoverWord(lookup, parsed, offset)
  );
}

/** Names that a block declares or names outside of expressions. */
function hoverDeclared(lookup: Lookup, block: Block, offset: number): Hover | undefined {
  const named = namedIn(block).find(({ span }) => covers(span, offset));
  return named && namedHover(lookup, named, block);
}

/** What the checker found out about the expression at an offset. */
function hoverExpr(lookup: Lookup, file: string, offset: number): Hover | undefined {
  const found = lookup.workspace.exprAt(file, offset);
  if (found === undefined) return undefined;
  const { expr, typing } = found;
  const type = typing.types.get(expr);
  if (type === undefined || type.kind === 'unknown') return undefined;
  switch (expr.kind) {
    case 'name':
      return typing.names.get(expr)?.kind !== 'enum'
        ? nameHover(lookup, expr.name, expr.span, type)
        : { span: expr.span, title: expr.name, doc: undefined, origin: 'value' };
    case 'field':
      return fieldHover(lookup, typing.types.get(expr.target), expr.name, expr.nameSpan, type);
    case 'call':
      return calleeHover(lookup, expr.name, expr.nameSpan, type);
    case 'aggregate':
      return aggregateHover(lookup, expr, typing, offset);
    case 'record':
      return recordHover(lookup, expr, type, offset) ?? typeHover(expr.span, type);
    default: {
      const cost = childrenOf(expr).length === 0 ? {} : costOfExpr(lookup, expr, typing);
      return { ...typeHover(expr.span, type), ...cost };
    }
  }
}

function aggregateHover(
  lookup: Lookup,
  expr: Extract<Expr, { kind: 'aggregate' }>,
  typing: Typing,
  offset: number,
): Hover | undefined {
  const type = typing.types.get(expr);
  const list = typing.types.get(expr.list);
  const items = list && present(list);
  const { name, span } = expr.variable;
  if (covers(span, offset) && items?.kind === 'list')
    return nameHover(lookup, name, span, items.of);
  const aggregate = AGGREGATES.find((candidate) => candidate.name === expr.name);
  if (aggregate === undefined || type === undefined) return undefined;
  const title = `${aggregate.signature}: ${typeText(type)}`;
  return {
    span: expr.nameSpan,
    title,
    doc: textIn(aggregate.doc, lookup.language),
    origin: undefined,
  };
}

function recordHover(
  lookup: Lookup,
  expr: Extract<Expr, { kind: 'record' }>,
  type: Type,
  offset: number,
): Hover | undefined {
  const field = expr.fields.find(({ nameSpan }) => covers(nameSpan, offset));
  const of = field && type.kind === 'record' ? type.fields.get(field.name) : undefined;
  return field && of && fieldHover(lookup, type, field.name, field.nameSpan, of);
}
