/**
 * Every diagnostic of the language: one table. Codes are stable: an entry may be reworded, but a
 * code is never given to another meaning. `{name}` in a template is filled by the reporter.
 *
 * Q1 text and syntax, Q2 names, Q3 types and units, Q4 missing values and faults,
 * Q5 blocks, Q6 what rules mean together (see `deep`), Q9 faults while a rule runs.
 */
export type Severity = 'error' | 'warning' | 'info';

export interface CodeEntry {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
}

const error = (code: string, message: string, help?: string): CodeEntry =>
  help === undefined
    ? { code, severity: 'error', message }
    : { code, severity: 'error', message, help };

const warning = (code: string, message: string, help?: string): CodeEntry => ({
  ...error(code, message, help),
  severity: 'warning',
});

const info = (code: string, message: string, help?: string): CodeEntry => ({
  ...error(code, message, help),
  severity: 'info',
});

export const CODES = {
  unexpectedCharacter: error('Q1001', 'unexpected character `{text}`'),
  unclosedText: error('Q1002', 'this text is not closed', 'end it with `"` on the same line'),
  syntax: error('Q1003', 'expected {expected}, found {found}'),
  impossibleDate: error('Q1004', '`{text}` does not exist in the calendar'),
  controlCharacter: error(
    'Q1005',
    'invisible control character {text}',
    'such characters can make a rule read differently from what it does; remove it',
  ),
  tooComplex: error(
    'Q1006',
    'this is nested or chained too deeply',
    'name parts of it with `formula` and use the names',
  ),
  unknownBlock: error('Q1007', 'unknown block `{name}`'),
  mixedChain: error(
    'Q1008',
    'a chain of comparisons runs in one direction',
    'join the comparisons with `and`',
  ),
  notNormalized: error('Q1009', '`{text}` is not in Unicode normal form C', 'type it again'),
  unknownLanguage: error('Q1010', 'unknown language `{name}`, known: {known}'),
  headerPlace: error('Q1011', '`{name}` stands once, before the first block'),
  badTemplate: error(
    'Q1012',
    'a `{` in a message needs an expression and a `}`',
    'write `{{` for a brace that is shown',
  ),
  unknownClause: error('Q1013', '`{block}` has no clause `{name}`'),
  missingClause: error('Q1014', '`{block}` needs a clause `{clause}`'),
  duplicateClause: error('Q1015', 'the clause `{clause}` stands twice'),
  fileTooLarge: error('Q1016', 'the file is larger than {limit} characters'),
  looseText: error(
    'Q1017',
    'a file is made of blocks, and a block begins with its word at column 1',
  ),
  badNumber: error('Q1018', '`{text}` is too large to be counted exactly'),
  tooManyErrors: error(
    'Q1019',
    'more than {limit} blocks have errors; the rest of the file is not read',
  ),
  mixedLanguages: error(
    'Q1020',
    '`{name}` is {theirs}, but this file is in {ours}',
    'the words of a file are of one language, the one it names in its header',
  ),
  tooMany: error('Q1021', 'more than {limit} {things}', '{cure}'),
  mixedLetters: warning(
    'Q1022',
    'character {place} of `{name}` is the {script} `{letter}`, among {among} letters',
    'it looks the same and makes another name: type it again',
  ),

  unknownName: error('Q2001', 'unknown name `{name}`'),
  unknownField: error('Q2002', '`{record}` has no field `{name}`'),
  unknownFunction: error('Q2003', 'unknown function or formula `{name}`'),
  unknownType: error('Q2004', 'unknown type or unit `{name}`'),
  duplicateName: error('Q2005', '`{name}` is already defined'),
  unknownPoint: error('Q2006', 'no loaded plugin has the point `{name}`'),
  unknownEach: error(
    'Q2007',
    'the point `{point}` has no list of `{name}`',
    '`each NAME` goes over a list fact called NAME, NAMEs or NAMEes',
  ),
  unknownRole: error('Q2008', 'unknown role `{name}`'),
  recursion: error('Q2009', '`{name}` uses itself: {path}', 'a rule must always come to an end'),
  unknownGate: error('Q2010', 'no gate `{name}`'),
  unknownEnumValue: error('Q2011', '`{name}` is not one of {values}'),
  absentPlugin: warning('Q2012', 'plugin `{name}` is not loaded, so this module is switched off'),
  unknownEvent: error('Q2013', 'no loaded plugin has the event `{name}`'),
  unknownAction: error('Q2014', 'no loaded plugin has the action `{name}`'),
  unknownParameter: error('Q2015', '`{action}` has no parameter `{name}`'),
  unknownChannel: error('Q2016', 'unknown channel `{name}`'),
  unknownAlert: error('Q2017', 'no alert `{name}`'),
  unknownApproval: error('Q2018', 'no approval `{name}`'),
  unknownRecord: error('Q2019', 'no loaded plugin has the record `{name}`'),
  ambiguousName: error(
    'Q2020',
    '`{name}` is a field of {records}',
    'write it with its record: `{example}`',
  ),
  lookAlike: warning(
    'Q2023',
    '`{name}` looks like another name that stands here',
    'letters of two scripts look the same: give one of them another name',
  ),
  reservedName: error(
    'Q2021',
    '`{name}` is what every {block} has of its own',
    'give this one another name',
  ),
  callsTooDeep: error(
    'Q2022',
    '`{name}` leads through more than {limit} formulas that call one another in a row',
    'reckon in fewer steps',
  ),

  wrongType: error('Q3001', 'expected {expected}, but this is {actual}'),
  unitMismatch: error('Q3002', '{left} and {right} do not go together{factor}'),
  notComparable: error('Q3003', '{left} and {right} cannot be compared'),
  argumentCount: error('Q3004', '`{name}` takes {expected}, given {actual}'),
  argumentType: error('Q3005', '`{name}` needs {expected} here, but this is {actual}'),
  resultType: error('Q3006', '`{name}` is declared as {expected}, but this is {actual}'),
  notARecord: error('Q3007', '{actual} has no fields'),
  notAList: error('Q3008', 'expected a list, but this is {actual}'),
  branchTypes: error('Q3009', 'the branches differ: {left} and {right}'),
  percentNumber: error(
    'Q3010',
    'a per cent and a plain number do not go together',
    '35% is the number 0.35: use `percent(x)`, or `p of x` for a share of x',
  ),
  dateInstant: error(
    'Q3011',
    'a date and an instant do not go together',
    '`at DATE` is the midnight a date begins with, `date_of(x)` the date of an instant',
  ),
  calendarUnit: error(
    'Q3012',
    '`{unit}` has no fixed length',
    'it can be added to a date or taken from it; `24 h` is a duration',
  ),
  temperature: error(
    'Q3013',
    'temperatures can be compared and subtracted, nothing else',
    'a difference is in `K` and can be added to a temperature; their mean is `avg`',
  ),
  notNumeric: error('Q3014', '`{op}` needs numbers or quantities, but this is {actual}'),
  percentOf: error('Q3015', 'left of `of` stands a per cent, but this is {actual}'),
  unitScale: error('Q3016', 'the factor of the unit `{unit}` cannot be held exactly'),
  unitAlone: error(
    'Q3017',
    '`{unit}` does not combine with other units',
    'a change of temperature is in `K`, a share is `p of x`',
  ),
  unitPart: error(
    'Q3018',
    '`{part}` in `{unit}` is no unit',
    'with spaces around `*` and `/` it is a name: `5 kg / {part}`',
  ),
  badPattern: error(
    'Q3019',
    'the pattern cannot be read: {reason}',
    'characters, `.`, classes such as `[a-z0-9]` and `\\d`, `( | )`, and `* + ? {n,m}` after them',
  ),
  shiftHours: error(
    'Q3020',
    'nothing says when shifts begin',
    'declare `settings.shift_day_start` and `settings.shift_night_start`, or give the times: `shift_of(x, 08:00, 20:00)`',
  ),
  timeOfDay: error(
    'Q3021',
    'a time of day can be compared, not calculated with',
    'a duration is added to an instant: `at DATE + 8 h`',
  ),
  dateDifference: error(
    'Q3022',
    'dates are not subtracted',
    '`days_between(a, b)` is the number of days from a to b',
  ),
  notAKey: error(
    'Q3023',
    'a key is one value, but this is {actual}',
    'name a field by which they are told apart, such as `e.device`',
  ),
  balanceUnits: error(
    'Q3024',
    '`{name}` is in {actual}, but `{first}` in {expected}: {factor} is missing',
    'all terms of a balance and its tolerance have one dimension',
  ),

  missingUnguarded: error(
    'Q4001',
    '`{text}` may be missing here',
    'ask `{text} is present and …` before, or give a value with `{text} ?? …`',
  ),
  divisionUnguarded: error(
    'Q4002',
    '`{text}` may be 0 here',
    'ask `if {text} > 0 …` before, or give a value with `… ?? …`',
  ),
  alwaysPresent: warning('Q4003', '`{text}` always has a value'),
  badStep: error('Q4004', 'the step must be a number greater than 0'),
  resultMissing: error(
    'Q4005',
    '`{name}` may be missing, but is declared as {type}',
    'with `?` after the type, what can’t be computed is listed as not computed',
  ),
  rowMissing: warning(
    'Q4006',
    '`{text}` may be missing: then there is no row',
    'what has no row is not listed at all',
  ),

  unknownTarget: error('Q5001', '`{name}` is not a record at the point `{point}`'),
  releasedNowhere: error(
    'Q5002',
    '`released` has a meaning only in `until` of a gate that pauses or holds',
  ),
  conflictingTests: error('Q5003', '`{what}` needs `when POINT`'),
  givenPath: error('Q5004', 'a `given` names a fact or a setting, such as `session.input_kg`'),
  tooCostly: error(
    'Q5005',
    '`{name}` may take {steps} steps, more than {limit}',
    'formulas that call one another twice, and lists inside lists, multiply: count once and use it',
  ),
  badDuration: error(
    'Q5006',
    'a duration is greater than 0 and in `s`, `min` or `h`',
    'a day of time is `24 h`',
  ),
  badCount: error('Q5007', 'here stands a whole number from {low} to {high}'),
  badCron: error(
    'Q5008',
    'the cron text cannot be read: {reason}',
    'five fields: minute, hour, day of the month, month, day of the week, such as "30 6 * * 1-5"',
  ),
  unknownZone: error(
    'Q5009',
    'unknown time zone `{name}`',
    'a zone is called after a city, such as "Asia/Tashkent"',
  ),
  unknownSeverity: error('Q5010', '`{name}` is no severity: P1, P2 or P3'),
  missingParameter: error('Q5011', '`{action}` needs `{name}`'),
  unchanging: error(
    'Q5012',
    'this reads nothing that can change, so nothing ever happens',
    'a condition reads facts, settings or the clock; events have triggers of their own',
  ),
  badInterval: error(
    'Q5013',
    'an interval is a whole number of seconds, at most 24 h',
    'intervals count from midnight; for days there is `every day at 08:00`',
  ),
  approvalPlace: error('Q5014', 'an approval stands `on` points or is `of` a record, not both'),
  duplicateRole: error(
    'Q5015',
    '`{name}` stands twice here',
    'in `steps`, two people of one role are `{name} and {name}`',
  ),
  tooManyWays: error(
    'Q5016',
    'this step can be taken in more than {limit} ways',
    '`N of (…)` says in one what many `or` say',
  ),
  grainWay: error(
    'Q5017',
    '{count} of {records} leads to `{name}`',
    'name the way: `{name} in {example}`',
  ),
  grainFirst: error(
    'Q5018',
    'the first record of a KPI stands for itself, without `in`',
    'a list is walked by a record after it: `per shift_report, operator in shift_report.operators`',
  ),
  notConstant: error(
    'Q5019',
    'a default is known beforehand, but this is not',
    'it reads no clock, no record and no function of a plugin; an instant says its zone: `2025-08-28T10:14Z`',
  ),
  tooFewStates: error('Q5020', 'there are at least two states, the first is where it begins'),
  moveNowhere: error('Q5021', '`{name}` leads from `{state}` to itself'),
  stateUnreached: warning(
    'Q5022',
    '`{name}` is never reached',
    'from `{first}` the moves lead to no more than these: {path}',
  ),
  stateTrap: warning('Q5023', 'no way leads from `{name}` to an end: {path}'),
  neverFirst: error(
    'Q5024',
    'there can never be a first `{name}`: it needs `{path}` before it',
    'with `?` after the type of a field, it may be missing',
  ),
  namedTwice: error('Q5025', '`{name}` stands twice here'),
  longDuration: error(
    'Q5027',
    'a duration is at most 100 years (876,600 h)',
    'what never ends needs no duration',
  ),
  sameTest: warning('Q5028', 'another test of this file is called `{name}`, too'),
  screenSource: error('Q5026', 'a screen shows one record or one operation, not both'),

  neverTrue: warning('Q6001', '`{text}` is never true', '{why}'),
  alwaysTrue: warning('Q6002', '`{text}` is always true', '{why}'),
  saidTwice: info('Q6003', '`{text}` adds nothing here', '{why}'),
  gateNever: warning('Q6004', 'this gate guards against nothing: `{text}` is never true', '{why}'),
  gateAlways: warning('Q6005', 'this gate lets nothing pass: `{text}` is always true', '{why}'),
  gatesContradict: warning(
    'Q6006',
    'nothing passes `{point}`: whatever the facts, {gates} refuses',
    'for example with {witness}',
  ),
  gateShadowed: warning(
    'Q6007',
    '`{name}` adds nothing at `{point}`: `{other}` refuses whenever it does',
    'both refuse with {witness}',
  ),
  automationCycle: warning(
    'Q6008',
    'these set one another off without end: {path}',
    'a run that comes back to its beginning is dropped, unless one of them says `allow repeat N`',
  ),
  actuatorFight: warning(
    'Q6009',
    '`{other}` moves {target} at the same time, and differently',
    'both act {witness}',
  ),
  stepNever: warning(
    'Q6010',
    '{what} is asked for only where that cannot be decided: `{text}` is never true',
    '{why}',
  ),
  voteNeedless: warning(
    'Q6011',
    '`{text}` is never needed: `{other}` is enough without it',
    'an `or` takes the first side that is complete',
  ),
  ownUnasked: warning(
    'Q6012',
    'no step asks `{name}`, so `own by` gives it nothing',
    '`own by` names a role of the steps that may decide what it asked for itself',
  ),
  divisorZero: info('Q6013', '`{text}` is 0 with {witness}'),
  rowNotComputed: info(
    'Q6014',
    '`{name}` is not computed with {witness}',
    'the row is then listed without it: {why}',
  ),
  rowsNever: warning('Q6015', 'no row ever counts: `{text}` is never true', '{why}'),
  releaseInVain: warning(
    'Q6016',
    'a release opens nothing: the next attempt is refused again, as long as `{text}` holds',
    'say how long a release lasts with `until …`, or that the cause goes first with `when clear`',
  ),
  releaseForever: warning('Q6017', 'a release never ends: `{text}` is never true', '{why}'),
  releaseOver: warning(
    'Q6018',
    'a release ends at once: `{text}` is true as long as nothing changes',
    'compare with `released`, the record as it was at the release',
  ),
  neverClear: warning(
    'Q6019',
    '`when clear` never comes: `{text}` is always true',
    'the gate cannot be released',
  ),
  neverFires: warning('Q6020', '`{name}` never fires: `{text}` is never true', '{why}'),
  firesOnce: warning('Q6021', '`{text}` is always true: it becomes so once at most', '{why}'),
  stepUnmet: warning(
    'Q6022',
    'nobody can take this step: {needed} different people are needed up to here, {given} can agree',
    'who holds the roles: {who}',
  ),
  stepUnmetOwn: info(
    'Q6023',
    'nobody can take this step when `{person}` asks for it',
    'who holds the roles: {who}; with `own by` a role may decide what it asked for itself',
  ),

  missingValue: error('Q9001', 'a value is missing: {text}'),
  divisionByZero: error('Q9002', 'division by zero: {text}'),
  outOfRange: error('Q9003', 'the result is out of range: {text}'),
  wrongData: error('Q9004', 'the data is not {expected}: {text}'),
  functionFailed: error('Q9005', 'the function gave no answer: {text}'),
} as const satisfies Record<string, CodeEntry>;

export type CodeName = keyof typeof CODES;
