import type { AggregateIr, Ir, Unit, Units } from '../ir/ir.ts';
import { partsOf } from '../ir/ir.ts';

/**
 * An expression as what it stands for: formulas opened, names of parameters replaced by what they
 * are given. Two expressions that are the same have the same term, so what is known of one is
 * known of the other: for given facts a rule is a pure function.
 */
export interface Term {
  readonly id: number;
  /** `steps`: a number in whole steps; `element`: some element of a list; `opaque`: not opened. */
  readonly kind: Exclude<Ir['kind'], 'formula' | 'local'> | 'steps' | 'element' | 'opaque';
  /** The node it came from first. */
  readonly ir: Ir;
  readonly parts: readonly Term[];
  /** Of `steps`. */
  readonly step?: number;
  /** Of an aggregate: where its locals stand, to look at one element of it. */
  readonly scope?: Scope;
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

/** More terms are not made for one question: what is behind them is not opened. */
const MOST_TERMS = 4_000;

export class Terms {
  readonly #units: Units;
  readonly #known = new Map<string, Term>();
  #elements = 0;

  readonly #most: number;

  /** @param rules how many rules share the terms */
  constructor(units: Units, rules = 1) {
    this.#units = units;
    this.#most = MOST_TERMS + 100 * rules;
  }

  /** The terms of a unit's parameters: the same name is the same thing. */
  scopeOf(unit: Unit, params?: readonly string[]): Scope {
    return {
      locals: unit.params.map(({ name }, slot) => this.named(params?.[slot] ?? name, unit.body)),
    };
  }

  /** Something with a name of its own: a parameter. */
  named(name: string, ir: Ir): Term {
    return this.#make(`named ${name}`, { kind: 'element', ir, parts: [], path: name });
  }

  /** Some element of a list, of which nothing is known besides what is said of it. */
  element(list: Term): Term {
    this.#elements += 1;
    const path = list.path === undefined ? undefined : `${list.path}[]`;
    const key = `element ${list.id} ${this.#elements}`;
    return this.#make(key, { kind: 'element', ir: list.ir, parts: [], path });
  }

  /** A number in whole steps, as quantities that are kept in steps compare. */
  inSteps(term: Term, step: number): Term {
    const key = `steps ${term.id} ${step}`;
    return this.#make(key, { kind: 'steps', ir: term.ir, parts: [term], step, path: undefined });
  }

  /** A comparison of other terms, as one of the language's would be. */
  compare(like: Extract<Ir, { kind: 'compare' }>, left: Term, right: Term): Term {
    const mode = like.equality.mode === 'step' ? like.equality.step : like.equality.mode;
    const key = `compare ${like.op} ${mode} ${left.id} ${right.id}`;
    return this.#make(key, { kind: 'compare', ir: like, parts: [left, right], path: undefined });
  }

  of(ir: Ir, scope: Scope): Term {
    switch (ir.kind) {
      case 'local':
        return scope.locals[ir.slot] ?? this.named(`?${ir.slot} ${ir.name}`, ir);
      case 'input': {
        const other = scope.inputs?.get(ir.name);
        if (other !== undefined) return other;
        const moment = ir.name === 'settings' ? '' : (scope.moment ?? '');
        return this.#make(`input ${moment}${ir.name}`, {
          kind: 'input',
          ir,
          parts: [],
          path: ir.name,
        });
      }
      case 'const': {
        const key = `const ${typeof ir.value} ${Object.is(ir.value, -0) ? 0 : ir.value}`;
        return this.#make(key, { kind: 'const', ir, parts: [], path: undefined });
      }
      case 'field': {
        const target = this.of(ir.target, scope);
        const path = target.path === undefined ? undefined : `${target.path}.${ir.name}`;
        return this.#make(`field ${target.id} ${ir.name}`, {
          kind: 'field',
          ir,
          parts: [target],
          path,
        });
      }
      case 'formula':
        return this.#called(ir, scope);
      case 'aggregate':
        return this.#aggregate(ir, scope);
      case 'now':
      case 'today':
        return this.#make(`${ir.kind} ${scope.moment ?? ''}`, {
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
    const parts = partsOf(ir).map((part) => this.of(part, scope));
    const ids = parts.map(({ id }) => id);
    // Adding and multiplying doubles does not depend on the order of the two.
    if (ir.kind === 'add' || ir.kind === 'mul') ids.sort((a, b) => a - b);
    const key = `${ir.kind} ${signOf(ir)} ${ids.join(' ')}`;
    return this.#make(key, { kind: ir.kind, ir, parts, path: undefined });
  }

  #called(ir: Extract<Ir, { kind: 'formula' }>, scope: Scope): Term {
    const args = ir.args.map((arg) => this.of(arg, scope));
    const callee = this.#units.get(ir.name);
    if (callee === undefined || this.#known.size > this.#most) {
      const key = `formula ${ir.name} ${scope.moment ?? ''} ${args.map(({ id }) => id).join(' ')}`;
      return this.#make(key, { kind: 'opaque', ir, parts: [], path: undefined });
    }
    return this.of(callee.body, { ...scope, locals: args });
  }

  /** Equal aggregates over one list are one term, whatever their variables are called. */
  #aggregate(ir: AggregateIr, scope: Scope): Term {
    const list = this.of(ir.list, scope);
    const any = this.#make(`each ${list.id}`, {
      kind: 'element',
      ir: ir.list,
      parts: [],
      path: undefined,
    });
    const inside = within(scope, ir.slot, any);
    const parts = [ir.item, ir.where].map((part) => part && this.of(part, inside));
    const key = `${ir.name} ${list.id} ${parts.map((part) => part?.id ?? '-').join(' ')}`;
    return this.#make(key, {
      kind: 'aggregate',
      ir,
      parts: [list, ...parts.filter((part) => part !== undefined)],
      scope,
      path: undefined,
    });
  }

  #make(key: string, term: Omit<Term, 'id'>): Term {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = { ...term, id: this.#known.size };
    this.#known.set(key, made);
    return made;
  }
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
