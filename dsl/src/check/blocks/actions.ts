import type { ActionGroups, ActionNode } from '../../language/ast.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { ActionSignature } from '../../types/catalog.ts';
import { mayBeMissing, type Type } from '../../types/type.ts';
import type { Typing } from '../context.ts';
import {
  type ContextOptions,
  checkAgainst,
  createContext,
} from '../expression/check-expression.ts';

/** One argument of an action, by the parameter it is for. */
export interface CheckedArgument {
  readonly name: string;
  readonly type: Type;
  readonly value: ActionNode['args'][number]['value'];
  readonly typing: Typing;
}
export interface CheckedAction {
  readonly node: ActionNode;
  readonly signature: ActionSignature;
  readonly args: readonly CheckedArgument[];
}
/** Groups in order: a group begins when all of the one before are done. */
export type CheckedActions = readonly (readonly CheckedAction[])[];

/** Checks the actions of a `do`: that they exist, and have the parameters they need. */
export function checkActions(groups: ActionGroups, options: ContextOptions): CheckedActions {
  return groups.map((group) => group.flatMap((node) => checkAction(node, options) ?? []));
}

function checkAction(node: ActionNode, options: ContextOptions): CheckedAction | undefined {
  const { world, reporter } = options;
  const { text, span } = node.path;
  const signature = world.index.action(text);
  if (signature === undefined) {
    const known = world.index.names('action');
    reporter.report('unknownAction', span, { name: text }, didYouMean(text, known, span));
    return undefined;
  }
  const given = new Set<string>();
  const args = node.args.flatMap((arg): CheckedArgument | readonly [] => {
    const { name, nameSpan, value } = arg;
    if (given.has(name)) reporter.report('duplicateName', nameSpan, { name });
    given.add(name);
    const type = signature.params.get(name);
    if (type === undefined) {
      const fix = didYouMean(name, signature.params.keys(), nameSpan);
      reporter.report('unknownParameter', nameSpan, { action: text, name }, fix);
      return [];
    }
    const context = createContext(options);
    checkAgainst(value, type, name, context);
    return { name, type, value, typing: context.typing };
  });
  for (const [name, type] of signature.params) {
    if (!given.has(name) && !mayBeMissing(type))
      reporter.report('missingParameter', span, { action: text, name });
  }
  return { node, signature, args };
}
