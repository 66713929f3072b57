/**
 * The Qoida language. A text goes through `language` (syntax tree), `check` (names, types, units,
 * guards), `ir` (typed tree) and `compile` (functions, JSON Logic); `explain` and `test-blocks`
 * work on the typed tree. Nothing here touches a file, a socket or a clock of its own.
 */

export type { Votes } from './check/blocks/votes.ts';
export type { JsonLogicRule } from './compile/json-logic/compile.ts';
export { JSON_LOGIC_OPERATORS } from './compile/json-logic/operators.ts';
export type { SqlConstant, SqlParameter } from './compile/sql/build.ts';
export type { SqlResult, SqlText } from './compile/sql/compile.ts';
export type {
  Bind,
  ColumnKind,
  SqlField,
  SqlGrain,
  SqlList,
  SqlSchema,
  SqlSource,
  SqlTable,
} from './compile/sql/schema.ts';
export type { SqlValue } from './compile/sql/values.ts';
export type { Holders } from './deep/people.ts';
export type {
  ChangeEffect,
  ChangeKind,
  DiffOptions,
  LoosenedGuard,
  RuleChange,
} from './diff/index.ts';
export { changeText, diffModules, diffRules, loosenedBy } from './diff/index.ts';
export type { Dispatcher, Listener } from './dispatch/dispatcher.ts';
export { createDispatcher } from './dispatch/dispatcher.ts';
export type { Change, Release } from './explain/changes.ts';
export type { ExplainNode } from './explain/explain.ts';
export type { Remedy, RemedyOptions } from './explain/remedies.ts';
export { remediesText } from './explain/remedies.ts';
export { explainText } from './explain/text.ts';
export type { WantedOptions } from './explain/wanted.ts';
export type { FormatOptions } from './format/index.ts';
export { format } from './format/index.ts';
export { fromJsonLogic, JsonLogicError } from './from-json-logic/index.ts';
export type { KeywordLists, LanguageTag } from './language/keywords.ts';
export { BLOCK_KEYS, keywordsOf, LANGUAGE_TAGS } from './language/keywords.ts';
export type {
  ApprovalStage,
  CompiledApproval,
  NeededApproval,
} from './program/approval/approval.ts';
export type {
  ApprovalRequest,
  ApprovalState,
  Decision,
  Refusal,
} from './program/approval/decide.ts';
export { decide } from './program/approval/decide.ts';
export type { StepNeeded, StillNeeded } from './program/approval/still-needed.ts';
export { stillNeeded } from './program/approval/still-needed.ts';
export { stagesInWords, stillNeededText, votesInWords } from './program/approval/votes-text.ts';
export type { CompiledCondition } from './program/condition.ts';
export { deepCheck, unmetSteps } from './program/deep-check.ts';
export type { DeepOptions } from './program/deep-findings.ts';
export type {
  CompiledExpression,
  ExpressionOptions,
  ExpressionRemedyOptions,
  Values,
} from './program/expression.ts';
export { compileExpression } from './program/expression.ts';
export type { BalanceTerm, CompiledBalance } from './program/figures/balance.ts';
export type { CompiledKpi, KpiAnswer } from './program/figures/kpi.ts';
export type { Period } from './program/figures/kpi-period.ts';
export type { KpiGrain, KpiRows } from './program/figures/kpi-rows.ts';
export type { KpiSqlOptions, KpiStatement } from './program/figures/kpi-sql.ts';
export type { ActionInfo, ActionPlan, PlannedAction } from './program/flow/action.ts';
export type { AlertFigure, CompiledAlert } from './program/flow/alert.ts';
export type { AlertInput, AlertResult, AlertState, Notice } from './program/flow/alert-state.ts';
export type { CompiledAutomation, Triggered } from './program/flow/automation.ts';
export type { Miss } from './program/flow/near-miss.ts';
export type { ConditionTrace, FlowContext } from './program/flow/rule.ts';
export type { CompiledSchedule, ScheduleOptions } from './program/flow/schedule.ts';
export type { TriggerInfo } from './program/flow/trigger.ts';
export {
  broughtBack,
  type Firing,
  type FlowEvent,
  type FlowInput,
  type StepContext,
  type StepResult,
  type Trace,
  type TriggerState,
} from './program/flow/trigger-state.ts';
export type { CompiledFormula } from './program/formula.ts';
export type {
  CompiledGate,
  Facts,
  GateEnvironment,
  GateMode,
  GateRelease,
} from './program/gate/gate.ts';
export type { GateFailure, GateResult } from './program/gate/result.ts';
export { LANGUAGE_VERSION } from './program/hash.ts';
export type {
  EntityDeclaration,
  EntityField,
  EntityMove,
  EntityState,
  MoveAnswer,
} from './program/model/entity.ts';
export type { ScreenButton, ScreenDeclaration, ScreenList } from './program/model/screen.ts';
export type { NamedBlock } from './program/points.ts';
export { bindsAtStart, blocksNamedIn, moduleNamedIn, pointsNamedIn } from './program/points.ts';
export type { Program, ProgramFile, ProgramOptions, ProgramTest } from './program/program.ts';
export { compileProgram } from './program/program.ts';
export type { Clock, FaultInfo, Outcome } from './program/runtime.ts';
export type { Names } from './program/texts.ts';
export type {
  CodeAction,
  Completion,
  CompletionKind,
  Hover,
  InlayHint,
  LanguageService,
  LanguageServiceOptions,
  Place,
  Renamed,
  SemanticToken,
  SignatureHelp,
  SymbolEntry,
  SymbolPart,
  TokenKind,
} from './service/index.ts';
export { createLanguageService } from './service/index.ts';
export type { ApiFault } from './source/api.ts';
export { ApiError } from './source/api.ts';
export type { CodeEntry, CodeName, Severity } from './source/codes.ts';
export { CODES } from './source/codes.ts';
export type { Diagnostic, Fix, Related } from './source/diagnostic.ts';
export { QoidaError } from './source/diagnostic.ts';
export { renderDiagnostic } from './source/render.ts';
export type { Position, SourceText, Span } from './source/text.ts';
export { positionAt, sourceText } from './source/text.ts';
export type { ConditionCoverage, RuleCoverage } from './test-blocks/coverage.ts';
export type { TestOptions, TestReport, TestResult } from './test-blocks/run-tests.ts';
export { runTests } from './test-blocks/run-tests.ts';
export type {
  Catalog,
  CatalogAction,
  CatalogEntry,
  CatalogEvent,
  CatalogField,
  CatalogFunction,
  CatalogPoint,
  CatalogRecord,
  Effect,
  Texts,
} from './types/catalog.ts';
export type { TypeText } from './types/type-text.ts';
export type { Natives } from './values/environment.ts';
export { QoidaFault } from './values/fault.ts';
