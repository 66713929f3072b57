import type { Block, FormulaBlock, GateClause, TestClause, TypeNode } from '../language/ast.ts';
import type { Span } from '../source/text.ts';
import type { Doc } from './doc.ts';
import { commaList, concat, group, indent, soft, wrapped } from './doc.ts';
import type { Slice } from './expression.ts';
import { expressionDoc, lineDoc } from './expression.ts';

type Named = { readonly span: Span };

const names = (items: readonly Named[], slice: Slice): Doc =>
  group(indent(commaList(items.map((item) => slice(item.span)))));

/** The first line of a block, without its clauses. */
export function headDoc(block: Block, slice: Slice): Doc {
  switch (block.kind) {
    case 'language':
      return `language ${block.tag}`;
    case 'module':
      return `module ${path(block.path, slice)}`;
    case 'requires':
      return concat(
        'requires ',
        group(indent(commaList(block.names.map((name) => path(name, slice))))),
      );
    case 'formula':
      return formulaDoc(block, slice);
    case 'gate':
      return `gate ${slice(block.name.span)}`;
    case 'test':
      return `test ${slice(block.title.span)}`;
  }
}

function formulaDoc(block: FormulaBlock, slice: Slice): Doc {
  const params = block.params.map(({ name, type }) =>
    concat(`${slice(name.span)}: `, typeText(type, slice)),
  );
  const list = params.length === 0 ? '' : concat(indent(concat(soft, commaList(params))), soft);
  const result = block.type === undefined ? '' : concat(': ', typeText(block.type, slice));
  return concat(
    group(concat(`formula ${slice(block.name.span)}(`, list, ')', result, ' =')),
    wrapped(lineDoc(block.body, slice)),
  );
}

/** A type with one space where its parts need one. */
function typeText(type: TypeNode, slice: Slice): string {
  const parts = slice(type.span).match(/#[^\n]*|`[^`]*`|[\p{L}\p{M}\p{N}_]+|\S/gu) ?? [];
  return parts
    .filter((part) => !part.startsWith('#'))
    .join(' ')
    .replace(/(`[^`]*`)| (?=[,:?)}*/(])|(?<=[({*/]) /gu, '$1');
}

const path = ({ parts }: { readonly parts: readonly Named[] }, slice: Slice): string =>
  parts.map((part) => slice(part.span)).join('.');

/** One clause of a gate or a test. */
export function clauseDoc(clause: GateClause | TestClause, slice: Slice): Doc {
  switch (clause.kind) {
    case 'on':
      return onDoc(clause, slice);
    case 'mode': {
      const target = clause.target === undefined ? '' : ` ${slice(clause.target.span)}`;
      return concat(
        `${clause.mode}${target}${clause.after ? ' after' : ''} when `,
        expressionDoc(clause.condition, slice),
      );
    }
    case 'answer':
      return clause.figures === undefined
        ? `answer ${slice(clause.code.span)}`
        : concat(`answer ${slice(clause.code.span)} `, expressionDoc(clause.figures, slice));
    case 'message':
    case 'remedy': {
      const language = clause.language === undefined ? '' : ` ${clause.language}`;
      return `${clause.kind}${language} ${slice(clause.template.span)}`;
    }
    case 'release':
      return releaseDoc(clause, slice);
    case 'at':
      return `at ${slice(clause.moment.span)}`;
    case 'given':
      return concat(`given ${path(clause.path, slice)} = `, expressionDoc(clause.value, slice));
    case 'when':
      return `when ${path(clause.point, slice)}`;
    case 'expect': {
      const { what } = clause;
      if (what.kind === 'allowed') return 'expect allowed';
      if (what.kind === 'blocked') return concat('expect blocked by ', names(what.gates, slice));
      return concat('expect ', expressionDoc(what.condition, slice));
    }
  }
}

function onDoc(clause: Extract<GateClause, { kind: 'on' }>, slice: Slice): Doc {
  const stands = clause.points.map(
    (stand) =>
      `${path(stand.path, slice)}${stand.each === undefined ? '' : ` each ${slice(stand.each.span)}`}`,
  );
  return concat('on ', group(indent(commaList(stands))));
}

function releaseDoc(clause: Extract<GateClause, { kind: 'release' }>, slice: Slice): Doc {
  if (clause.never) return 'release never';
  const clear = clause.whenClear ? ' when clear' : '';
  const until =
    clause.until === undefined ? '' : concat(' until ', expressionDoc(clause.until, slice));
  return concat('release by ', names(clause.roles, slice), clear, until);
}
