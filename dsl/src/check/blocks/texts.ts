import type { Expr, TextClause } from '../../language/ast.ts';
import type { Typing } from '../context.ts';
import { type ContextOptions, createContext } from '../expression/check-expression.ts';
import { infer } from '../expression/infer.ts';

/** The expressions in texts: what is missing is shown as "—", so nothing needs a guard there. */
export function checkTexts(
  texts: readonly TextClause[],
  options: ContextOptions,
): ReadonlyMap<Expr, Typing> {
  const found = new Map<Expr, Typing>();
  for (const part of texts.flatMap((text) => text.template.parts)) {
    if (typeof part === 'string') continue;
    const context = createContext({ ...options, demandGuards: false });
    infer(part, context);
    found.set(part, context.typing);
  }
  return found;
}
