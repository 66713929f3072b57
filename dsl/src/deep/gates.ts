import type { CheckedGate, GatePoint } from '../check/blocks/gates.ts';
import type { Unit } from '../ir/ir.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { DeepCache } from './cache.ts';
import { gateUnit } from './conditions.ts';
import { smallest } from './examine.ts';
import { examplesOf, type Shown, toldAt, witnessIn } from './examples.ts';
import { type Findings, finding, witnessOf, witnessText } from './finding.ts';
import { likelyIn } from './likely.ts';
import { type DeepModel, nameOf, quoted } from './model.ts';
import {
  type Asked,
  type Choice,
  choicesFor,
  search,
  valueIn,
  type World,
  worldsFrom,
} from './search.ts';
import { Given, type Goal, impossible, solve } from './solve.ts';
import { FALSE, TRUE, UNDECIDED } from './state.ts';
import type { Terms } from './terms.ts';

/** A gate at one of its points; its tree and its term are made when they are asked for. */
export class Standing {
  readonly gate: CheckedGate;
  readonly at: GatePoint;
  readonly #terms: Terms;
  #asked: Asked | undefined;
  #term: Goal['term'] | undefined;

  constructor(gate: CheckedGate, at: GatePoint, terms: Terms) {
    this.gate = gate;
    this.at = at;
    this.#terms = terms;
  }

  get asked(): Asked {
    // The element that `each` walks is the same thing in all gates that walk the list.
    const params = this.at.each === undefined ? [] : [`${this.at.each.fact}[]`];
    this.#asked ??= { unit: gateUnit(this.gate, this.at), params };
    return this.#asked;
  }

  get unit(): Unit {
    return this.asked.unit;
  }

