import type { CheckedEntity } from '../check/blocks/entities.ts';
import type { CheckedFormula } from '../check/blocks/formulas.ts';
import type { CheckedExpr } from '../check/blocks/triggers.ts';
import type { CheckedProgram } from '../check/check.ts';
import type { NamedBlock } from '../check/context.ts';
import type { Unit, Units } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import { walk } from '../language/visit.ts';
import { Costs, type Told } from '../program/cost.ts';
import { aroundDefaults, settledDefault } from '../program/model/defaults.ts';
import { formulaUnit } from '../program/units-called.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import { type Diagnostic, moveDiagnostics } from '../source/diagnostic.ts';

/** The texts of a program that is being edited. */
export interface LiveTexts {
  source(file: string): string;
  /** Puts the spans of all blocks where they are by now. */
  settle(): void;
  /** Where a block begins by now: its spans may tell where it began before an edit. */
  startOf(block: NamedBlock, file: string): number;
}

/** What was wrong with the defaults of an entity, and where it began when that was found. */
interface Defaults {
  readonly at: number;
  readonly found: readonly Diagnostic[];
}

/**
 * What a program that has no other fault is refused for when it is compiled: rules that would not
 * come to an end in time, and defaults that can't be computed. After an edit it looks only into
 * blocks that are others by then.
 */
export class Beyond {
  readonly #costs = new Costs();
  readonly #formulas = new WeakMap<CheckedFormula, Unit>();
  readonly #defaults = new WeakMap<CheckedEntity, Defaults>();

  told(checked: CheckedProgram, texts: LiveTexts): readonly Diagnostic[] {
    const placed = ({ block, reporter }: Told, found: readonly Diagnostic[], at: number) =>
      found.length === 0 ? [] : moveDiagnostics(found, texts.startOf(block, reporter.file) - at);
    const units = this.#unitsOf(checked, texts);
    const defaults = checked.entities.flatMap((entity) => {
      const { at, found } = this.#defaultsOf(entity, units, texts);
      return placed(entity, found, at);
    });
    const costly = this.#costs
      .tooCostly(checked, units)
      .flatMap(({ of, diagnostic }) => placed(of, [diagnostic], of.block.span.start));
    return [...defaults, ...costly];
  }

  #defaultsOf(entity: CheckedEntity, units: () => Units, { source }: LiveTexts): Defaults {
    const initial = entity.fields.flatMap((field) => field.initial ?? []);
    // Only a host knows the functions of its plugins: it tells when it compiles.
    if (initial.length === 0 || calls(initial, 'function')) return NO_DEFAULTS;
    const known = this.#defaults.get(entity);
    if (known !== undefined && !calls(initial, 'formula')) return known;
    const { file } = entity.reporter;
    const reference = { units: units(), environment: aroundDefaults() };
    const found = initial.flatMap((each) => {
      const body = lower(each.expr, each.typing);
      const { slots } = each.typing;
      const unit = { name: entity.block.name.name, file, params: [], slots, body };
      const settled = settledDefault(evaluateUnit(unit, [], reference), body, file, each, source);
      return 'diagnostic' in settled ? [settled.diagnostic] : [];
    });
    const now = { at: entity.block.span.start, found };
    this.#defaults.set(entity, now);
    return now;
  }

  /** What expressions call, each made when it is first asked for. */
  #unitsOf({ formulas, kpis, balances }: CheckedProgram, texts: LiveTexts): () => Units {
    let made: Units | undefined;
    return () => {
      if (made !== undefined) return made;
      texts.settle();
      const makers = new Map<string, () => Unit | undefined>();
      for (const formula of formulas)
        makers.set(formula.signature.name, () => this.#unitOf(formula));
      for (const figures of [...kpis, ...balances])
        for (const name of [figures.signature.name, ...figures.parts.map((part) => part.unit)])
          makers.set(name, () => this.#costs.unitsOf(figures).get(name));
      made = {
        get: (name) => makers.get(name)?.(),
        *values() {
          for (const make of makers.values()) yield* [make()].filter((unit) => unit !== undefined);
        },
      };
      return made;
    };
  }

  #unitOf(formula: CheckedFormula): Unit {
    const unit = this.#formulas.get(formula) ?? formulaUnit(formula);
    this.#formulas.set(formula, unit);
    return unit;
  }
}

const NO_DEFAULTS: Defaults = { at: 0, found: [] };

/** Whether expressions call something of a kind. */
function calls(exprs: readonly CheckedExpr[], kind: 'function' | 'formula'): boolean {
  let found = false;
  for (const { expr, typing } of exprs)
    walk(expr, (part) => {
      if (part.kind === 'call' && typing.calls.get(part)?.kind === kind) found = true;
    });
  return found;
}
