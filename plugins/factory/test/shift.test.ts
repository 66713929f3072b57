import assert from 'node:assert/strict';
import { localDate, shiftInstance } from '../src/session/shift.ts';

const plant = { zone: 'Asia/Tashkent', dayStart: '08:00', nightStart: '20:00', hours: 12 };

function check(
  at: string,
  shift: 'day' | 'night',
  date: string,
  start: string,
  settings = plant,
): void {
  const found = shiftInstance(new Date(at), shift, settings);
  assert.deepEqual([found.business_date, found.start.toISOString()], [date, start]);
}

describe('F-ALG-15 shift instances', () => {
  it('a day shift belongs to its date', () => {
    check('2025-08-28T05:14:37Z', 'day', '2025-08-28', '2025-08-28T03:00:00.000Z');
  });

  it('a session opened a little early belongs to the shift that is about to begin', () => {
    check('2025-08-28T02:40:00Z', 'day', '2025-08-28', '2025-08-28T03:00:00.000Z');
  });

  it('F-UT-141 after midnight it is still the night of the day before', () => {
    check('2025-08-31T21:00:00Z', 'night', '2025-08-31', '2025-08-31T15:00:00.000Z');
  });

  it('the nearest start counts, not the calendar day', () => {
    check('2025-08-28T20:00:00Z', 'day', '2025-08-29', '2025-08-29T03:00:00.000Z');
    check('2025-08-28T14:00:00Z', 'day', '2025-08-28', '2025-08-28T03:00:00.000Z');
  });

  it('follows clocks that change', () => {
    const berlin = { ...plant, zone: 'Europe/Berlin', dayStart: '02:30' };
    check('2025-10-26T03:00:00Z', 'day', '2025-10-26', '2025-10-26T01:30:00.000Z', berlin);
    check('2025-07-01T05:00:00Z', 'day', '2025-07-01', '2025-07-01T00:30:00.000Z', berlin);
  });

  it('ends after its hours', () => {
    const night = shiftInstance(new Date('2025-08-31T16:00:00Z'), 'night', plant);
    assert.equal(night.end.toISOString(), '2025-09-01T03:00:00.000Z');
  });

  it('F-ALG-19 the local date changes at local midnight', () => {
    assert.equal(localDate(new Date('2025-08-27T18:59:59Z'), plant.zone), '2025-08-27');
    assert.equal(localDate(new Date('2025-08-27T19:00:00Z'), plant.zone), '2025-08-28');
  });
});
