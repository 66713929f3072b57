import type { Catalog } from '@qoida/dsl';
import { Refusal } from '../api/errors.ts';
import type { RulesAccess } from '../api/operations.ts';
import type { ModuleText, Snapshot } from './snapshot.ts';
import { compileSnapshot, faultsOf } from './snapshot.ts';

/** The compiled rules of every organisation; a decision takes one snapshot and keeps it. */
export interface RuleRuntime {
  readonly catalog: Catalog;
  snapshot(organizationId: string): Snapshot;
  /** Swaps the compiled rules in one step: decisions under way keep theirs, the next sees the new ones. */
  swap(organizationId: string, snapshot: Snapshot): void;
  compile(modules: readonly ModuleText[]): Snapshot;
  /** What is wrong with one module beside the others, a sentence each. */
  faultsOf(modules: readonly ModuleText[], module: string): string[];
}

export function createRuleRuntime(catalog: Catalog): RuleRuntime {
  const current = new Map<string, Snapshot>();
  const empty = compileSnapshot([], catalog);
  return {
    catalog,
    snapshot: (organizationId) => current.get(organizationId) ?? empty,
    swap: (organizationId, snapshot) => void current.set(organizationId, snapshot),
    compile: (modules) => compileSnapshot(modules, catalog),
    faultsOf: (modules, module) => faultsOf(modules, module, catalog),
  };
}

/** Settings as the language reads them: `VT_GATE_HARD` is `settings.vt_gate_hard`. */
export function settingsForRules(
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key.toLowerCase(), value]),
  );
}

export interface EvaluationContext {
  readonly now: Date;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
}

/** Formulas of one snapshot for an operation's own code. */
export function rulesAccess(
  snapshot: Snapshot,
  env: EvaluationContext,
  locale: 'uz' | 'ru' | 'en',
): RulesAccess {
  const find = (name: string) => {
    const formula = snapshot.formulas.get(name);
    if (formula === undefined) {
      throw new Refusal('gate_blocked', 'rule_missing', `No published formula ${name}`, {
        formula: name,
      });
    }
    return formula;
  };
  return {
    compute<T>(name: string, values: Readonly<Record<string, unknown>>): T {
      const result = find(name).tryEvaluate(values, env);
      if ('fault' in result) {
        const { code, names } = result.fault;
        throw new Refusal(
          'gate_blocked',
          'rule_fault',
          `Formula ${name} has no value (${code}: ${names.join(', ')})`,
          {
            formula: name,
            fault: code,
            names,
          },
        );
      }
      return result.value as T;
    },
    explain: (name, values) => find(name).explain(values, env, locale),
  };
}
