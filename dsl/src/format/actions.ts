import type { ActionGroups, ActionNode } from '../language/ast.ts';
import { commaList, concat, type Doc, group, indent, line, sequence } from './doc.ts';
import { bracketed, fieldDocs } from './expression.ts';
import { path } from './parts.ts';
import type { Words } from './words.ts';

/** `do a(x: 1), b() then c()`. */
export function actionsDoc(groups: ActionGroups, words: Words): Doc {
  const steps = groups.map((actions) =>
    group(indent(commaList(actions.map((action) => actionDoc(action, words))))),
  );
  const rest = steps.slice(1).flatMap((step) => [line, `${words.second('then')} `, step]);
  return concat(`${words.keyword('do')} `, group(concat(steps[0] ?? '', indent(sequence(rest)))));
}

const actionDoc = (action: ActionNode, words: Words): Doc =>
  bracketed(`${path(action.path, words)}(`, fieldDocs(action.args, words), ')');
