import { atomsOf } from '../ir/atoms.ts';
import type { Ir, Unit, Units } from '../ir/ir.ts';
import type { Value } from '../values/border.ts';

export interface ConditionCoverage {
  /** In the words of the rule. */
  readonly text: string;
  readonly seenTrue: boolean;
  readonly seenFalse: boolean;
}

export interface RuleCoverage {
  readonly rule: string;
  readonly conditions: readonly ConditionCoverage[];
}

interface Seen {
  readonly text: string;
  isTrue: boolean;
  isFalse: boolean;
}

/** Counts, for every atomic condition, whether it came out true and false. */
export interface Coverage {
  watch(ir: Ir, value: Value): void;
  report(): readonly RuleCoverage[];
}

/** @param rules gates and formulas by name; @param source the text of a file */
export function createCoverage(
  rules: ReadonlyMap<string, readonly Unit[]>,
  units: Units,
  source: (file: string) => string,
): Coverage {
  const atoms = new Map<Ir, Seen>();
  const byRule = new Map<string, Seen[]>();
  const add = (rule: string, unit: Unit): void => {
    const own = byRule.get(rule) ?? [];
    byRule.set(rule, own);
    for (const ir of atomsOf(unit.body)) {
      const text = source(unit.file).slice(ir.span.start, ir.span.end).replace(/\s+/g, ' ');
      // A gate at several points has its condition once for each: they count together.
      const known = own.find((seen) => seen.text === text);
      const seen = known ?? { text, isTrue: false, isFalse: false };
      if (known === undefined) own.push(seen);
      atoms.set(ir, seen);
    }
  };
  for (const [name, points] of rules) for (const unit of points) add(name, unit);
  for (const unit of units.values()) add(unit.name, unit);
  return {
    watch(ir, value) {
      const seen = atoms.get(ir);
      if (seen === undefined) return;
      if (value === true) seen.isTrue = true;
      if (value === false) seen.isFalse = true;
    },
    report: () =>
      [...byRule]
        .filter(([, conditions]) => conditions.length > 0)
        .map(([rule, conditions]) => ({
          rule,
          conditions: conditions.map(({ text, isTrue, isFalse }) => ({
            text,
            seenTrue: isTrue,
            seenFalse: isFalse,
          })),
        })),
  };
}
