import { type Ir, partsOf, type Unit, type Units } from './ir.ts';

/** Lists are reckoned this long when a bound is computed. */
export const LIST_BOUND = 1000;

type Paths = ReadonlyMap<number, string | undefined>;

/** The path a node stands for, through parameters and loop variables. */
function pathIn(ir: Ir, locals: Paths): string | undefined {
  if (ir.kind === 'input') return ir.name;
  if (ir.kind === 'local') return locals.has(ir.slot) ? locals.get(ir.slot) : `#${ir.slot}`;
  if (ir.kind === 'cast') return pathIn(ir.operand, locals);
  if (ir.kind !== 'field') return undefined;
  const target = pathIn(ir.target, locals);
  return target === undefined ? undefined : `${target}.${ir.name}`;
}

/**
 * The facts a unit reads, as paths from the names outside (`session.input_kg`, and for elements of
 * a list `lines.device.code`), also through the formulas it calls.
 * @param params what the parameters stand for
 */
export function readsOf(
  unit: Unit,
  units: Units,
  params: readonly (string | undefined)[] = [],
): readonly string[] {
  return [...instead(pathsRead(unit, units), params)].sort();
}

const summaries = new WeakMap<Units, Map<Unit, ReadonlySet<string>>>();

/**
 * What a unit reads, its parameters as `#0`, `#1` … Reckoned once for a unit: formulas that call
 * one another twice would otherwise double the work at each step.
 */
function pathsRead(unit: Unit, units: Units): ReadonlySet<string> {
  const known = summaries.get(units) ?? new Map<Unit, ReadonlySet<string>>();
  summaries.set(units, known);
  const before = known.get(unit);
  if (before !== undefined) return before;
  const found = new Set<string>();
  visit(unit.body, new Map());
  known.set(unit, found);
  return found;

  function visit(ir: Ir, locals: Paths): void {
    const path = pathIn(ir, locals);
    if (path !== undefined) {
      found.add(path);
    } else if (ir.kind === 'formula') {
      const args = ir.args.map((arg) => pathIn(arg, locals));
      for (const [i, arg] of ir.args.entries()) if (args[i] === undefined) visit(arg, locals);
      const callee = units.get(ir.name);
      if (callee === undefined) return;
      for (const read of instead(pathsRead(callee, units), args)) found.add(read);
    } else if (ir.kind === 'aggregate') {
      visit(ir.list, locals);
      const inside = new Map(locals).set(ir.slot, pathIn(ir.list, locals));
      if (ir.item !== undefined) visit(ir.item, inside);
      if (ir.where !== undefined) visit(ir.where, inside);
    } else {
      for (const part of partsOf(ir)) visit(part, locals);
    }
  }
}

/** Paths with what stands for the parameters; what is read of a nameless value is no fact. */
function instead(
  paths: ReadonlySet<string>,
  params: readonly (string | undefined)[],
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const path of paths) {
    const [root = '', ...rest] = path.split('.');
    const from = root.startsWith('#') ? params[Number(root.slice(1))] : root;
    if (from !== undefined) found.add([from, ...rest].join('.'));
  }
  return found;
}

const costs = new WeakMap<Units, Map<string, number>>();

export interface CostOptions {
  /** Lists are reckoned this long. */
  readonly listBound?: number;
  /** Parts of a block count wherever they are used, as in an explanation; else once. */
  readonly unfolded?: boolean;
}

/** An upper bound of the steps an evaluation takes. */
export function costOf(unit: Pick<Unit, 'body'>, units: Units, options: CostOptions = {}): number {
  const { listBound = LIST_BOUND, unfolded = false } = options;
  const known = costs.get(units) ?? new Map<string, number>();
  costs.set(units, known);
  const remembered = (kind: string, name: string, reckon: () => number): number => {
    const key = `${kind} ${listBound} ${unfolded} ${name}`;
    const value = known.get(key) ?? reckon();
    known.set(key, value);
    return value;
  };
  return whole(unit);

  /** With all its parts, each once. */
  function whole({ body }: Pick<Unit, 'body'>): number {
    let total = cost(body);
    for (const name of unfolded ? [] : partNames(body, units)) {
      const part = units.get(name);
      if (part !== undefined) total += remembered('part', name, () => cost(part.body));
    }
    return total;
  }

  function cost(ir: Ir): number {
    if (ir.kind === 'aggregate') {
      const inside = [ir.item, ir.where].reduce(
        (total, part) => total + (part === undefined ? 1 : cost(part)),
        0,
      );
      return 1 + cost(ir.list) + listBound * inside;
    }
    const own = partsOf(ir).reduce((total, part) => total + cost(part), 1);
    if (ir.kind !== 'formula' || (ir.label !== undefined && !unfolded)) return own;
    const callee = units.get(ir.name);
    return callee === undefined ? own : own + remembered('unit', ir.name, () => whole(callee));
  }
}

/** The parts that a body uses, and those that these use. */
function partNames(body: Ir, units: Units): ReadonlySet<string> {
  const found = new Set<string>();
  const open: Ir[] = [body];
  for (let ir = open.pop(); ir !== undefined; ir = open.pop()) {
    for (const part of partsOf(ir)) open.push(part);
    if (ir.kind !== 'formula' || ir.label === undefined || found.has(ir.name)) continue;
    found.add(ir.name);
    const part = units.get(ir.name);
    if (part !== undefined) open.push(part.body);
  }
  return found;
}