  goal(mask: number): Goal {
    const { unit, params } = this.asked;
    this.#term ??= this.#terms.of(unit.body, this.#terms.scopeOf(unit, params));
    return { term: this.#term, mask };
  }
}

/** The gates of one point, and what they are asked with. */
export interface PointGates {
  readonly point: string;
  readonly gates: readonly Standing[];
  readonly terms: Terms;
  readonly model: DeepModel;
  readonly cache: DeepCache;
}

const REFUSES = TRUE | UNDECIDED;
/** More gates than these are not looked at together: the question would have no end. */
const MOST_TOGETHER = 200;
/** Facts that gates are asked with before it is proved that no facts pass them all. */
const TRIED_TOGETHER = 24;

/** Does an operation not go on when the gate says so? */
export const refuses = ({ mode }: CheckedGate): boolean => mode.mode !== 'warn' && !mode.after;

const isReleased = ({ release }: CheckedGate): boolean => release !== undefined && !release.never;

/** What is known of a gate by itself. */
interface Nature {
  readonly mayRefuse: boolean;
  readonly mayPass: boolean;
  readonly spoken: Spoken;
}

const natureOf = (one: Standing, { point, terms, cache }: PointGates): Nature =>
  cache.known(`nature ${point}`, [one.gate], () => ({
    mayRefuse: !impossible([one.goal(TRUE)], terms),
    mayPass: !impossible([one.goal(FALSE)], terms),
    spoken: spokenBy(one),
  }));

/**
 * Gates of one point of which one refuses whatever the facts are, so that the operation can never
 * be done. A gate that somebody may release, and one over a list that may be empty, can be passed.
 */
export function* contradictions(here: PointGates): Findings {
  const { gates, cache } = here;
  const hard: Standing[] = [];
  for (const one of gates) {
    const { gate, at } = one;
    if (!refuses(gate) || isReleased(gate) || at.each !== undefined) continue;
    if (hard.length < MOST_TOGETHER && natureOf(one, here).mayPass) hard.push(one);
    yield;
  }
  if (hard.length < 2) return [];
  const blocks = hard.map(({ gate }) => gate);
  return cache.found(`together ${here.point}`, blocks, () => contradiction(hard, here));
}

function contradiction(
  hard: readonly Standing[],
  { point, terms, model }: PointGates,
): Diagnostic[] {
  const pass = (some: readonly Standing[]): boolean =>
    impossible(
      some.map((one) => one.goal(FALSE)),
      terms,
    );
  if (passes(hard, model) || !pass(hard)) return [];
  const core = smallest(hard, pass);
  const last = core.at(-1);
  const shown = refusals(core, model);
  const [first] = shown?.examples ?? [];
  if (shown === undefined || first === undefined || last === undefined) return [];
  const names = core.map(({ gate }) => `\`${nameOf(gate.block)}\``).join(' or ');
  const params = { point, gates: names, witness: witnessText(shown.choices, first.world) };
  const others = core.slice(0, -1).map(({ gate, unit }) => ({
    file: unit.file,
    span: gate.block.name.span,
    message: quoted(unit.body, unit.file, model),
  }));
  const { file } = last.unit;
  const { span } = last.gate.block.name;
  const related = [...others, ...toldAt(file, span, shown)];
  return [finding('gatesContradict', file, span, params, { ...witnessIn(shown), related })];
}

/** Which gates refuse, with facts on both sides; nothing where facts pass all of them. */
function refusals(gates: readonly Standing[], model: DeepModel): Shown | undefined {
  const shown = gates.map(({ asked }) => ({ asked, part: asked.unit.body }));
  const choices = choicesFor(
    gates.map(({ asked }) => asked),
    model.units,
  );
  let passed = false;
  const judge = (world: World): string | undefined => {
    const values = gates.map(({ asked }) => valueIn(asked, world, model));
    if (values.every((value) => value === false)) passed = true;
    const names = gates.flatMap(({ gate }, i) =>
      values[i] === true ? [`\`${nameOf(gate.block)}\``] : [],
    );
    if (names.length === 0) return undefined;
    return `${names.join(' and ')} ${names.length === 1 ? 'refuses' : 'refuse'}`;
  };
  const examples = examplesOf(shown, choices, judge, model);
  return passed ? undefined : { examples, choices };
}

/** Are there facts at hand that pass all gates? That is shown sooner than that there are none. */
function passes(gates: readonly Standing[], model: DeepModel): boolean {
  const all = gates.map(({ asked }) => asked);
  const choices = choicesFor(all, model.units);
  let left = TRIED_TOGETHER;
  const passed = (world: World): boolean =>
    all.every((one) => valueIn(one, world, model) === false);
  for (const world of worldsFrom(choices)) {
    if (passed(world)) return true;
    left -= 1;
    if (left === 0) return false;
  }
  return false;
}

/** A gate that refuses only where another one does, which nobody can release more easily. */
export function* shadowed(here: PointGates): Findings {
  const { point, terms, model, cache } = here;
  const spoken = new Map<Standing, Spoken>();
  for (const one of here.gates) {
    const nature = natureOf(one, here);
    if (nature.mayRefuse && nature.mayPass) spoken.set(one, nature.spoken);
    yield;
  }
  const bySpoken = indexOf(spoken);
  const order = new Map([...spoken.keys()].map((one, i) => [one, i]));
  const found: Diagnostic[] = [];
  const gone = new Set<Standing>();
  const implies = (one: Standing, two: Standing, given: () => Given): boolean =>
    cache.known(`implies ${point}`, [one.gate, two.gate], () =>
      given().excludes([two.goal(FALSE)]),
    );
  for (const [one, parts] of spoken) {
    const own = new Set(parts.flat());
    const near = new Set([...own].flatMap((key) => bySpoken.get(key) ?? []));
    let made: Given | undefined;
    const given = (): Given => {
      made ??= new Given([one.goal(REFUSES)], terms);
      return made;
    };
    const back = (two: Standing) => () => new Given([two.goal(REFUSES)], terms);
    const other = [...near].find(
      (two) =>
        two !== one &&
        !gone.has(two) &&
        spoken.get(two)?.every((part) => part.some((key) => own.has(key))) === true &&
        isAsStrong(two, one) &&
        implies(one, two, given) &&
        // Of two that are the same the later one is too much.
        ((order.get(two) ?? 0) < (order.get(one) ?? 0) || !implies(two, one, back(two))),
    );
    yield;
    if (other === undefined) continue;
    const pair = [one.gate, other.gate];
    const told = cache.found(`shadow ${point}`, pair, () => tell(point, one, other, terms, model));
    if (told.length === 0) continue;
    gone.add(one);
    found.push(...told);
  }
  return found;
}

/** Terms by their hashes: two that share one are looked at in vain. */
type Spoken = readonly (readonly number[])[];

/** Gates by the terms of that part of them which fewest gates speak of. */
function indexOf(spoken: ReadonlyMap<Standing, Spoken>): ReadonlyMap<number, readonly Standing[]> {
  const counts = new Map<number, number>();
  for (const parts of spoken.values())
    for (const key of new Set(parts.flat())) counts.set(key, (counts.get(key) ?? 0) + 1);
  const most = (part: readonly number[]): number =>
    part.reduce((sum, key) => sum + (counts.get(key) ?? 0), 0);
  const index = new Map<number, Standing[]>();
  for (const [one, parts] of spoken) {
    const [rarest = []] = parts.toSorted((a, b) => most(a) - most(b));
    for (const key of rarest) {
      const list = index.get(key);
      if (list === undefined) index.set(key, [one]);
      else list.push(one);
    }
  }
  return index;
}

/** Everything the weaker gate does, the stronger one does too. */
function isAsStrong({ gate: strong, at: a }: Standing, { gate: weak, at: b }: Standing): boolean {
  if (a.each?.fact !== b.each?.fact) return false;
  const [x, y] = [strong.mode, weak.mode];
  const sameMode = x.mode === y.mode && x.target?.name === y.target?.name && x.after === y.after;
  const enough = y.mode === 'warn' || (y.mode === 'block' && refuses(strong));
  if (!sameMode && !enough) return false;
  const code = (gate: CheckedGate) =>
    gate.block.clauses.find((c) => c.kind === 'answer')?.code.name;
  if (code(weak) !== undefined && code(weak) !== code(strong)) return false;
  if (y.mode === 'warn' || !isReleased(strong)) return true;
  return releaseKey(strong) !== undefined && releaseKey(strong) === releaseKey(weak);
}

/** Releases that end of themselves are never taken for the same. */
function releaseKey({ release }: CheckedGate): string | undefined {
  if (release === undefined || release.until !== undefined) return undefined;
  return `${release.whenClear} ${release.roles
    .map(({ name }) => name)
    .sort()
    .join()}`;
}

/** The terms that the parts of a condition speak of: without any in common nothing is implied. */
function spokenBy(one: Standing): Spoken {
  const { term } = one.goal(TRUE);
  return (term.kind === 'and' ? partsOfChain(term) : [term]).map(spokenOf);
}

type Term = Goal['term'];

const partsOfChain = (term: Term): readonly Term[] =>
  term.kind === 'and' ? term.parts.flatMap(partsOfChain) : [term];

function spokenOf(term: Term): readonly number[] {
  const isLogic = term.kind === 'and' || term.kind === 'or' || term.kind === 'not';
  if (isLogic || term.kind === 'if') return term.parts.flatMap(spokenOf);
  if (term.kind !== 'compare' && term.kind !== 'in' && term.kind !== 'is_missing')
    return [term.hash];
  return term.parts.filter(({ kind }) => kind !== 'const').map(({ hash }) => hash);
}

/** Facts for which both refuse, tried. */
function tell(
  point: string,
  one: Standing,
  other: Standing,
  terms: Terms,
  model: DeepModel,
): readonly Diagnostic[] {
  const choices: readonly Choice[] = choicesFor([one.asked, other.asked], model.units);
  const { state } = solve([one.goal(TRUE), other.goal(TRUE)], terms);
  const both = (world: World): boolean =>
    valueIn(one.asked, world, model) === true && valueIn(other.asked, world, model) === true;
  const world = search(choices, both, { likely: likelyIn(state, choices) });
  const shown = decisions(one, other, choices, model);
  if (world === undefined || shown === undefined) return [];
  const { file } = one.unit;
  const params = {
    name: nameOf(one.gate.block),
    other: nameOf(other.gate.block),
    point,
    witness: witnessText(choices, world),
  };
  const stronger = {
    file: other.unit.file,
    span: other.gate.block.name.span,
    message: quoted(other.unit.body, other.unit.file, model),
  };
  const { span } = one.gate.block.name;
  const related = [stronger, ...toldAt(file, span, shown)];
  return [finding('gateShadowed', file, span, params, { witness: witnessOf(world), related })];
}

/** How two gates decide, with facts on both sides; nothing where the weaker refuses alone. */
function decisions(
  weak: Standing,
  strong: Standing,
  choices: readonly Choice[],
  model: DeepModel,
): Shown | undefined {
  const shown = [weak, strong].map(({ asked }) => ({ asked, part: asked.unit.body }));
  let alone = false;
  const judge = (world: World): string => {
    const [one, other] = shown.map(({ asked }) => valueIn(asked, world, model) !== false);
    if (one === true && other === false) alone = true;
    if (one === true) return 'both refuse';
    return other === true ? `only \`${nameOf(strong.gate.block)}\` refuses` : 'both let pass';
  };
  const examples = examplesOf(shown, choices, judge, model);
  return alone ? undefined : { examples, choices };
}
