import assert from 'node:assert/strict';
import { type CompiledSchedule, compileProgram } from '../../src/index.ts';
import { parseCron } from '../../src/values/cron.ts';
import { PLANT } from '../support/catalog.ts';
import { pick, randomOf } from '../support/random.ts';
import { DO, MINUTE } from './support.ts';

const DAY = 24 * 60;

function scheduleOf(timing: string, rest = ''): CompiledSchedule {
  const text = `schedule rule\n  ${timing}${DO}\n${rest}`;
  const program = compileProgram([{ name: 'rule.qoida', text }], PLANT);
  assert.deepEqual(program.diagnostics, []);
  const [schedule] = program.schedules;
  assert.ok(schedule);
  return schedule;
}
const iso = (dates: readonly Date[]): string[] =>
  dates.map((date) => date.toISOString().replace(':00.000Z', 'Z'));
const runs = (timing: string, zone: string, from: string, to: string, rest = ''): string[] =>
  iso(scheduleOf(timing, rest).runs(new Date(from), new Date(to), { zone }));

// --- the plain search ------------------------------------------------------------------------------

/** What a zone's clock shows in each minute of UTC, as minutes since 1970 of that clock. */
function clockOf(zone: string, from: number, minutes: number): number[] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const shown: number[] = [];
  let offset = 0;
  for (let i = 0; i < minutes; i += 1) {
    const utc = from + i;
    // No zone of today changes but on a half hour.
    if (utc % 30 === 0 || i === 0) {
      const parts = Object.fromEntries(
        format.formatToParts(utc * MINUTE).map(({ type, value }) => [type, Number(value)]),
      ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>;
      const { year, month, day, hour, minute } = parts;
      offset = Date.UTC(year, month - 1, day, hour, minute) / MINUTE - utc;
    }
    shown.push(utc + offset);
  }
  return shown;
}

/** Minute by minute: runs when the clock shows a wanted time first, or jumps over it. */
function search(shown: readonly number[], from: number, wanted: (local: number) => boolean) {
  const found: number[] = [];
  let furthest = (shown[0] ?? 0) - 1;
  for (const [i, local] of shown.entries()) {
    let isDue = false;
    for (let passed = furthest + 1; passed <= local; passed += 1) isDue ||= wanted(passed);
    furthest = Math.max(furthest, local);
    if (isDue) found.push((from + i) * MINUTE);
  }
  return found;
}

const dateOf = (local: number): Date => new Date(local * MINUTE);
const WEEK = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

type Case = readonly [timing: string, wanted: (local: number) => boolean];

function randomCase(random: () => number): Case {
  // Half of the times lie where clocks change.
  const minute = () =>
    random() < 0.5
      ? pick([0, 30, 90, 105, 119, 120, 150, 179, 180], random)
      : Math.floor(random() * DAY);
  const times = [...new Set([minute(), minute()])];
  const at = times.map(clock).join(', ');
  const isTime = (local: number) => times.includes(local % DAY);
  switch (Math.floor(random() * 5)) {
    case 0:
      return [`every day at ${at}`, isTime];
    case 1: {
      const days = [pick(WEEK, random), pick(WEEK, random)];
      const isDay = (local: number) => days.includes(WEEK[dateOf(local).getUTCDay()] ?? '');
      return [`every ${[...new Set(days)].join(', ')} at ${at}`, (l) => isTime(l) && isDay(l)];
    }
    case 2:
      return [
        `every workday at ${at}`,
        (l) => isTime(l) && ![0, 6].includes(dateOf(l).getUTCDay()),
      ];
    case 3: {
      const day = 1 + Math.floor(random() * 31);
      const isLast = (l: number) => dateOf(l + DAY).getUTCDate() === 1;
      return [
        `every month on ${day}, last at ${at}`,
        (l) => isTime(l) && (dateOf(l).getUTCDate() === day || isLast(l)),
      ];
    }
    default: {
      const [hour, weekday] = [Math.floor(random() * 24), Math.floor(random() * 7)];
      const day = 1 + Math.floor(random() * 28);
      const wanted = (l: number) => {
        const date = dateOf(l);
        const isDay = date.getUTCDate() === day || date.getUTCDay() === weekday;
        const isClock = date.getUTCMinutes() % 20 === 0 && [hour, 2].includes(date.getUTCHours());
        return isDay && isClock && date.getUTCMonth() !== 6;
      };
      return [`cron "*/20 2,${hour} ${day} 1-6,8-12 ${weekday}"`, wanted];
    }
  }
}

