import { compileExpression } from '../program/expression.ts';
import { needRecord } from '../source/api.ts';
import { QoidaError } from '../source/diagnostic.ts';
import type { Type } from '../types/type.ts';
import { isFault, parseTypeText, type TypeText } from '../types/type-text.ts';
import { ExpressionBuilder } from './builder.ts';
import { JsonLogicError } from './error.ts';
import { exactBranch, readRule, usesOwn } from './rule.ts';
import { translate } from './translate.ts';

export { JsonLogicError } from './error.ts';

/**
 * A rule of JSON Logic as the text of an expression. Where JSON Logic's meaning is not the
 * language's (what counts as true, what a missing value is, loose equality), the text says what
 * JSON Logic does; where it can't, the rule is refused. Compile the text with the same `vars` and
 * `dynamic: true`, as names that are not declared are untyped.
 *
 * A rule that was compiled from the language (it uses our operators) is read back with `vars` in
 * the units it was compiled with.
 * @param rule any value; nothing of it is ever run
 * @param vars the types of the names in it: `{ input_kg: 'kg', note: 'text?' }`
 * @throws JsonLogicError for a rule that has no meaning here, QoidaError for a type that has none
 */
export function fromJsonLogic(
  rule: unknown,
  vars: Readonly<Record<string, TypeText>> = {},
): string {
  needRecord(vars, 'vars');
  const types = typesOf(vars);
  const read = exactBranch(readRule(rule));
  const build = new ExpressionBuilder();
  const text = build.print(translate(read, types, usesOwn(read), build).expr);
  try {
    compileExpression(text, vars, { dynamic: true, guards: 'allow' });
  } catch (fault) {
    if (!(fault instanceof QoidaError)) throw fault;
    const [first] = fault.diagnostics;
    throw new JsonLogicError(
      '',
      `${first?.message ?? "it can't be read"} in \`${short(text)}\``,
      '',
    );
  }
  return text;
}

const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);

function typesOf(vars: Readonly<Record<string, TypeText>>): ReadonlyMap<string, Type> {
  // The compiler says which type has no meaning.
  compileExpression('true', vars);
  const types = new Map<string, Type>();
  for (const [name, written] of Object.entries(vars)) {
    const type = parseTypeText(written);
    if (!isFault(type)) types.set(name, type);
  }
  return types;
}
