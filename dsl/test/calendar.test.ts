import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addMonths,
  atMidnight,
  DAY_MS,
  dateOf,
  formatDate,
  formatTime,
  fromLocal,
  parseDate,
  parseInstant,
  parseTime,
  timeOf,
  weekdayOf,
  zoneOffset,
} from '../src/values/calendar.ts';
import { shiftAt } from '../src/values/shift.ts';

/** Zones that move their clocks in either half of the year, by half an hour, or not at all. */
const ZONES = [
  'Asia/Tashkent',
  'Europe/Moscow',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'UTC',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2040, 0, 1) });
const HOUR = 3_600_000;

/** What `Intl` says the clocks show, as ISO text without a zone. */
function shown(ms: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return format.format(ms).replace(' ', 'T');
}

const local = (ms: number, at: string): string =>
  `${formatDate(dateOf(ms, at))}T${new Date(timeOf(ms, at)).toISOString().slice(11, 19)}`;

describe('the calendar', () => {
  it('shows what the clocks of the zone show', () => {
    fc.assert(
      fc.property(instant, zone, (ms, at) => {
        assert.equal(local(ms, at), shown(ms, at));
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows the clocks right in the quarter of an hour in which they moved', () => {
    // Tashkent went from local mean time to zone time at 19:22:49 UTC.
    for (let second = 0; second < 60; second += 7) {
      const ms = Date.UTC(1924, 4, 1, 19, 22, second);
      assert.equal(local(ms, 'Asia/Tashkent'), shown(ms, 'Asia/Tashkent'));
    }
  });

  it('finds the instant of a local time', () => {
    fc.assert(
      fc.property(instant, zone, (ms, at) => {
        const wanted = ms + zoneOffset(ms, at);
        const found = fromLocal(wanted, at);
        assert.equal(found + zoneOffset(found, at), wanted, 'it shows the local time');
        assert.ok(found >= ms, 'of two it is the second');
        assert.ok(found - ms <= 2 * HOUR);
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers a local time in a gap with an instant behind it, one shown twice with the second', () => {
    const at = (text: string, where: string): string =>
      new Date(parseInstant(text, where) ?? NaN).toISOString();
    assert.equal(at('2025-03-30T02:30', 'Europe/Berlin'), '2025-03-30T01:30:00.000Z');
    assert.equal(at('2025-10-26T02:30', 'Europe/Berlin'), '2025-10-26T01:30:00.000Z');
    assert.equal(at('2025-03-09T02:30', 'America/New_York'), '2025-03-09T07:30:00.000Z');
    assert.equal(at('2025-11-02T01:30', 'America/New_York'), '2025-11-02T06:30:00.000Z');
    assert.equal(at('2025-10-05T02:15', 'Australia/Lord_Howe'), '2025-10-04T15:45:00.000Z');
    // Samoa had no 30 December 2011.
    assert.equal(at('2011-12-30T12:00', 'Pacific/Apia'), '2011-12-30T22:00:00.000Z');
  });

  it('begins every day at a midnight that is its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: 25_000 }), zone, (day, at) => {
        const midnight = atMidnight(day, at);
        // Where midnight is skipped, the day begins right behind the gap.
        const skipped = at === 'Pacific/Apia' && formatDate(day) === '2011-12-30';
        assert.ok(skipped || dateOf(midnight, at) === day);
        assert.ok(midnight < atMidnight(day + 1, at) || skipped);
      }),
      { numRuns: 2_000 },
    );
  });

  it('adds months without leaving the month', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.integer({ min: -600, max: 600 }),
        (day, months) => {
          const [from, to] = [new Date(day * DAY_MS), new Date(addMonths(day, months) * DAY_MS)];
          const count = (date: Date): number => date.getUTCFullYear() * 12 + date.getUTCMonth();
          assert.equal(count(to), count(from) + months);
          const next = new Date((addMonths(day, months) + 1) * DAY_MS);
          const last = next.getUTCDate() === 1;
          assert.ok(
            to.getUTCDate() === from.getUTCDate() || (last && to.getUTCDate() < from.getUTCDate()),
          );
        },
      ),
    );
  });

  it('reads what it writes, and nothing that does not exist', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
        assert.equal(parseDate(formatDate(day)), day);
        assert.equal(weekdayOf(day), (new Date(day * DAY_MS).getUTCDay() + 6) % 7);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: DAY_MS - 1 }), (ms) => {
        assert.equal(parseTime(formatTime(ms)), ms);
      }),
    );
    for (const text of [
      '2025-02-29',
      '2025-13-01',
      '2025-00-10',
      '0000-01-01',
      '2025-1-1',
      '12025-01-01',
    ])
      assert.equal(parseDate(text), undefined, text);
    for (const text of ['24:00', '12:60', '1:00', '12:00:60'])
      assert.equal(parseTime(text), undefined);
  });

  it('counts from the year 1', () => {
    assert.equal(dateOf(Date.parse('0050-06-15T12:00:00Z'), 'UTC'), parseDate('0050-06-15'));
    assert.equal(formatDate(dateOf(-62_135_596_800_000 + DAY_MS, 'UTC')), '0001-01-02');
  });
});

describe('shifts', () => {
  const clock = fc.integer({ min: 0, max: 47 }).map((half) => half * 1_800_000);

  it('hold their instant, and follow one another without a gap', () => {
    fc.assert(
      fc.property(instant, clock, clock, zone, (ms, day, night, at) => {
        const shift = shiftAt(ms, day, night, at);
        if (day === night) {
          assert.equal(shift, undefined);
          return;
        }
        assert.ok(shift !== undefined && shift.start <= ms && ms < shift.end);
        const next = shiftAt(shift.end, day, night, at);
        assert.equal(next?.start, shift.end);
        assert.deepEqual(shiftAt(shift.end - 1, day, night, at), shift);
        assert.equal(
          shift.start,
          fromLocal(shift.date * DAY_MS + (shift.kind === 'day' ? day : night), at),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('take turns', () => {
    fc.assert(
      fc.property(instant, clock, clock, (ms, day, night) => {
        const shift = shiftAt(ms, day, night, 'Asia/Tashkent');
        const next = shift && shiftAt(shift.end, day, night, 'Asia/Tashkent');
        assert.ok(day === night || shift?.kind !== next?.kind);
      }),
    );
  });
});
