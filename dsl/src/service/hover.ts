import type { Binding, Typing } from '../check/context.ts';
import type { Expr, PathNode } from '../language/ast.ts';
import type { Span } from '../source/text.ts';
import { textIn } from '../types/catalog.ts';
import { AGGREGATES, builtInNamed } from '../types/functions.ts';
import { present, type Type, typeText } from '../types/type.ts';
import { covers, type Workspace } from './workspace.ts';

export interface Hover {
  readonly span: Span;
  /** The thing in the language's own words: `session.input_kg: kg`. */
  readonly title: string;
  readonly doc: string | undefined;
  /** Where it comes from: a plugin, a record, a point. */
  readonly origin: string | undefined;
}

/** What the thing at an offset is. */
export function hoverAt(
  workspace: Workspace,
  file: string,
  offset: number,
  language: string,
): Hover | undefined {
  return (
    hoverPoint(workspace, file, offset, language) ?? hoverExpr(workspace, file, offset, language)
  );
}

function hoverPoint(
  workspace: Workspace,
  file: string,
  offset: number,
  language: string,
): Hover | undefined {
  const path = pointPaths(workspace, file).find(({ span }) => covers(span, offset));
  const point = path && workspace.index.catalog.points[path.text];
  if (path === undefined || point === undefined) return undefined;
  const facts = Object.entries(point.facts).map(
    ([name, fact]) => `${name}: ${fact.type}${fact.optional ? '?' : ''}`,
  );
  return {
    span: path.span,
    title: `${path.text} { ${facts.join(', ')} }`,
    doc: textIn(point.doc, language),
    origin: point.plugin,
  };
}

/** The points that a file's gates and tests name. */
export function pointPaths(workspace: Workspace, file: string): PathNode[] {
  const blocks = workspace.file(file)?.file.blocks ?? [];
  return blocks.flatMap((block) => {
    if (block.kind === 'gate')
      return block.clauses.flatMap((clause) =>
        clause.kind === 'on' ? clause.points.map(({ path }) => path) : [],
      );
    if (block.kind === 'test')
      return block.clauses.flatMap((clause) => (clause.kind === 'when' ? [clause.point] : []));
    return [];
  });
}

function hoverExpr(
  workspace: Workspace,
  file: string,
  offset: number,
  language: string,
): Hover | undefined {
  const found = workspace.exprAt(file, offset);
  if (found === undefined) return undefined;
  const { expr, typing } = found;
  const type = typing.types.get(expr);
  switch (expr.kind) {
    case 'name':
      return {
        span: expr.span,
        title: `${expr.name}: ${wordsOf(type)}`,
        ...nameDoc(expr.name, typing.names.get(expr), workspace, language),
      };
    case 'field':
      return fieldHover(expr, typing, workspace, language);
    case 'call':
    case 'aggregate':
      return callHover(expr, typing, workspace);
    case 'number':
      return expr.unit === undefined
        ? undefined
        : { span: expr.span, title: wordsOf(type), doc: undefined, origin: undefined };
    default:
      return type === undefined
        ? undefined
        : { span: expr.span, title: wordsOf(type), doc: undefined, origin: undefined };
  }
}

const wordsOf = (type: Type | undefined) => (type === undefined ? '?' : typeText(type));

function nameDoc(
  name: string,
  binding: Binding | undefined,
  workspace: Workspace,
  language: string,
) {
  if (binding === undefined || binding.kind === 'enum')
    return { doc: undefined, origin: binding && 'value' };
  const type = present(binding.type);
  const record =
    type.kind === 'record' && type.name !== undefined
      ? workspace.index.catalog.records[type.name]
      : undefined;
  return {
    doc: textIn(record?.doc, language),
    origin: record?.plugin ?? (name === 'settings' ? 'settings' : undefined),
  };
}

function fieldHover(
  expr: Extract<Expr, { kind: 'field' }>,
  typing: Typing,
  workspace: Workspace,
  language: string,
): Hover {
  const target = typing.types.get(expr.target);
  const record = target && present(target);
  const name = record?.kind === 'record' ? record.name : undefined;
  const field =
    name === undefined
      ? settingField(record, expr.name, workspace)
      : workspace.index.field(name, expr.name);
  const step = field?.resolution === undefined ? '' : ` (step ${field.resolution})`;
  return {
    span: expr.nameSpan,
    title: `${name === undefined ? '' : `${name}.`}${expr.name}: ${wordsOf(typing.types.get(expr))}${step}`,
    doc: textIn(field?.doc, language),
    origin:
      name === undefined ? undefined : (workspace.index.catalog.records[name]?.plugin ?? name),
  };
}

function settingField(record: Type | undefined, name: string, workspace: Workspace) {
  return record === workspace.index.settings ? workspace.index.catalog.settings?.[name] : undefined;
}

function callHover(
  expr: Extract<Expr, { kind: 'call' | 'aggregate' }>,
  typing: Typing,
  workspace: Workspace,
): Hover {
  const result = wordsOf(typing.types.get(expr));
  const formula = workspace.program.formulas.find(({ signature }) => signature.name === expr.name);
  if (expr.kind === 'call' && formula !== undefined) {
    const params = formula.signature.params
      .map((param) => `${param.name}: ${typeText(param.type)}`)
      .join(', ');
    return {
      span: expr.nameSpan,
      title: `formula ${expr.name}(${params}): ${result}`,
      doc: formula.block.doc,
      origin: formula.module,
    };
  }
  const built =
    (expr.kind === 'aggregate' ? AGGREGATES.find(({ name }) => name === expr.name) : undefined) ??
    builtInNamed(expr.name);
  return {
    span: expr.nameSpan,
    title: `${built?.signature ?? expr.name}: ${result}`,
    doc: built?.doc,
    origin: undefined,
  };
}
