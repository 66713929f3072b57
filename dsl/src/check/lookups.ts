import type { CatalogIndex } from '../types/catalog.ts';
import { sameType } from '../types/type.ts';
import type { FormulaSignature, NamedKind, World } from './context.ts';

/**
 * A world that notes what a block looked up in it. The block's result holds as long as the same
 * look-ups would be answered the same, so it can be kept while other blocks change.
 */
export class Lookups implements World {
  readonly index: CatalogIndex;
  readonly #world: World;
  readonly #formulas = new Map<string, FormulaSignature | undefined>();
  readonly #found = new Map<string, readonly [NamedKind, string, boolean]>();
  readonly #names = new Map<NamedKind, readonly string[]>();

  constructor(world: World) {
    this.index = world.index;
    this.#world = world;
  }

  formula(name: string): FormulaSignature | undefined {
    const found = this.#world.formula(name);
    this.#formulas.set(name, found);
    return found;
  }

  has(kind: NamedKind, name: string): boolean {
    const found = this.#world.has(kind, name);
    this.#found.set(`${kind} ${name}`, [kind, name, found]);
    return found;
  }

  names(kind: NamedKind): readonly string[] {
    const found = this.#world.names(kind);
    this.#names.set(kind, found);
    return found;
  }

  /** Would the world, as it is now, answer everything that was looked up the same? */
  hold(): boolean {
    const world = this.#world;
    for (const [name, seen] of this.#formulas)
      if (!sameSignature(seen, world.formula(name))) return false;
    for (const [kind, name, seen] of this.#found.values())
      if (world.has(kind, name) !== seen) return false;
    for (const [kind, seen] of this.#names) if (!sameNames(seen, world.names(kind))) return false;
    return true;
  }
}

function sameSignature(a: FormulaSignature | undefined, b: FormulaSignature | undefined): boolean {
  if (a === b) return true;
  return (
    a !== undefined &&
    b !== undefined &&
    a.params.length === b.params.length &&
    a.params.every((param, i) => {
      const other = b.params[i];
      return other?.name === param.name && sameType(param.type, other.type);
    }) &&
    sameType(a.result, b.result) &&
    (a.parts === undefined) === (b.parts === undefined)
  );
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, i) => name === b[i]));
