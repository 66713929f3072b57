import assert from 'node:assert/strict';
import { dateIn, rangesOf, weeksOf } from '../src/domain/month.ts';

describe('a calendar of days', () => {
  it('has whole weeks from Monday on that hold all days', () => {
    const weeks = weeksOf('2026-11-21', 31);
    assert.equal(weeks[0]?.[0]?.date, '2026-11-16');
    assert.equal(weeks.at(-1)?.at(-1)?.date, '2026-12-27');
    assert.deepEqual(new Set(weeks.map(({ length }) => length)), new Set([7]));
    assert.equal(weeksOf('2026-06-01', 7).length, 1);
  });

  it('takes the date of the zone', () => {
    assert.equal(dateIn(new Date('2026-11-20T20:00:00Z'), 'Asia/Tashkent'), '2026-11-21');
  });

  it('puts days in a row under one name together, over the end of a year too', () => {
    const days = (name: string, ...dates: string[]) => dates.map((date) => ({ date, name }));
    assert.deepEqual(
      rangesOf([
        ...days('New Year', '2026-12-31', '2027-01-01', '2027-01-02'),
        ...days('Inventory', '2027-01-03'),
        ...days('Navruz', '2027-03-21', '2027-03-23'),
      ]).map(({ from, to, count }) => [from, to, count]),
      [
        ['2026-12-31', '2027-01-02', 3],
        ['2027-01-03', '2027-01-03', 1],
        ['2027-03-21', '2027-03-21', 1],
        ['2027-03-23', '2027-03-23', 1],
      ],
    );
    assert.deepEqual(rangesOf([]), []);
  });
});
