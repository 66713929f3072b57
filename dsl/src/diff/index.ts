export type { ChangeEffect, ChangeKind, LoosenedGuard, RuleChange } from './change.ts';
export { loosenedBy } from './change.ts';
export { type ChangedText, type DiffOptions, diffModules, diffRules } from './modules.ts';
export { changeText } from './words.ts';
