import type { CatalogIndex } from '../types/catalog.ts';
import { sameType } from '../types/type.ts';
import { type EntityIndex, NotedIndex } from './blocks/entity-index.ts';
import type { FormulaSignature, NamedKind, World } from './context.ts';
import { type LookupKey, nameKey, namesKey, signatureKey } from './lookup-keys.ts';

/**
 * A world that notes what a block looked up in it. The block's result holds until something that
 * it looked up changes, so it can be kept while other blocks change.
 */
export class Lookups implements World {
  readonly index: CatalogIndex;
  readonly #world: World;
  readonly #asked = new Set<LookupKey>();

  constructor(world: World, index: EntityIndex) {
    this.index = new NotedIndex(index, (key) => this.#asked.add(key));
    this.#world = world;
  }

  formula(name: string): FormulaSignature | undefined {
    this.#asked.add(signatureKey(name));
    return this.#world.formula(name);
  }

  has(kind: NamedKind, name: string): boolean {
    this.#asked.add(nameKey(kind, name));
    return this.#world.has(kind, name);
  }

  names(kind: NamedKind): readonly string[] {
    this.#asked.add(namesKey(kind));
    return this.#world.names(kind);
  }

  /** Is something of what has changed among what was looked up? */
  touchedBy(changed: ReadonlySet<LookupKey>): boolean {
    const [few, many] =
      changed.size < this.#asked.size ? [changed, this.#asked] : [this.#asked, changed];
    for (const key of few) if (many.has(key)) return true;
    return false;
  }
}

/** Do callers see the same? */
export function sameSignature(
  a: FormulaSignature | undefined,
  b: FormulaSignature | undefined,
): boolean {
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
    sameNames([...(a.parts ?? [])].flat(), [...(b.parts ?? [])].flat())
  );
}

export const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, i) => name === b[i]));
