import type { Catalog } from '@qoida/dsl';
import { Refusal } from '../api/errors.ts';
import type { Locale } from '../api/locale.ts';
import type { RulesAccess } from '../api/operations.ts';
import { type BoundRules, createBoundRules } from './bound-rules.ts';
import { type CheckThread, createCheckThread } from './check-thread.ts';
import type { ModuleText, Snapshot } from './snapshot.ts';
import { compileSnapshot, faultsOf } from './snapshot.ts';

/** The compiled rules of every organisation; a decision takes one snapshot and keeps it. */
export interface RuleRuntime {
  readonly catalog: Catalog;
  /** Approvals of objects that a plugin asks for, as `record.approval`. */
  readonly waiting: ReadonlySet<string>;
  snapshot(organizationId: string): Snapshot;
  /**
   * Swaps the compiled rules in one step: decisions under way keep theirs, the next sees the new ones.
   * An earlier generation never replaces a later one.
   */
  swap(organizationId: string, snapshot: Snapshot): void;
  /** Told after each swap. */
  onSwap(listener: (organizationId: string) => void): void;
  compile(modules: readonly ModuleText[]): Snapshot;
  /** Rules that long-lived objects keep from their beginning. */
  readonly bound: BoundRules;
  /** Checks texts beside this thread. */
  readonly check: CheckThread['check'];
  /** What is wrong with each module when they are compiled together, a sentence each. */
  faultsOf(modules: readonly ModuleText[]): ReadonlyMap<string, readonly string[]>;
}

export function createRuleRuntime(
  catalog: Catalog,
  waiting: ReadonlySet<string> = new Set(),
): RuleRuntime {
  const current = new Map<string, Snapshot>();
  const listeners: ((organizationId: string) => void)[] = [];
  const empty = compileSnapshot([], catalog);
  const { check } = createCheckThread();
  return {
    catalog,
    waiting,
    check,
    bound: createBoundRules((modules) => compileSnapshot(modules, catalog)),
    snapshot: (organizationId) => current.get(organizationId) ?? empty,
    swap(organizationId, snapshot) {
      // A load that began before a publication may end after it: what is later stays in force.
      if (snapshot.generation < (current.get(organizationId)?.generation ?? 0)) return;
      current.set(organizationId, snapshot);
      for (const listener of listeners) listener(organizationId);
    },
    onSwap: (listener) => void listeners.push(listener),
    compile: (modules) => compileSnapshot(modules, catalog),
    faultsOf: (modules) => faultsOf(modules, catalog),
  };
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
  locale: Locale,
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