describe('schedules', () => {
  for (const zone of [
    'Asia/Tashkent',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
  ]) {
    it(`run as a search through every minute of two years finds them: ${zone}`, () => {
      const from = Date.UTC(2024, 8, 1) / MINUTE;
      const minutes = 2 * 366 * DAY;
      const shown = clockOf(zone, from, minutes);
      const random = randomOf(zone.length);
      for (let round = 0; round < 8; round += 1) {
        const [timing, wanted] = randomCase(random);
        const schedule = scheduleOf(timing);
        const begin = new Date(from * MINUTE);
        const found = schedule.runs(begin, new Date((from + minutes) * MINUTE), { zone });
        const expected = search(shown, from, wanted);
        assert.deepEqual(
          iso(found),
          iso(expected.map((ms) => new Date(ms))),
          `${timing} in ${zone}`,
        );
        // One by one it is the same.
        const ends = found
          .slice(0, 40)
          .map((_, i) => (i === 0 ? new Date(begin.getTime() - 1) : found[i - 1]));
        for (const [i, end] of ends.entries())
          assert.deepEqual(schedule.next(end as Date, { zone }), found[i]);
      }
    });
  }

  it('S-TST-11: on the day of a change a time that is skipped runs at the change, one shown twice once', () => {
    const berlin = (day: string, to: string) =>
      runs('every day at 02:30', 'Europe/Berlin', day, to);
    assert.deepEqual(berlin('2025-03-30T00:00Z', '2025-03-31T00:00Z'), ['2025-03-30T01:00Z']);
    assert.deepEqual(berlin('2025-10-25T22:00Z', '2025-10-26T22:00Z'), ['2025-10-26T00:30Z']);
    const both = runs(
      'every day at 02:15, 02:45',
      'Europe/Berlin',
      '2025-03-29T23:00Z',
      '2025-03-30T22:00Z',
    );
    assert.deepEqual(both, ['2025-03-30T01:00Z']);
  });

  it('count intervals from midnight of the zone, in time that passes', () => {
    const tashkent = runs('every 7 h', 'Asia/Tashkent', '2025-08-27T19:00Z', '2025-08-28T19:01Z');
    assert.deepEqual(tashkent, [
      '2025-08-27T19:00Z',
      '2025-08-28T02:00Z',
      '2025-08-28T09:00Z',
      '2025-08-28T16:00Z',
      '2025-08-28T19:00Z',
    ]);
    // 25 hours, so 25 runs.
    const long = runs('every 1 h', 'Europe/Berlin', '2025-10-25T22:00Z', '2025-10-26T23:00Z');
    assert.equal(long.length, 25);
    const next = scheduleOf('every 10 s').next(new Date('2025-08-28T10:00:03Z'));
    assert.equal(next?.toISOString(), '2025-08-28T10:00:10.000Z');
  });

  it('keep holidays, and pass over what a month does not have', () => {
    const schedule = (how: string) => scheduleOf('every day at 08:00', `  holidays ${how}\n`);
    const options = { zone: 'UTC', holidays: ['2025-09-01'] };
    const [from, to] = [new Date('2025-08-31T00:00Z'), new Date('2025-09-03T00:00Z')];
    const days = (how: string) =>
      iso(schedule(how).runs(from, to, options)).map((d) => d.slice(5, 10));
    assert.deepEqual([days('skip'), days('only')], [['08-31', '09-02'], ['09-01']]);
    assert.equal(schedule('only').next(to, { zone: 'UTC' }), undefined);
    const thirty = runs(
      'every month on 31 at 00:00',
      'UTC',
      '2025-01-01T00:00Z',
      '2025-06-01T00:00Z',
    );
    assert.deepEqual(
      thirty.map((d) => d.slice(0, 10)),
      ['2025-01-31', '2025-03-31', '2025-05-31'],
    );
  });

  it('have their own zone, a policy for missed runs, a condition and actions', () => {
    const schedule = scheduleOf(
      'every day at 08:00',
      '  zone "Asia/Tokyo"\n  missed run once\n  if settings.vt_gate_hard\n',
    );
    assert.equal(
      schedule.next(new Date('2025-08-28T00:00Z'))?.toISOString(),
      '2025-08-28T23:00:00.000Z',
    );
    assert.equal(schedule.missed, 'run');
    const now = new Date();
    assert.equal(schedule.asks({ now, settings: { vt_gate_hard: true } }).holds, true);
    const undecided = schedule.asks({ now, settings: {} });
    assert.deepEqual([undecided.holds, undecided.conditions[0]?.fault?.code], [false, 'Q9001']);
    assert.deepEqual(schedule.actions({ now }), [
      [{ action: 'message.send', effect: 'external', target: undefined, args: { text: 'x' } }],
    ]);
  });
});

