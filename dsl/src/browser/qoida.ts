/**
 * Doors for a page without a bundler: here what compiles and runs rules, in the files beside it what
 * a page seldom needs at its start. Together they have the names of the main door, as a test holds.
 */

export type * from '../index.ts';
export {
  ApiError,
  BLOCK_KEYS,
  bindsAtStart,
  blocksNamedIn,
  broughtBack,
  CODES,
  compileExpression,
  compileProgram,
  createDispatcher,
  decide,
  explainText,
  JSON_LOGIC_OPERATORS,
  keywordsOf,
  LANGUAGE_TAGS,
  LANGUAGE_VERSION,
  moduleNamedIn,
  pointsNamedIn,
  positionAt,
  QoidaError,
  QoidaFault,
  remediesText,
  renderDiagnostic,
  runTests,
  sourceText,
  stagesInWords,
  stillNeeded,
  stillNeededText,
  votesInWords,
} from '../index.ts';
