import type { CheckedGate, GatePoint } from '../check/blocks/gates.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { claimsOn } from './claim.ts';
import { gateUnit } from './conditions.ts';
import { finding, witnessOf } from './finding.ts';
import { refuses } from './gates.ts';
import { type DeepModel, quoted, unitFor } from './model.ts';
import { choicesFor, isTrueIn, search } from './search.ts';
import { impossible } from './solve.ts';
import { FALSE, TRUE } from './state.ts';
import { NOWHERE, Terms } from './terms.ts';

/** Releases that open nothing, that never end, or that can never be given. */
export function releaseChecks(gate: CheckedGate, model: DeepModel): Diagnostic[] {
  const { release } = gate;
  const [at] = gate.points;
  if (release === undefined || release.never || at === undefined) return [];
  const unit = gateUnit(gate, at);
  const { file } = unit;
  const text = quoted(unit.body, file, model);
  const terms = new Terms(model.units);
  const goal = (mask: number) => ({ term: terms.of(unit.body, terms.scopeOf(unit)), mask });
  if (impossible([goal(TRUE)], terms)) return [];
  if (release.whenClear) {
    const told = finding('neverClear', file, release.span, { text });
    return impossible([goal(FALSE)], terms) ? [told] : [];
  }
  if (release.until !== undefined) return untilChecks(gate, at, model);
  if (!refuses(gate)) return [];
  const world = search(choicesFor([{ unit }], model.units), isTrueIn({ unit }, model));
  if (world === undefined) return [];
  return [finding('releaseInVain', file, release.span, { text }, { witness: witnessOf(world) })];
}

/** At the release, what is released is what is there: nothing has changed yet. */
function untilChecks(gate: CheckedGate, at: GatePoint, model: DeepModel): Diagnostic[] {
  const { release, mode } = gate;
  if (release?.until === undefined || at.until === undefined) return [];
  const unit = unitFor(gate, release.until, at.until);
  const headline = { never: 'releaseForever', always: 'releaseOver' } as const;
  const found = claimsOn(unit, model, headline);
  const target = mode.target?.name;
  if (found.length > 0 || target === undefined) return found;
  const terms = new Terms(model.units);
  const now = terms.of(
    { ...unit.body, kind: 'input', name: target, border: { kind: 'record' } },
    NOWHERE,
  );
  const scope = { locals: [], inputs: new Map([['released', now]]) };
  if (!impossible([{ term: terms.of(unit.body, scope), mask: FALSE }], terms)) return [];
  const text = quoted(unit.body, unit.file, model);
  return [finding('releaseOver', unit.file, unit.body.span, { text })];
}
