import type { Unit } from '../../ir/ir.ts';
import type { Expr } from '../../language/ast.ts';
import { type Called, callOf } from '../called.ts';
import { type Facts, type GateEnvironment, inputsOf } from '../gate/gate.ts';
import { compileTexts, textFor } from '../message.ts';
import { enterArguments, environmentOf, type Runtime, settingsOf } from '../runtime.ts';
import { type Figures, textUnit, type WithTexts } from './figure-units.ts';

/** The unit of a part that callers see. @throws RangeError when there is none of the name */
export function unitOfPart(figures: Figures, name: string, { units }: Runtime): Unit {
  const unit = units.get(figures.signature.parts?.get(name) ?? '');
  if (unit === undefined) throw new RangeError(`${figures.signature.name} has no ${name}`);
  return unit;
}

/** The parts of a KPI or a balance as functions, by name; each is made when it is first asked for. */
export function callsOfFigures(figures: Figures, runtime: Runtime): (name: string) => Called {
  const made = new Map<string, Called>();
  return (name) => {
    const called = made.get(name) ?? callOf(unitOfPart(figures, name, runtime), runtime);
    made.set(name, called);
    return called;
  };
}

/** The block's `message` for a reader, or undefined when it has none. */
export function figureTexts(
  figures: Figures & WithTexts,
  runtime: Runtime,
): (args: Facts, env: GateEnvironment, language: string) => string | undefined {
  const { signature } = figures;
  const compile = (expr: Expr) => {
    const unit = textUnit(expr, figures);
    return { unit, run: runtime.compiler.compile(unit) };
  };
  const texts = compileTexts(figures.texts, 'message', compile);
  const whole = runtime.units.get(signature.name);
  return (args, env, language) => {
    const around = environmentOf(inputsOf({}, settingsOf(env)), env, runtime.natives);
    const locals = whole === undefined ? [] : enterArguments(whole, args, around.zone);
    return textFor(texts, language, locals, around);
  };
}
