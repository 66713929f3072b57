import type { Block, FormulaBlock, GateClause, TestClause } from '../language/ast.ts';
import type { Doc } from './doc.ts';
import { concat, group, indent, join, line, soft } from './doc.ts';
import type { Slice } from './expression.ts';
import { expressionDoc } from './expression.ts';

/** The first line of a block, without its clauses. */
export function headDoc(block: Block, slice: Slice): Doc {
  switch (block.kind) {
    case 'language':
      return `language ${block.tag}`;
    case 'module':
      return `module ${slice(block.path.span)}`;
    case 'requires':
      return `requires ${block.names.map((name) => slice(name.span)).join(', ')}`;
    case 'formula':
      return formulaDoc(block, slice);
    case 'gate':
      return `gate ${slice(block.name.span)}`;
    case 'test':
      return `test ${slice(block.title.span)}`;
  }
}

function formulaDoc(block: FormulaBlock, slice: Slice): Doc {
  const params = block.params.map(
    ({ name, type }) => `${slice(name.span)}: ${oneSpaced(type.text)}`,
  );
  const result = block.type === undefined ? '' : `: ${oneSpaced(block.type.text)}`;
  const head = group(
    concat(
      `formula ${slice(block.name.span)}(`,
      indent(concat(soft, join(concat(',', line), params))),
      soft,
      `)${result} =`,
    ),
  );
  return concat(head, group(indent(concat(line, expressionDoc(block.body, slice)))));
}

const oneSpaced = (text: string) =>
  text
    .replace(/([,:])\s*/g, '$1 ')
    .replace(/\s+/g, ' ')
    .trim();

/** One clause of a gate or a test. */
export function clauseDoc(clause: GateClause | TestClause, slice: Slice): Doc {
  const names = (items: readonly { span: { start: number; end: number } }[]) =>
    items.map((item) => slice(item.span)).join(', ');
  switch (clause.kind) {
    case 'on':
      return group(
        concat(
          'on ',
          indent(
            join(
              concat(',', line),
              clause.points.map(
                ({ path, each }) =>
                  `${slice(path.span)}${each === undefined ? '' : ` each ${slice(each.span)}`}`,
              ),
            ),
          ),
        ),
      );
    case 'mode': {
      const target = clause.target === undefined ? '' : ` ${slice(clause.target.span)}`;
      return concat(
        `${clause.mode}${target}${clause.after ? ' after' : ''} when `,
        expressionDoc(clause.condition, slice),
      );
    }
    case 'answer':
      return answerDoc(clause, slice);
    case 'message':
    case 'remedy':
      return `${clause.kind}${clause.language === undefined ? '' : ` ${clause.language}`} ${slice(clause.template.span)}`;
    case 'release': {
      if (clause.never) return 'release never';
      const until =
        clause.until === undefined ? [] : [' until ', expressionDoc(clause.until, slice)];
      return concat(
        `release by ${names(clause.roles)}${clause.whenClear ? ' when clear' : ''}`,
        ...until,
      );
    }
    case 'at':
      return `at ${slice(clause.moment.span)}`;
    case 'given':
      return concat(`given ${slice(clause.path.span)} = `, expressionDoc(clause.value, slice));
    case 'when':
      return `when ${slice(clause.point.span)}`;
    case 'expect': {
      const { what } = clause;
      if (what.kind === 'allowed') return 'expect allowed';
      if (what.kind === 'blocked') return `expect blocked by ${names(what.gates)}`;
      return concat('expect ', expressionDoc(what.condition, slice));
    }
  }
}

function answerDoc(clause: Extract<GateClause, { kind: 'answer' }>, slice: Slice): Doc {
  const code = `answer ${slice(clause.code.span)}`;
  return clause.figures === undefined
    ? code
    : concat(`${code} `, expressionDoc(clause.figures, slice));
}
