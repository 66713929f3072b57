import type { CallNode, Expr } from '../../language/ast.ts';
import { assignable, mayBeMissing, type Type, typeWords } from '../../types/type.ts';
import type { Context } from '../context.ts';
import { demandPresent } from '../rules/guarded-missing.ts';
import { settle } from './dynamic.ts';

/** More or fewer arguments than the function takes. */
export function reportCount(node: CallNode, expected: string, context: Context): void {
  const actual = String(node.args.length);
  context.reporter.report('argumentCount', node.span, { name: node.name, expected, actual });
}

/** A number of arguments, in words. */
export const counted = (n: number): string => `${n} ${n === 1 ? 'argument' : 'arguments'}`;

/** An argument that is not what the function takes. */
export function reportArgument(
  node: CallNode,
  arg: Expr,
  expected: string,
  actual: Type,
  context: Context,
): void {
  if (actual.kind === 'unknown') return;
  const words = { name: node.name, expected, actual: typeWords(actual) };
  context.reporter.report('argumentType', arg.span, words);
}

/** Arguments of a function whose parameters have one type each. */
export function inferArguments(
  node: CallNode,
  params: readonly { readonly type: Type }[],
  context: Context,
): void {
  if (node.args.length !== params.length) reportCount(node, counted(params.length), context);
  node.args.forEach((arg, i) => {
    const param = params[i]?.type;
    if (param === undefined) {
      context.infer(arg, context);
      return;
    }
    const found = settle(arg, context.infer(arg, context, param), param, context);
    const type = mayBeMissing(param) ? found : demandPresent(arg, found, context);
    if (!assignable(type, param)) reportArgument(node, arg, typeWords(param), type, context);
  });
}
