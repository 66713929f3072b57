import type { CheckedProgram } from '../check/check.ts';
import type { Typing } from '../check/context.ts';
import { costOf, LIST_BOUND } from '../ir/analyse.ts';
import type { Unit, Units } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import type { Expr } from '../language/ast.ts';
import { unitsCalled } from '../program/units-called.ts';
import { textIn } from '../types/catalog.ts';
import type { Lookup } from './lookup.ts';
import type { Workspace } from './workspace.ts';

/** Errors with which a rule still has a meaning, and so a cost. */
const UNGUARDED: ReadonlySet<string> = new Set(['Q4001', 'Q4002', 'Q5005']);

const made = new WeakMap<CheckedProgram, Units>();

/** What expressions call; undefined while the rules have errors, for then nothing of them runs. */
function unitsOf(workspace: Workspace): Units | undefined {
  for (const name of workspace.files.keys())
    for (const { severity, code } of workspace.diagnostics(name))
      if (severity === 'error' && !UNGUARDED.has(code)) return undefined;
  const { program } = workspace;
  const units = made.get(program) ?? unitsCalled(program);
  made.set(program, units);
  return units;
}

/** The bound of a formula, a KPI or a balance, in a sentence for the reader. */
export function costOfCalled(lookup: Lookup, name: string): { readonly cost?: string } {
  const units = unitsOf(lookup.workspace);
  const unit = units?.get(name);
  return units === undefined || unit === undefined ? {} : told(unit, units, lookup.language);
}

/** The bound of an expression that stands by itself, as a condition. */
export function costOfExpr(
  { workspace, language }: Lookup,
  expr: Expr,
  typing: Typing,
): { readonly cost?: string } {
  const units = unitsOf(workspace);
  if (units === undefined) return {};
  const body = lower(expr, typing);
  return told({ name: '', file: '', params: [], slots: typing.slots, body }, units, language);
}

/** Lists are named only where the bound depends on how long they are. */
function told(unit: Unit, units: Units, language: string): { readonly cost: string } {
  const steps = costOf(unit, units);
  const lists = steps !== costOf(unit, units, { listBound: 1 });
  const texts = {
    en: `at most ${steps} steps${lists ? ` with lists of ${LIST_BOUND}` : ''}`,
    ru: `шагов не больше ${steps}${lists ? ` при списках по ${LIST_BOUND}` : ''}`,
    uz: `ko‘pi bilan ${steps} qadam${lists ? `, ro‘yxatlar ${LIST_BOUND} tadan bo‘lsa` : ''}`,
  };
  return { cost: textIn(texts, language) ?? texts.en };
}
