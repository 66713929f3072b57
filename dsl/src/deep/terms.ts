import type { AggregateIr, Ir, Unit, Units } from '../ir/ir.ts';
import { partsOf } from '../ir/ir.ts';

/**
 * An expression as what it stands for: formulas opened, names of parameters replaced by what they
 * are given. Two expressions that are the same have the same term, so what is known of one is
 * known of the other: for given facts a rule is a pure function.
 */
export interface Term {
  readonly id: number;
  /** The same in every program that has the term: what is put in order, is put in this one. */
  readonly hash: number;
  /** `steps`: a number in whole steps; `element`: some element of a list; `opaque`: not opened. */
  readonly kind: Exclude<Ir['kind'], 'formula' | 'local'> | 'steps' | 'element' | 'opaque';
  /** The node it came from first. */
  readonly ir: Ir;
  readonly parts: readonly Term[];
  /** Of `steps`. */
  readonly step: number | undefined;
  /** Of an aggregate: where its locals stand, to look at one element of it. */
  readonly scope: Scope | undefined;
  /** `session.input_kg`, where it is a path. */
  readonly path: string | undefined;
}

/** What the names of a unit stand for. */
export interface Scope {
  readonly locals: readonly (Term | undefined)[];
  /** Inputs that are something else here. */
  readonly inputs?: ReadonlyMap<string, Term>;
  /** Inputs are called by their names with this before: facts of another moment. */
  readonly moment?: string;
}

export const NOWHERE: Scope = { locals: [] };

/** So many pieces of one rule are looked at: formulas behind them are not opened. */
const MOST_PIECES = 10_000;

type Made = Omit<Term, 'id' | 'hash' | 'step' | 'scope'> & Partial<Pick<Term, 'step' | 'scope'>>;

export class Terms {
  readonly #units: Units;
  readonly #known = new Map<string, Term>();
  #elements = 0;
  #pieces = 0;

  constructor(units: Units) {
    this.#units = units;
  }

  /** The terms of a unit's parameters: the same name is the same thing. */
  scopeOf(unit: Unit, params?: readonly string[]): Scope {
    return {
      locals: unit.params.map(({ name }, slot) => this.named(params?.[slot] ?? name, unit.body)),
    };
  }

  /** Something with a name of its own: a parameter. */
  named(name: string, ir: Ir): Term {
    return this.#make(`named ${name}`, [], { kind: 'element', ir, parts: [], path: name });
  }

  /** Some element of a list, of which nothing is known besides what is said of it. */
  element(list: Term): Term {
    this.#elements += 1;
    const path = list.path === undefined ? undefined : `${list.path}[]`;
    const made: Made = { kind: 'element', ir: list.ir, parts: [], path };
    return this.#make('element', [list], made, this.#elements);
  }

  /** A number in whole steps, as quantities that are kept in steps compare. */
  inSteps(term: Term, step: number): Term {
    const parts = [term];
    const made: Made = { kind: 'steps', ir: term.ir, parts, step, path: undefined };
    return this.#make(`steps ${step}`, parts, made);
  }

  /** A comparison of other terms, as one of the language's would be. */
  compare(like: Extract<Ir, { kind: 'compare' }>, left: Term, right: Term): Term {
    const mode = like.equality.mode === 'step' ? like.equality.step : like.equality.mode;
    const parts = [left, right];
    const made: Made = { kind: 'compare', ir: like, parts, path: undefined };
    return this.#make(`compare ${like.op} ${mode}`, parts, made);
  }

  /** The term of a rule, or of a part of one. */
  of(ir: Ir, scope: Scope): Term {
    this.#pieces = 0;
    return this.#of(ir, scope);
  }

