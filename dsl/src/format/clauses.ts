import type {
  ApprovalClause,
  BalanceClause,
  Expr,
  GateClause,
  KpiClause,
  NamedClauseBlock,
  OnClause,
  ReleaseClause,
  StageNode,
  TestClause,
  TextClause,
  VoteNode,
} from '../language/ast.ts';
import { actionsDoc } from './actions.ts';
import { type FlowClause, flowClauseDoc } from './clauses-flow.ts';
import { type ModelClause, modelClauseDoc } from './clauses-model.ts';
import { commaList, concat, type Doc, group, indent } from './doc.ts';
import { expressionDoc, numberDoc, operation } from './expression.ts';
import { lines, names, path, typed } from './parts.ts';
import { templateText } from './template.ts';
import type { Words } from './words.ts';

/** A clause of any block. */
export type Clause = NamedClauseBlock['clauses'][number] | TestClause;
type RuleClause = GateClause | ApprovalClause | KpiClause | BalanceClause;

/** One clause, without its place. */
export function clauseDoc(clause: Clause, words: Words): Doc {
  const word = words.keyword;
  const expr = (inner: Expr) => expressionDoc(inner, words);
  switch (clause.kind) {
    case 'at':
      return `${word('at')} ${words.slice(clause.moment.span)}`;
    case 'given':
      return concat(`${word('given')} ${path(clause.path, words)} = `, expr(clause.value));
    case 'when':
      return `${word('when')} ${path(clause.point, words)}`;
    case 'event':
      return concat(`${word('event')} ${path(clause.event, words)}`, behind(clause.fields, words));
    case 'after':
      return `${word('after')} ${numberDoc(clause.duration, words)}`;
    case 'decision':
      return concat(`${word(clause.verdict)} ${word('by')} `, names(clause.roles, words));
    case 'expect':
      return concat(`${word('expect')} `, expectedDoc(clause.what, words));
    case 'on':
    case 'mode':
    case 'answer':
    case 'message':
    case 'remedy':
    case 'release':
    case 'of':
    case 'condition':
    case 'steps':
    case 'expires':
    case 'own':
    case 'outcome':
    case 'over':
    case 'let':
    case 'result':
    case 'term':
    case 'tolerance':
      return ruleClauseDoc(clause, words);
    case 'title':
    case 'label':
    case 'field':
    case 'states':
    case 'move':
    case 'key':
    case 'read':
    case 'write':
    case 'record':
    case 'operation':
    case 'show':
    case 'fields':
    case 'filter':
    case 'list':
    case 'button':
      return modelClauseDoc(clause satisfies ModelClause, words);
    default:
      return flowClauseDoc(clause satisfies FlowClause, words);
  }
}

/** Clauses of gates, approvals, KPIs and balances, and those that other blocks share with them. */
function ruleClauseDoc(clause: RuleClause, words: Words): Doc {
  const word = words.keyword;
  const expr = (inner: Expr) => expressionDoc(inner, words);
  switch (clause.kind) {
    case 'on':
      return onDoc(clause, words);
    case 'mode': {
      const target = clause.target === undefined ? '' : ` ${words.name(clause.target)}`;
      const after = clause.after ? ` ${word('after')}` : '';
      return concat(
        `${word(clause.mode)}${target}${after} ${word('when')} `,
        expr(clause.condition),
      );
    }
    case 'answer':
      return concat(`${word('answer')} ${words.name(clause.code)}`, behind(clause.figures, words));
    case 'message':
    case 'remedy':
      return textDoc(clause, words);
    case 'release':
      return releaseDoc(clause, words);
    case 'of':
      return `${word('of')} ${words.name(clause.record)}`;
    case 'condition':
      return concat(`${word(clause.word)} `, expr(clause.condition));
    case 'steps':
      return stepsDoc(clause.stages, words);
    case 'expires':
      return `${word('expires')} ${word('after')} ${numberDoc(clause.duration, words)}`;
    case 'own':
      return concat(`${word('own')} ${word('by')} `, names(clause.roles, words));
    case 'outcome':
      return concat(`${word(clause.outcome)} `, actionsDoc(clause.actions, words));
    case 'over':
      return `${word('over')} ${path(clause.path, words)}`;
    case 'let':
    case 'result':
      return concat(
        `${word(clause.kind)} ${words.name(clause.name)}`,
        typed(clause.type, words),
        ' = ',
        expr(clause.value),
      );
    case 'term': {
      const side = word(clause.side === 'in' ? 'input' : clause.side);
      return concat(`${side} ${words.name(clause.name)} = `, expr(clause.value));
    }
    case 'tolerance':
      return concat(`${word('tolerance')} `, expr(clause.value));
  }
}

