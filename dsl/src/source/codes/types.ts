import { type CodeEntry, error } from './entry.ts';

/** Types and units. */
export const TYPE_CODES = {
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
} as const satisfies Record<string, CodeEntry>;
