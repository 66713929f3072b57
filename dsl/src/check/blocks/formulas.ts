import type { FormulaBlock } from '../../language/ast.ts';
import { optional, present, quantity, type Type } from '../../types/type.ts';
import type { Binding, BlockSource, FormulaSignature, Typing, World } from '../context.ts';
import { checkAgainst, createContext, readType } from '../expression/check-expression.ts';
import { infer } from '../expression/infer.ts';
import { reportLookAlikes } from '../rules/look-alikes.ts';

export interface CheckedFormula extends BlockSource<FormulaBlock> {
  readonly signature: FormulaSignature;
  readonly typing: Typing;
}

/** Checks a formula; those it calls have been checked before. */
export function checkFormula(source: BlockSource<FormulaBlock>, world: World): CheckedFormula {
  const { block, reporter } = source;
  const { index } = world;
  const name = block.name.name;
  const params = block.params.map(({ name: param, type }) => ({
    name: param.name,
    type: readType(type.text, type.span, index, reporter),
  }));
  const scope = new Map<string, Binding>();
  params.forEach(({ name: param, type }, slot) => {
    const span = block.params[slot]?.name.span ?? block.span;
    if (scope.has(param)) reporter.report('duplicateName', span, { name: param });
    scope.set(param, { kind: 'local', name: param, slot, type });
  });
  reportLookAlikes(
    block.params.map((param) => param.name),
    reporter,
  );
  if (!scope.has('settings'))
    scope.set('settings', { kind: 'input', name: 'settings', type: index.settings });
  const context = createContext({ world, reporter, scope, params: params.length });
  const declared = block.type && readType(block.type.text, block.type.span, index, reporter);
  const body = declared
    ? checkAgainst(block.body, declared, name, context)
    : infer(block.body, context);
  const result = declared ? declaredResult(declared, body) : dropLiteral(body);
  return { ...source, signature: { name, params, result }, typing: context.typing };
}

/** A declared result keeps the step its body works in. */
export function declaredResult(declared: Type, body: Type): Type {
  const [to, from] = [present(declared), present(body)];
  if (to.kind !== 'quantity' || from.kind !== 'quantity') return declared;
  const kept = quantity(to.unit, from.resolution);
  return declared.kind === 'optional' ? optional(kept) : kept;
}

export function dropLiteral(type: Type): Type {
  return type.kind === 'quantity' ? quantity(type.unit, type.resolution) : type;
}
