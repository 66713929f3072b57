import type { Expr, NameNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { type Type, UNKNOWN } from '../../types/type.ts';
import type {
  Binding,
  Context,
  FormulaSignature,
  InputBinding,
  LocalBinding,
  Scope,
  Typing,
  World,
} from '../context.ts';
import { createContext } from '../expression/check-expression.ts';

/** A figure of a KPI or a balance. Each is a unit of its own: who asks for one computes only that. */
export interface CheckedPart {
  readonly name: string;
  /** The name of its unit. */
  readonly unit: string;
  readonly value: Expr;
  readonly typing: Typing;
  readonly type: Type;
  /** Put together by the language, not written. */
  readonly derived: boolean;
}

/** What KPIs and balances are to those that call them, and the parts they are made of. */
export interface CheckedFigures {
  readonly signature: FormulaSignature;
  readonly parts: readonly CheckedPart[];
}

/** No formula has such a name: there are no backticks in names. */
const unitName = (block: string, part: string): string => `\`${block}\`.${part}`;

/** The parts of one block while it is checked; each sees those before it. */
export class Parts {
  readonly #block: NameNode;
  readonly #params: FormulaSignature['params'];
  readonly #scope: Map<string, Binding>;
  readonly #world: World;
  readonly #reporter: Reporter;
  readonly #ambiguous: ReadonlyMap<Binding, readonly string[]>;
  readonly #parts: CheckedPart[] = [];

  /** @param ambiguous fields that several records have, with the names of these records */
  constructor(
    block: NameNode,
    params: FormulaSignature['params'],
    scope: Scope,
    world: World,
    reporter: Reporter,
    ambiguous: ReadonlyMap<Binding, readonly string[]> = new Map(),
  ) {
    this.#block = block;
    this.#params = params;
    this.#scope = new Map(scope);
    this.#world = world;
    this.#reporter = reporter;
    this.#ambiguous = ambiguous;
  }

  get list(): readonly CheckedPart[] {
    return this.#parts;
  }

  /** All names as they are by now. */
  get scope(): Scope {
    return this.#scope;
  }

  /** Checks an expression. @param scope the names it sees: as they are by now */
  check<T>(
    judge: (context: Context) => T,
    scope: Scope = new Map(this.#scope),
  ): { readonly result: T; readonly typing: Typing } {
    const params = this.#params.length;
    const context = createContext({ world: this.#world, reporter: this.#reporter, scope, params });
    const result = judge(context);
    this.#reportAmbiguous(context.typing);
    return { result, typing: context.typing };
  }

  /** Checks a part and makes its name known. @param judge gives the part's type */
  add(
    name: string,
    value: Expr,
    judge: (context: Context) => Type,
    { derived = false, scope }: { readonly derived?: boolean; readonly scope?: Scope } = {},
  ): void {
    const { result: type, typing } = this.check(judge, scope);
    const unit = unitName(this.#block.name, name);
    this.#parts.push({ name, unit, value, typing, type, derived });
    this.declare(name, type);
  }

  /** Makes a name known before its part is, so that nothing else is found wrong with it. */
  declare(name: string, type: Type = UNKNOWN): void {
    const unit = unitName(this.#block.name, name);
    this.#scope.set(name, { kind: 'part', name, unit, params: this.#params, type });
  }

  /** The block as its callers see it. @param names the parts they see */
  signature(names: readonly string[]): FormulaSignature {
    const seen = names.flatMap((name) => this.#parts.filter((part) => part.name === name));
    return {
      name: this.#block.name,
      params: this.#params,
      result: {
        kind: 'record',
        name: undefined,
        fields: new Map(seen.map((part) => [part.name, part.type])),
      },
      parts: new Map(seen.map((part) => [part.name, part.unit])),
    };
  }

  #reportAmbiguous(typing: Typing): void {
    if (this.#ambiguous.size === 0) return;
    for (const [node, binding] of typing.names) {
      const owners = this.#ambiguous.get(binding);
      if (owners === undefined) continue;
      const records = owners.map((owner) => `\`${owner}\``).join(' and ');
      const example = `${owners[0]}.${node.name}`;
      this.#reporter.report('ambiguousName', node.span, { name: node.name, records, example });
    }
  }
}

/**
 * Records with their fields as names. A name of a record hides a field; a field that several have
 * is `ambiguous`.
 */
export function memberScope(roots: readonly (InputBinding | LocalBinding)[]): {
  readonly scope: Map<string, Binding>;
  readonly ambiguous: ReadonlyMap<Binding, readonly string[]>;
} {
  const scope = new Map<string, Binding>();
  const owners = new Map<string, string[]>();
  for (const of of roots) {
    const fields = of.type.kind === 'record' ? of.type.fields : new Map<string, Type>();
    for (const [name, type] of fields) {
      const known = owners.get(name) ?? [];
      owners.set(name, [...known, of.name]);
      scope.set(name, { kind: 'member', of, name, type: known.length === 0 ? type : UNKNOWN });
    }
  }
  for (const root of roots) scope.set(root.name, root);
  const ambiguous = new Map<Binding, readonly string[]>();
  for (const [name, binding] of scope) {
    const found = owners.get(name) ?? [];
    if (binding.kind === 'member' && found.length > 1) ambiguous.set(binding, found);
  }
  return { scope, ambiguous };
}
