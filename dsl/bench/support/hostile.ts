/** So many parts in a row, each made from its number. */
const rows = (count: number, part: (i: number) => string, between = ''): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(between);

const GATE = 'gate g\n  on session.close\n  block when session.input_kg > 1 kg\n';
const APPROVAL = 'approval a\n  on session.close\n  steps ';
const formula = (body: string): string => `formula f(): number = ${body}`;

function randomText(length: number): string {
  let seed = 42;
  return rows(length, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return String.fromCharCode((seed >> 16) % 256);
  });
}

const circle = (length: number): string =>
  rows(length, (i) => `formula f${i}(x: kg): kg = f${(i + 1) % length}(x)`, '\n');

/**
 * Texts that would take long if anything took more than linear time, or go deep: a name, the text,
 * and the code it is told first.
 */
export const HOSTILE: readonly (readonly [string, () => string, string])[] = [
  // Brackets and prefixes of each kind.
  ['100 000 open brackets', () => formula('('.repeat(100_000)), 'Q1021'],
  ['20 000 open brackets', () => formula('('.repeat(20_000)), 'Q1006'],
  ['20 000 lists in lists', () => formula('['.repeat(20_000)), 'Q1006'],
  ['10 000 records in records', () => formula('{a: '.repeat(10_000)), 'Q1006'],
  ['20 000 calls in calls', () => formula(`${'sum('.repeat(20_000)}1`), 'Q1006'],
  ['40 000 times not', () => formula(`${'not '.repeat(40_000)}true`), 'Q1006'],
  ['40 000 signs', () => formula(`${'-'.repeat(40_000)}1`), 'Q1006'],
  ['8 000 times if', () => formula(`${'if true then 1 else '.repeat(8_000)}1`), 'Q1006'],
  ['20 000 operators', () => formula(`1${' + 1'.repeat(20_000)}`), 'Q1006'],
  ['20 000 values for what is missing', () => formula(`1${' ?? 1'.repeat(20_000)}`), 'Q1006'],
  ['20 000 fields', () => formula(`a${'.a'.repeat(20_000)}`), 'Q1006'],
  ['a list in a list', () => `formula f(a: ${'list of '.repeat(20_000)}text): number = 1`, 'Q1006'],
  ['a record in a record', () => `formula f(a: ${'{a: '.repeat(10_000)}text): number = 1`, 'Q1006'],
  ['a type in brackets', () => `formula f(a: ${'('.repeat(40_000)}text): number = 1`, 'Q1006'],
  ['votes in brackets', () => `${APPROVAL}${'('.repeat(40_000)}`, 'Q1006'],
  // Much of one thing.
  ['33 000 gates', () => rows(33_000, (i) => `gate g${i}\n  on session.close\n`), 'Q1021'],
  ['30 000 tests', () => rows(30_000, (i) => `test "t${i}"\n  expect true\n`), 'Q1021'],
  ['10 000 entities', () => rows(10_000, (i) => `entity e${i}\n  field a: kg\n`), 'Q1021'],
  ['100 000 blocks of junk', () => 'junk here\n'.repeat(100_000), 'Q1021'],
  ['10 000 blocks of junk', () => 'junk here\n'.repeat(10_000), 'Q1007'],
  ['100 000 lines of junk', () => formula(`\n${'  1 ?\n'.repeat(100_000)}`), 'Q1021'],
  ['20 000 lines of junk', () => formula(`\n${'  1 ?\n'.repeat(20_000)}`), 'Q1003'],
  ['100 000 clauses', () => `gate g\n${'  message "x"\n'.repeat(100_000)}`, 'Q1021'],
  ['20 000 clauses', () => `gate g\n${'  message "x"\n'.repeat(20_000)}`, 'Q1021'],
  ['60 000 points', () => `gate g\n  on ${rows(60_000, () => 'session.close', ', ')}\n`, 'Q1021'],
  ['12 000 points', () => `gate g\n  on ${rows(12_000, (i) => `p.x${i}`, ', ')}\n`, 'Q1014'],
  [
    '50 000 parameters',
    () => `formula f(${rows(50_000, (i) => `a${i}: kg`, ', ')}): kg = a1`,
    'Q1021',
  ],
  ['50 000 roles', () => `${APPROVAL}${rows(50_000, () => 'texnolog', ' and ')}`, 'Q1021'],
  ['20 000 roles', () => `${APPROVAL}${rows(20_000, () => 'texnolog', ' or ')}`, 'Q1021'],
  ['60 000 steps', () => `${APPROVAL}${rows(60_000, () => 'texnolog', ' then ')}`, 'Q1021'],
  [
    '30 000 records of a KPI',
    () =>
      `kpi k per session, ${rows(12_000, (i) => `p${i} in session.packages`, ', ')}\n  result a: kg? = input_kg\n`,
    'Q1021',
  ],
  [
    '900 states and moves',
    () =>
      `entity e\n  field a: kg\n  states ${rows(900, (i) => `a${i}`, ', ')}\n${rows(900, (i) => `  move m${i} from a${i} to a${i + 1}\n`)}`,
    'Q2011',
  ],
  [
    '20 000 states',
    () => `entity e\n  field a: kg\n  states ${rows(20_000, (i) => `a${i}`, ', ')}\n`,
    'Q5022',
  ],
  ['100 000 languages', () => 'language en\n'.repeat(100_000), 'Q1021'],
  ['10 000 languages', () => 'language en\n'.repeat(10_000), 'Q1011'],
  ['100 000 plugins', () => `requires ${rows(100_000, (i) => `a${i}`, ', ')}`, 'Q1021'],
  ['a circle of 2 000 formulas', () => circle(2_000), 'Q2009'],
  [
    '1 000 names nearly known',
    () => rows(1_000, (i) => `formula abcdefghijk${i}(): number = abcdefghijk${i}x()\n`),
    'Q2003',
  ],
  // Long words and texts.
  ['a megabyte of name', () => formula('x'.repeat(1_000_000)), 'Q1021'],
  ['a megabyte of digits', () => formula('1'.repeat(1_000_000)), 'Q1018'],
  ['a megabyte of exponent', () => formula(`1e${'9'.repeat(1_000_000)}`), 'Q1018'],
  ['a megabyte of marks', () => formula(`a${'\u0301\u0323'.repeat(500_000)}`), 'Q1021'],
  ['a megabyte of apostrophes', () => formula(`a${"'".repeat(1_000_000)}`), 'Q1021'],
  ['a product of 100 000 units', () => formula(`1 kg${'*m'.repeat(100_000)}`), 'Q1021'],
  ['a message of a megabyte', () => `${GATE}  message "${'x'.repeat(1_000_000)}" "`, 'Q1002'],
  ['100 000 braces', () => `${GATE}  message "${'{'.repeat(100_001)}"`, 'Q1012'],
  ['20 000 expressions in a text', () => `${GATE}  message "${'{a}'.repeat(20_000)}"`, 'Q1021'],
  ['a line of a megabyte', () => formula('a '.repeat(500_000)), 'Q1021'],
  // Characters.
  ['100 000 open texts', () => '"\n'.repeat(100_000), 'Q1002'],
  ['300 000 backslashes in texts', () => '"\\'.repeat(300_000), 'Q1002'],
  ['200 000 open backticks', () => '`'.repeat(200_000), 'Q1001'],
  ['100 000 control characters', () => '\u202e'.repeat(100_000), 'Q1005'],
  ['500 000 times nothing', () => '\0\n'.repeat(500_000), 'Q1005'],
  ['300 000 halves of characters', () => '\ud800 '.repeat(300_000), 'Q1001'],
  ['lines that end the old way', () => 'gate g\r'.repeat(20_000), 'Q1003'],
  ['BOMs and a sign', () => `${'\ufeff'.repeat(500_000)}@`, 'Q1001'],
  ['random bytes', () => randomText(500_000), 'Q1005'],
  // Patterns and times.
  [
    'a pattern of 30 000 words',
    () => formula(`matches("a", "${rows(30_000, (i) => `a${i}`, '|')}")`),
    'Q3019',
  ],
  ['a pattern nested 50 000 deep', () => formula(`matches("a", "${'('.repeat(50_000)}")`), 'Q3019'],
  [
    'a pattern of counts of counts',
    () => formula(`matches("a", "${'('.repeat(20)}a${'{1000})'.repeat(20)}")`),
    'Q3019',
  ],
  [
    'a cron of 300 000 fields',
    () => `schedule s\n  cron "${'* '.repeat(300_000)}"\n  do a()`,
    'Q2014',
  ],
];