describe('cron', () => {
  const reasons: readonly (readonly [string, RegExp])[] = [
    ['', /0 fields/],
    ['* * * *', /4 fields/],
    ['0 * * * * *', /no seconds/],
    ['60 * * * *', /minute is 0 to 59/],
    ['* 24 * * *', /hour is 0 to 23/],
    ['* * 0 * *', /day of the month is 1 to 31/],
    ['* * * 13 *', /month is 1 to 12/],
    ['* * * * 8', /day of the week is 0 to 7/],
    ['*/0 * * * *', /no step/],
    ['*/x * * * *', /no step/],
    ['5-1 * * * *', /backwards/],
    ['a * * * *', /no minute/],
    ['1,,2 * * * *', /no minute/],
    ['* * L * *', /no day of the month/],
    ['0 0 30 2 *', /no such month has a day 30/],
  ];
  for (const [text, reason] of reasons) {
    it(`refuses "${text}"`, () => {
      const cron = parseCron(text);
      assert.match('reason' in cron ? cron.reason : '', reason);
    });
  }

  it('reads values, ranges, steps and names; 7 is Sunday', () => {
    const cron = parseCron('0-10/5,30 */12 1 jan,MAR fri-7');
    assert.deepEqual(cron, {
      minutes: [0, 5, 10, 30],
      hours: [0, 12],
      days: [1],
      months: [1, 3],
      weekdays: [0, 5, 6],
      either: true,
    });
  });

  it('finds the 29th of February on a Monday', () => {
    const rare = runs('cron "0 0 29 2 */1"', 'UTC', '2025-01-01T00:00Z', '2033-01-01T00:00Z');
    assert.deepEqual(rare, ['2028-02-29T00:00Z', '2032-02-29T00:00Z']);
  });
});

describe('the latest runs of a schedule', () => {
  const zone = 'Europe/Berlin';
  const [from, to] = [new Date('2020-01-01T00:00:00Z'), new Date('2026-11-21T10:00:00Z')];
  const latest = (timing: string, most: number, options: object = {}, rest = '') =>
    iso(scheduleOf(timing, rest).latest(from, to, most, { zone, ...options }));

  it('are those at the end, however many there were', () => {
    assert.deepEqual(latest('every 10 s', 2), [
      '2026-11-21T09:59:40.000Z',
      '2026-11-21T09:59:50.000Z',
    ]);
    assert.deepEqual(latest('every month on 29 at 00:30', 3), [
      '2026-08-28T22:30Z',
      '2026-09-28T22:30Z',
      '2026-10-28T23:30Z',
    ]);
    assert.deepEqual(latest('cron "30 2 29 2 *"', 5), ['2020-02-29T01:30Z', '2024-02-29T01:30Z']);
    const holidays = ['2021-05-09', '2023-05-09'];
    assert.deepEqual(latest('every day at 10:00', 9, { holidays }, '  holidays only\n'), [
      '2021-05-09T08:00Z',
      '2023-05-09T08:00Z',
    ]);
    assert.deepEqual(latest('every day at 10:00', 9, {}, '  holidays only\n'), []);
  });

  it('are the same as those at the end of all', () => {
    const random = randomOf(7);
    const timings = ['every 6 h', 'every day at 02:30', 'every monday, friday at 23:00, 23:30'];
    for (let round = 0; round < 60; round += 1) {
      const schedule = scheduleOf(pick(timings, random));
      const begin = Date.parse('2026-03-20T00:00:00Z') + Math.floor(random() * DAY) * 60_000;
      const end = begin + Math.floor(random() * 30 * DAY) * 60_000;
      const [a, b] = [new Date(begin), new Date(end)];
      const most = 1 + Math.floor(random() * 12);
      assert.deepEqual(
        iso(schedule.latest(a, b, most, { zone })),
        iso(schedule.runs(a, b, { zone }).slice(-most)),
      );
    }
  });
});
