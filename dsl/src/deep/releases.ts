import type { CheckedGate, GatePoint } from '../check/blocks/gates.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { claimsOn } from './claim.ts';
import { gateUnit } from './conditions.ts';
import { agreeing, type Shown, toldAt, witnessIn } from './examples.ts';
import { finding } from './finding.ts';
import { refuses } from './gates.ts';
import { type DeepModel, quoted, unitFor } from './model.ts';
import { type Choice, choicesFor, isTrueIn, search } from './search.ts';
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
    if (!impossible([goal(FALSE)], terms)) return [];
    const choices = choicesFor([{ unit }], model.units);
    const shown = agreeing({ unit }, { value: true, says: 'not clear' }, choices, model);
    return shown === undefined
      ? []
      : [finding('neverClear', file, release.span, { text }, told(file, release.span, shown))];
  }
  if (release.until !== undefined) return untilChecks(gate, at, model);
  if (!refuses(gate)) return [];
  const choices = choicesFor([{ unit }], model.units);
  const world = search(choices, isTrueIn({ unit }, model));
  if (world === undefined) return [];
  const shown = { examples: [{ world, says: 'refused before and after' }], choices };
  return [finding('releaseInVain', file, release.span, { text }, told(file, release.span, shown))];
}

const told = (file: string, span: Span, shown: Shown) => ({
  ...witnessIn(shown),
  related: toldAt(file, span, shown),
});

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
  const { file, body } = unit;
  const shown = agreeing(
    { unit },
    { value: true, says: 'over at once' },
    placesNow(choicesFor([{ unit }], model.units), target),
    model,
    ({ data, ...world }) => ({ ...world, data: { ...data, released: data[target] } }),
  );
  return shown === undefined
    ? []
    : [finding('releaseOver', file, body.span, { text }, told(file, body.span, shown))];
}

/** The record at its release is the record itself: each of its places once. */
function placesNow(choices: readonly Choice[], target: string): readonly Choice[] {
  const found = new Map<string, Choice>();
  for (const { place, values } of choices) {
    const [root, ...steps] = place.steps;
    const then = root === 'released';
    const path = then ? `${target}${place.path.slice(root.length)}` : place.path;
    const now = then ? { ...place, path, steps: [target, ...steps] } : place;
    if (!found.has(path)) found.set(path, { place: now, values });
  }
  return [...found.values()];
}
