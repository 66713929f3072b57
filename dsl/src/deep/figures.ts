import type { CheckedKpi } from '../check/blocks/kpis.ts';
import { INCLUDED } from '../check/blocks/kpis.ts';
import type { Ir, Unit } from '../ir/ir.ts';
import { partsOf } from '../ir/ir.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { mayBeMissing } from '../types/type.ts';
import type { Value } from '../values/border.ts';
import { Fault, faultText } from '../values/fault.ts';
import { isZero } from '../values/numbers.ts';
import { finding, witnessOf, witnessText } from './finding.ts';
import { type DeepModel, quoted } from './model.ts';
import { choicesFor, search, valueIn } from './search.ts';

/** Results that may come out as nothing: with which facts a row is listed as not computed. */
export function rowChecks(kpi: CheckedKpi, model: DeepModel): Diagnostic[] {
  const included = model.units.get(kpi.signature.parts?.get(INCLUDED) ?? '');
  return kpi.results.flatMap((name): Diagnostic[] => {
    const part = kpi.parts.find((one) => one.name === name);
    const unit = part && model.units.get(part.unit);
    const clause = kpi.block.clauses.find((c) => c.kind === 'result' && c.name.name === name);
    if (
      unit === undefined ||
      clause?.kind !== 'result' ||
      !mayBeMissing(part?.type ?? unit.body.type)
    )
      return [];
    const asked = [{ unit }, ...(included === undefined ? [] : [{ unit: included }])];
    const choices = choicesFor(asked, model.units);
    let why = '';
    const world = search(choices, (facts) => {
      if (included !== undefined && valueIn({ unit: included }, facts, model) !== true)
        return false;
      const value = valueIn({ unit }, facts, model);
      // Data of the wrong form says nothing about the rule.
      if (value instanceof Fault && (value.kind === 'data' || value.kind === 'function'))
        return false;
      why = value instanceof Fault ? faultText(value, 'en') : 'the result is missing';
      return value === null || value instanceof Fault;
    });
    if (world === undefined) return [];
    const params = { name, witness: witnessText(choices, world), why };
    const { file } = kpi.reporter;
    return [
      finding('rowNotComputed', file, clause.name.span, params, { witness: witnessOf(world) }),
    ];
  });
}

/** With which facts a divisor that nothing guards is 0. @param unguarded where they stand */
export function divisorChecks(
  unit: Unit,
  unguarded: readonly Span[],
  model: DeepModel,
): Diagnostic[] {
  const choices = choicesFor([{ unit }], model.units);
  return divisorsIn(unit.body).flatMap((divisor): Diagnostic[] => {
    const { start, end } = divisor.span;
    if (!unguarded.some((span) => span.start <= start && end <= span.end)) return [];
    const world = search(choices, (facts) => {
      let found: Value = null;
      const watch = (ir: Ir, value: Value): void => {
        if (ir === divisor) found = value;
      };
      valueIn({ unit }, facts, { ...model, watch });
      return typeof found === 'number' && isZero(found);
    });
    if (world === undefined) return [];
    const text = quoted(divisor, unit.file, model);
    const params = { text, witness: witnessText(choices, world) };
    return [finding('divisorZero', unit.file, divisor.span, params, { witness: witnessOf(world) })];
  });
}

function divisorsIn(ir: Ir): readonly Ir[] {
  const below = partsOf(ir).flatMap(divisorsIn);
  return ir.kind === 'div' ? [ir.right, ...below] : below;
}
