import type { FormulaBlock } from '../language/ast.ts';
import type { Reporter } from '../source/diagnostic.ts';
import { optional, present, quantity, type Type, UNKNOWN } from '../types/type.ts';
import { checkAgainst, createContext, readType } from './check-expression.ts';
import type { Binding, FormulaSignature, Typing, World } from './context.ts';
import { infer } from './infer.ts';
import { reportRecursion } from './rules/no-recursion.ts';

export interface FormulaSource {
  readonly block: FormulaBlock;
  readonly reporter: Reporter;
  readonly module: string;
}

export interface CheckedFormula extends FormulaSource {
  readonly signature: FormulaSignature;
  readonly typing: Typing;
}

export interface Formulas {
  /** Checks a formula when it is first asked for; the order of the text doesn't matter. */
  get(name: string): CheckedFormula | undefined;
  readonly names: readonly string[];
}

/** A declared result keeps the step its body works in. */
function declaredResult(declared: Type, body: Type): Type {
  const [to, from] = [present(declared), present(body)];
  if (to.kind !== 'quantity' || from.kind !== 'quantity') return declared;
  const kept = quantity(to.unit, from.resolution);
  return declared.kind === 'optional' ? optional(kept) : kept;
}

/**
 * The formulas of a program.
 * @param world made from the result: formulas call each other
 */
export function createFormulas(
  sources: ReadonlyMap<string, FormulaSource>,
  world: () => World,
): Formulas {
  const checked = new Map<string, CheckedFormula>();
  const open: string[] = [];

  function check(name: string, source: FormulaSource): CheckedFormula {
    const { block, reporter } = source;
    const { index } = world();
    const params = block.params.map(({ name: param, type }) => ({
      name: param.name,
      type: readType(type.text, type.span, index, reporter),
    }));
    const scope = new Map<string, Binding>();
    params.forEach(({ name: param, type }, slot) => {
      if (scope.has(param))
        reporter.report('duplicateName', block.params[slot]?.name.span ?? block.span, {
          name: param,
        });
      scope.set(param, { kind: 'local', name: param, slot, type });
    });
    if (!scope.has('settings'))
      scope.set('settings', { kind: 'input', name: 'settings', type: index.settings });
    const context = createContext({ world: world(), reporter, scope, params: params.length });
    const declared = block.type && readType(block.type.text, block.type.span, index, reporter);
    const body = declared
      ? checkAgainst(block.body, declared, name, context)
      : infer(block.body, context);
    const result = declared ? declaredResult(declared, body) : dropLiteral(body);
    return { ...source, signature: { name, params, result }, typing: context.typing };
  }

  function get(name: string): CheckedFormula | undefined {
    const known = checked.get(name);
    const source = sources.get(name);
    if (known !== undefined || source === undefined) return known;
    if (open.includes(name)) {
      reportRecursion(source, [...open.slice(open.indexOf(name)), name]);
      return { ...source, signature: brokenSignature(source.block), typing: EMPTY };
    }
    open.push(name);
    const formula = check(name, source);
    open.pop();
    checked.set(name, formula);
    return formula;
  }

  return { get, names: [...sources.keys()] };
}

const EMPTY: Typing = {
  types: new Map(),
  names: new Map(),
  calls: new Map(),
  loops: new Map(),
  slots: 0,
};

const brokenSignature = (block: FormulaBlock): FormulaSignature => ({
  name: block.name.name,
  params: block.params.map(({ name }) => ({ name: name.name, type: UNKNOWN })),
  result: UNKNOWN,
});

function dropLiteral(type: Type): Type {
  return type.kind === 'quantity' ? quantity(type.unit, type.resolution) : type;
}
