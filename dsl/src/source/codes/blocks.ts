import { type CodeEntry, error, warning } from './entry.ts';

/** Blocks and what stands in them. */
export const BLOCK_CODES = {
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
} as const satisfies Record<string, CodeEntry>;
