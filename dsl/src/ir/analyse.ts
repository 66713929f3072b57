import { type Ir, partsOf, type Unit, type Units } from './ir.ts';

/** Lists are reckoned this long when a bound is computed. */
export const LIST_BOUND = 1000;

type Paths = ReadonlyMap<number, string | undefined>;

/** The path a node stands for, through parameters and loop variables. */
function pathIn(ir: Ir, locals: Paths): string | undefined {
  if (ir.kind === 'input') return ir.name;
  if (ir.kind === 'local') return locals.get(ir.slot);
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
  const found = new Set<string>();
  visit(unit.body, new Map(params.map((path, slot) => [slot, path])));
  return [...found].sort();

  function visit(ir: Ir, locals: Paths): void {
    const path = pathIn(ir, locals);
    if (path !== undefined) {
      found.add(path);
    } else if (ir.kind === 'formula') {
      for (const arg of ir.args) if (pathIn(arg, locals) === undefined) visit(arg, locals);
      const callee = units.get(ir.name);
      if (callee !== undefined)
        visit(callee.body, new Map(ir.args.map((arg, i) => [i, pathIn(arg, locals)])));
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

/** An upper bound of the steps an evaluation takes, with lists of `LIST_BOUND` elements. */
export function costOf(unit: Unit, units: Units): number {
  const known = new Map<string, number>();
  return cost(unit.body);

  function cost(ir: Ir): number {
    if (ir.kind === 'aggregate') {
      const inside = [ir.item, ir.where].reduce(
        (total, part) => total + (part === undefined ? 1 : cost(part)),
        0,
      );
      return 1 + cost(ir.list) + LIST_BOUND * inside;
    }
    const own = partsOf(ir).reduce((total, part) => total + cost(part), 1);
    return ir.kind === 'formula' ? own + callee(ir.name) : own;
  }

  function callee(name: string): number {
    const unitCalled = units.get(name);
    const value = known.get(name) ?? (unitCalled === undefined ? 0 : cost(unitCalled.body));
    known.set(name, value);
    return value;
  }
}
