import type { EntityClause, Expr, FieldClause, ScreenClause } from '../language/ast.ts';
import { concat, type Doc } from './doc.ts';
import { expressionDoc } from './expression.ts';
import { names, path, phrase, typed } from './parts.ts';
import type { Words } from './words.ts';

/** Clauses of entities and screens. */
export type ModelClause = EntityClause | ScreenClause;

export function modelClauseDoc(clause: ModelClause, words: Words): Doc {
  const word = words.keyword;
  const expr = (inner: Expr) => expressionDoc(inner, words);
  switch (clause.kind) {
    case 'title':
      return `${word('title')}${tag(clause.language)} ${words.slice(clause.text.span)}`;
    case 'label': {
      const { name, language, text } = clause;
      return `${word('label')} ${words.name(name)}${tag(language)} ${words.slice(text.span)}`;
    }
    case 'field':
      return fieldDoc(clause, words);
    case 'states':
    case 'key':
    case 'fields':
    case 'filter':
      return concat(`${word(clause.kind)} `, names(clause.names, words));
    case 'move': {
      const { name, from, to, roles, condition } = clause;
      return phrase(
        concat(`${word('move')} ${words.name(name)} ${word('from')} `, names(from, words)),
        `${word('to')} ${words.name(to)}`,
        roles.length === 0 ? undefined : concat(`${word('by')} `, names(roles, words)),
        condition && concat(`${word('when')} `, expr(condition)),
      );
    }
    case 'read':
    case 'write':
      return concat(`${word(clause.kind)} ${word('by')} `, names(clause.roles, words));
    case 'record':
    case 'operation':
      return `${word(clause.kind)} ${path(clause.path, words)}`;
    case 'show': {
      const shown = concat(`${word('show')} `, names(clause.names, words));
      return clause.large ? phrase(shown, word('large')) : shown;
    }
    case 'list': {
      const { where, columns, sort } = clause;
      const order = sort && `${word('sort')} ${words.second('by')} ${words.name(sort.by)}`;
      return phrase(
        `${word('list')} ${path(clause.path, words)}`,
        where && concat(`${word('where')} `, expr(where)),
        columns.length === 0 ? undefined : concat(`${word('columns')} `, names(columns, words)),
        sort?.down === true ? `${order} ${word('down')}` : order,
      );
    }
    case 'button': {
      const { label, condition } = clause;
      const text = label === undefined ? '' : ` ${words.slice(label.span)}`;
      return phrase(
        `${word('button')} ${path(clause.path, words)}${text}`,
        condition && concat(`${word('when')} `, expr(condition)),
      );
    }
  }
}

const tag = (language: string | undefined): string =>
  language === undefined ? '' : ` ${language}`;

function fieldDoc({ name, type, unique, step, initial }: FieldClause, words: Words): Doc {
  const word = words.keyword;
  return phrase(
    concat(`${word('field')} ${words.name(name)}`, typed(type, words)),
    unique ? word('unique') : undefined,
    step && concat(`${word('step')} `, expressionDoc(step, words)),
    initial && concat(`${word('default')} `, expressionDoc(initial, words)),
  );
}
