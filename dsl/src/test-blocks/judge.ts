import type { CheckedExpect } from '../check/blocks/tests.ts';
import { explain } from '../explain/explain.ts';
import { lower } from '../ir/lower.ts';
import type { Expr } from '../language/ast.ts';
import type { CompiledGate } from '../program/gate/gate.ts';
import type { Runtime } from '../program/runtime.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import { Fault, faultText } from '../values/fault.ts';
import { formatValue } from '../values/format.ts';
import type { Coverage } from './coverage.ts';
import type { Scene } from './scene.ts';

/** A gate that did not pass at the point played last. */
export interface FailingGate {
  readonly gate: CompiledGate;
  readonly message: string;
}

/** Does a gate that fails keep the operation from running? */
const refuses = ({ gate }: FailingGate): boolean => gate.mode.kind !== 'warn' && !gate.mode.after;

/** Why `expect allowed` does not hold, if it does not. */
export function judgeAllowed(failing: readonly FailingGate[]): string | undefined {
  const refusing = failing.filter(refuses);
  if (refusing.length === 0) return undefined;
  const told = refusing.map(({ gate, message }) => `${gate.name} ("${message}")`);
  return `expected allowed, but refused by ${told.join(', ')}`;
}

/** Why `expect WORD NAMES` does not hold. @param otherwise what to say when there was nothing */
export function judgeNames(
  word: string,
  wanted: readonly string[],
  found: ReadonlySet<string>,
  words: { readonly some: string; readonly none: string },
): string | undefined {
  const absent = wanted.filter((name) => !found.has(name));
  if (absent.length === 0) return undefined;
  const others = found.size === 0 ? words.none : `${words.some} ${[...found].join(', ')}`;
  return `expected ${word} ${absent.join(', ')}, but ${others}`;
}

/** Why a condition does not hold: with the values of its parts. */
export function judgeCondition(
  condition: Expr,
  typing: NonNullable<CheckedExpect['typing']>,
  file: string,
  { scene, runtime, coverage, language }: Judging,
): string | undefined {
  const { units, source } = runtime;
  const { environment } = scene;
  const body = lower(condition, typing);
  const unit = { name: 'expect', file, params: [], slots: typing.slots, body };
  const value = evaluateUnit(unit, [], { units, environment, watch: coverage.watch });
  if (value === true) return undefined;
  const text = source(file).slice(condition.span.start, condition.span.end);
  if (value instanceof Fault) return `expected ${text}, but ${faultText(value, language)}`;
  const tree = explain(body, file, [], { units, environment, language, source });
  const values = tree.children.map((child) => `${child.text} is ${child.value}`).join(', ');
  const whole = () => `it is ${formatValue(value, body.type, language, scene.zone)}`;
  return `expected ${text}, but ${values === '' ? whole() : values}`;
}

export interface Judging {
  readonly scene: Scene;
  readonly runtime: Runtime;
  readonly coverage: Coverage;
  readonly language: string;
}
