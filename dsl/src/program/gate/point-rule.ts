import type { Straight, UnitClosure } from '../../compile/js/compile.ts';
import type { Release } from '../../explain/changes.ts';
import type { Unit } from '../../ir/ir.ts';
import type { Border } from '../../values/border.ts';
import type { CompiledText } from '../message.ts';

/** A gate at a point, compiled. */
export interface PointRule {
  readonly point: string;
  readonly release: Release | 'never' | undefined;
  /** The fact that the gate pauses or holds. */
  readonly target: string | undefined;
  readonly each: { readonly fact: string; readonly border: Border } | undefined;
  readonly unit: Unit;
  readonly run: UnitClosure;
  /**
   * The condition over the facts: false lets them pass, true refuses them, undefined leaves it to
   * the closures. Generated once the gate has been asked a few times.
   */
  refuses: Straight;
  readonly until: { readonly unit: Unit; readonly run: UnitClosure } | undefined;
  readonly messages: readonly CompiledText[];
  readonly remedies: readonly CompiledText[];
  readonly figures: readonly {
    readonly name: string;
    readonly unit: Unit;
    readonly run: UnitClosure;
    readonly border: Border;
  }[];
}