  #of(ir: Ir, scope: Scope): Term {
    this.#pieces += 1;
    switch (ir.kind) {
      case 'local':
        return scope.locals[ir.slot] ?? this.named(`?${ir.slot} ${ir.name}`, ir);
      case 'input': {
        const other = scope.inputs?.get(ir.name);
        if (other !== undefined) return other;
        const moment = ir.name === 'settings' ? '' : (scope.moment ?? '');
        return this.#make(`input ${moment}${ir.name}`, [], {
          kind: 'input',
          ir,
          parts: [],
          path: ir.name,
        });
      }
      case 'const': {
        const key = `const ${typeof ir.value} ${Object.is(ir.value, -0) ? 0 : ir.value}`;
        return this.#make(key, [], { kind: 'const', ir, parts: [], path: undefined });
      }
      case 'field': {
        const target = this.#of(ir.target, scope);
        const path = target.path === undefined ? undefined : `${target.path}.${ir.name}`;
        const parts = [target];
        return this.#make(`field ${ir.name}`, parts, { kind: 'field', ir, parts, path });
      }
      case 'formula':
        return this.#called(ir, scope);
      case 'aggregate':
        return this.#aggregate(ir, scope);
      case 'now':
      case 'today':
        return this.#make(`${ir.kind} ${scope.moment ?? ''}`, [], {
          kind: ir.kind,
          ir,
          parts: [],
          path: undefined,
        });
      default:
        return this.#plain(ir, scope);
    }
  }

  #plain(ir: Exclude<Ir, { kind: 'formula' | 'local' }>, scope: Scope): Term {
    const parts = partsOf(ir).map((part) => this.#of(part, scope));
    // Adding and multiplying doubles does not depend on the order of the two.
    if (ir.kind === 'add' || ir.kind === 'mul') parts.sort(inOrder);
    const made: Made = { kind: ir.kind, ir, parts, path: undefined };
    return this.#make(`${ir.kind} ${signOf(ir)}`, parts, made);
  }

  #called(ir: Extract<Ir, { kind: 'formula' }>, scope: Scope): Term {
    const args = ir.args.map((arg) => this.#of(arg, scope));
    const callee = this.#units.get(ir.name);
    if (callee === undefined || this.#pieces > MOST_PIECES) {
      const sign = `formula ${ir.name} ${scope.moment ?? ''}`;
      return this.#make(sign, args, { kind: 'opaque', ir, parts: [], path: undefined });
    }
    return this.#of(callee.body, { ...scope, locals: args });
  }

  /** Equal aggregates over one list are one term, whatever their variables are called. */
  #aggregate(ir: AggregateIr, scope: Scope): Term {
    const list = this.#of(ir.list, scope);
    const any = this.#make('each', [list], {
      kind: 'element',
      ir: ir.list,
      parts: [],
      path: undefined,
    });
    const inside = within(scope, ir.slot, any);
    const [item, where] = [ir.item, ir.where].map((part) => part && this.#of(part, inside));
    const parts = [list, item, where].filter((part) => part !== undefined);
    const sign = `${ir.name} ${item === undefined ? '' : 'of'} ${where === undefined ? '' : 'where'}`;
    return this.#make(sign, parts, { kind: 'aggregate', ir, parts, scope, path: undefined });
  }

  /**
   * @param sign tells terms of the same others apart
   * @param others what the term is made of, or about
   * @param number tells one from another of which all else is the same
   */
  #make(sign: string, others: readonly Term[], term: Made, number?: number): Term {
    let key = sign;
    for (const { id } of others) key += ` ${id}`;
    if (number !== undefined) key += ` #${number}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { kind, ir, parts, step, scope, path } = term;
    // One shape for all, as they are read most of all.
    const id = this.#known.size;
    const made: Term = { id, hash: hashOf(sign, others), kind, ir, parts, step, scope, path };
    this.#known.set(key, made);
    return made;
  }
}

/** The order of two terms: of what they are, and not of when they were made. */
export const inOrder = (a: Term, b: Term): number => a.hash - b.hash || a.id - b.id;

/** FNV-1a over what a term is made of. */
function hashOf(sign: string, others: readonly Term[]): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < sign.length; i += 1) hash = Math.imul(hash ^ sign.charCodeAt(i), 0x01000193);
  for (const other of others) hash = Math.imul((hash << 5) ^ (hash >>> 2) ^ other.hash, 0x01000193);
  return hash >>> 0;
}

/** The scope inside a comprehension. */
export function within(scope: Scope, slot: number, element: Term): Scope {
  const locals = [...scope.locals];
  locals[slot] = element;
  return { ...scope, locals };
}

/** What tells nodes of one kind with the same parts apart. */
function signOf(ir: Ir): string {
  switch (ir.kind) {
    case 'scale':
      return `${ir.mul}/${ir.div}`;
    case 'compare':
      return `${ir.op} ${ir.equality.mode === 'step' ? ir.equality.step : ir.equality.mode}`;
    case 'in':
      return String(ir.step);
    case 'call':
    case 'native':
      return ir.name;
    case 'round':
      return ir.how;
    case 'record':
      return ir.fields.map(({ name }) => name).join();
    case 'cast':
      return JSON.stringify(ir.border);
    default:
      return '';
  }
}
