import type { AggregateNode, Block, CallNode, Expr, NameNode } from '../language/ast.ts';
import type { Reporter } from '../source/diagnostic.ts';
import type { CatalogIndex, FunctionSignature } from '../types/catalog.ts';
import type { Type } from '../types/type.ts';

export interface InputBinding {
  readonly kind: 'input';
  readonly name: string;
  readonly type: Type;
}
export interface LocalBinding {
  readonly kind: 'local';
  readonly name: string;
  readonly slot: number;
  readonly type: Type;
}
/** A field of a record that stands for itself: `closed` for `shift_report.closed`. */
export interface MemberBinding {
  readonly kind: 'member';
  readonly of: InputBinding | LocalBinding;
  readonly name: string;
  readonly type: Type;
}
/** Another part of the block, such as a `let`: a unit that takes the same parameters. */
export interface PartBinding {
  readonly kind: 'part';
  readonly name: string;
  readonly unit: string;
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly type: Type;
}

/** What a name stands for. */
export type Binding =
  | InputBinding
  | LocalBinding
  | MemberBinding
  | PartBinding
  | { readonly kind: 'enum'; readonly value: string };

export type Scope = ReadonlyMap<string, Binding>;

/** A formula as its callers see it. */
export interface FormulaSignature {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly result: Type;
  /** Fields of the result that have a unit of their own: asking for one computes only that one. */
  readonly parts?: ReadonlyMap<string, string>;
}

export type Callee =
  | { readonly kind: 'built-in' }
  /** `shift_of`, and where the times come from at which shifts begin. */
  | { readonly kind: 'shift'; readonly clock: 'given' | 'time' | 'text' }
  | { readonly kind: 'aggregate' }
  | { readonly kind: 'formula'; readonly signature: FormulaSignature }
  | { readonly kind: 'function'; readonly signature: FunctionSignature };

/** Notes on parts of a tree. Most trees have none of a kind: nothing is made before the first one. */
export class Notes<K extends Expr, V> {
  private notes: Map<K, V> | undefined;

  get(part: K): V | undefined {
    return this.notes?.get(part);
  }

  set(part: K, note: V): void {
    this.notes ??= new Map();
    this.notes.set(part, note);
  }

  values(): Iterable<V> {
    return this.notes?.values() ?? [];
  }
}

/** So many parts are found by looking through them: that is quicker than making a table. */
const FEW = 24;

/**
 * Notes on nearly every part of a tree, the last one on a part being valid. They are written in a
 * row, since most are never read: a table is made when one is looked for among many.
 */
export class Rows<K extends Expr, V extends object> {
  /** Each part with its note behind it. */
  private row: (K | V)[] | undefined;
  private table: Map<K, V> | undefined;

  get(part: K): V | undefined {
    const row = this.row;
    if (row === undefined) return undefined;
    if (this.table === undefined && row.length <= 2 * FEW) {
      const at = row.lastIndexOf(part);
      return at < 0 ? undefined : (row[at + 1] as V);
    }
    this.table ??= new Map(this);
    return this.table.get(part);
  }

  set(part: K, note: V): void {
    if (this.row === undefined) this.row = [part, note];
    else this.row.push(part, note);
    this.table?.set(part, note);
  }

  *values(): Iterable<V> {
    for (const [, note] of this) yield note;
  }

  *[Symbol.iterator](): Iterator<[K, V]> {
    const row = this.row ?? [];
    for (let i = 0; i < row.length; i += 2) yield [row[i] as K, row[i + 1] as V];
  }
}

/** What checking finds out about one expression: all that lowering needs besides the tree. */
export interface Typing {
  readonly types: Rows<Expr, Type>;
  readonly names: Rows<NameNode, Binding>;
  readonly calls: Notes<CallNode, Callee>;
  readonly loops: Notes<AggregateNode | CallNode, number>;
  /** Untyped values, with the type their place asks for. */
  readonly casts: Notes<Expr, Type>;
  /** Locals in use: parameters first, then the variables of comprehensions. */
  slots: number;
}

export const createTyping = (params = 0): Typing => ({
  types: new Rows(),
  names: new Rows(),
  calls: new Notes(),
  loops: new Notes(),
  casts: new Notes(),
  slots: params,
});

/** Blocks that others can name: each kind has a table of names of its own. */
export type NamedBlock = Extract<Block, { readonly name: NameNode }>;
export type NamedKind = NamedBlock['kind'];

/** A block to check, where its findings go, and the module it belongs to. */
export interface BlockSource<B extends Block = Block> {
  readonly block: B;
  readonly reporter: Reporter;
  readonly module: string;
}

/** What a block may name besides its scope. Every look-up is noted: see `check.ts`. */
export interface World {
  readonly index: CatalogIndex;
  formula(name: string): FormulaSignature | undefined;
  /** Has a block of this kind the name? */
  has(kind: NamedKind, name: string): boolean;
  /** The names of all blocks of a kind, in the order of the text: for "did you mean". */
  names(kind: NamedKind): readonly string[];
}

/** A world with a catalog and no blocks: what a single expression sees. */
export const worldWithoutBlocks = (index: CatalogIndex): World => ({
  index,
  formula: () => undefined,
  has: () => false,
  names: () => [],
});

/** What is known at a place: `present KEY`, `nonzero KEY` (see `flow.ts`). */
export interface Facts {
  has(fact: string): boolean;
}

/** Where an expression stands. Every part is immutable: going deeper makes a new context. */
export interface Context {
  readonly world: World;
  /** The type of a part: handed along, so that the rules need not know the whole checker. */
  readonly infer: (expr: Expr, context: Context, expected?: Type) => Type;
  readonly typing: Typing;
  readonly reporter: Reporter;
  readonly scope: Scope;
  readonly facts: Facts | undefined;
  /** Left of `??`: a missing value and a division by zero are answered there. */
  readonly answered: boolean;
  /** Must possible faults be guarded? Programs that judge faults themselves say no. */
  readonly demandGuards: boolean;
  /** In tests a record may be given in part. */
  readonly partialRecords: boolean;
  /** Names that are not declared are untyped values. */
  readonly dynamic: boolean;
}
