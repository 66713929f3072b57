export { buildCatalog } from './catalog.ts';
export { ruleOperations, rulesPublished } from './operations.ts';
export { ruleRecords } from './records.ts';
export type { RuleRuntime } from './runtime.ts';
export { createRuleRuntime } from './runtime.ts';
export { publishedModules, readShipped, ShippedRulesError, syncShipped } from './store.ts';