/** A record behind a name, if there is one. */
const behind = (record: Expr | undefined, words: Words): Doc =>
  record === undefined ? '' : concat(' ', expressionDoc(record, words));

function textDoc({ kind, language, template }: TextClause, words: Words): Doc {
  const tag = language === undefined ? '' : ` ${language}`;
  return `${words.keyword(kind)}${tag} ${templateText(template, words)}`;
}

function onDoc(clause: OnClause, words: Words): Doc {
  const stands = clause.points.map(({ path: point, each }) =>
    each === undefined
      ? path(point, words)
      : `${path(point, words)} ${words.keyword('each')} ${words.name(each)}`,
  );
  return concat(`${words.keyword('on')} `, group(indent(commaList(stands))));
}

function releaseDoc(clause: ReleaseClause, words: Words): Doc {
  const word = words.keyword;
  if (clause.never) return `${word('release')} ${word('never')}`;
  const clear = clause.whenClear ? ` ${word('when')} ${word('clear')}` : '';
  const until =
    clause.until === undefined
      ? ''
      : concat(` ${word('until')} `, expressionDoc(clause.until, words));
  return concat(`${word('release')} ${word('by')} `, names(clause.roles, words), clear, until);
}

function stepsDoc(stages: readonly StageNode[], words: Words): Doc {
  const docs = stages.map(({ votes, condition }, i) => {
    const before = `${i === 0 ? words.keyword('steps') : words.second('then')} `;
    const who = concat(before, votesDoc(votes, words));
    if (condition === undefined) return who;
    return concat(who, ` ${words.keyword('when')} `, expressionDoc(condition, words));
  });
  return lines(docs);
}

function votesDoc(votes: VoteNode, words: Words): Doc {
  if (votes.kind === 'role') return words.name(votes.name);
  if (votes.kind === 'some') {
    const count = `${numberDoc(votes.count, words)} ${words.keyword('of')} `;
    return concat(count, '(', names(votes.roles, words), ')');
  }
  const [first, ...rest] = votes.parts.map((part) => votesDoc(part, words));
  const joined = operation(
    first ?? '',
    rest.map((part) => concat(`${words.keyword(votes.kind)} `, part)),
  );
  return votes.brackets ? concat('(', joined, ')') : joined;
}

function expectedDoc(what: Extract<Clause, { kind: 'expect' }>['what'], words: Words): Doc {
  const word = words.keyword;
  switch (what.kind) {
    case 'allowed':
      return word('allowed');
    case 'blocked':
      return concat(`${word('blocked')} ${words.second('by')} `, names(what.gates, words));
    case 'waits':
      return concat(`${word('waits')} ${word('for')} `, names(what.approvals, words));
    case 'raised':
      return concat(`${word('raised')} `, names(what.alerts, words));
    case 'nothing':
      return `${word('did')} ${word('nothing')}`;
    case 'did': {
      const times =
        what.times === undefined ? '' : ` ${numberDoc(what.times, words)} ${word('times')}`;
      const action = `${word('did')} ${path(what.action, words)}`;
      return concat(action, behind(what.fields, words), times);
    }
    case 'true':
      return expressionDoc(what.condition, words);
  }
}
