import assert from 'node:assert/strict';
import { hushOf, type SilenceRow } from '../../src/channels/silence.ts';

const ZONE = 'Asia/Tashkent';
const MAIL = { channel: 'email', user_id: 'u1', severity: 'P2', reason: 'opened' };
const NIGHT: SilenceRow = {
  id: 's1',
  created_at: new Date(0),
  channel: null,
  user_id: null,
  kind: 'weekly',
  mode: 'hold',
  from_at: null,
  to_at: null,
  days: [],
  from_time: '22:00',
  to_time: '07:00',
  p1_passes: true,
  reason: 'night',
  author: 'admin',
  ended_at: null,
};
/** A moment by the plant's clocks; 2026-11-20 is a Friday. */
const at = (day: string, time: string) => new Date(`${day}T${time}:00+05:00`);
const until = (rows: SilenceRow[], now: Date, message = MAIL) => {
  const hush = hushOf(message, rows, now, ZONE);
  return hush?.kind === 'hold' ? hush.until.toISOString() : hush?.kind;
};

describe('silences', () => {
  it('quiet hours last over midnight, by the clocks of the plant', () => {
    const morning = at('2026-11-21', '07:00').toISOString();
    assert.equal(until([NIGHT], at('2026-11-20', '21:59')), undefined);
    assert.equal(until([NIGHT], at('2026-11-20', '22:00')), morning);
    assert.equal(until([NIGHT], at('2026-11-21', '06:59')), morning);
    assert.equal(until([NIGHT], at('2026-11-21', '07:00')), undefined);
  });

  it('quiet hours end by the clocks of the plant also in a night in which these are set', () => {
    const ends = (now: string, zone: string) => {
      const hush = hushOf(MAIL, [NIGHT], new Date(now), zone);
      return hush?.kind === 'hold' ? hush.until.toISOString() : hush?.kind;
    };
    // In Berlin 02:00 becomes 03:00 on 29 March and 03:00 becomes 02:00 on 25 October.
    assert.equal(ends('2026-03-28T22:30:00Z', 'Europe/Berlin'), '2026-03-29T05:00:00.000Z');
    assert.equal(ends('2026-10-24T21:30:00Z', 'Europe/Berlin'), '2026-10-25T06:00:00.000Z');
    assert.equal(ends('2026-10-25T00:30:00Z', 'Europe/Berlin'), '2026-10-25T06:00:00.000Z');
  });

  it('what begins on a Friday lasts into Saturday and begins on no other day', () => {
    const friday: SilenceRow = { ...NIGHT, days: ['fri'] };
    assert.ok(until([friday], at('2026-11-20', '23:00')));
    assert.ok(until([friday], at('2026-11-21', '05:00')));
    assert.equal(until([friday], at('2026-11-21', '23:00')), undefined);
    assert.equal(until([friday], at('2026-11-20', '05:00')), undefined);
  });

  it('P1 passes where it says so, a test always', () => {
    const now = at('2026-11-20', '23:00');
    assert.equal(until([NIGHT], now, { ...MAIL, severity: 'P1' }), undefined);
    assert.ok(until([{ ...NIGHT, p1_passes: false }], now, { ...MAIL, severity: 'P1' }));
    assert.equal(until([NIGHT], now, { ...MAIL, reason: 'test' }), undefined);
  });

  it('is for a channel or a person where it names one; the screen is silent only when named', () => {
    const now = at('2026-11-20', '23:00');
    assert.equal(until([{ ...NIGHT, channel: 'telegram' }], now), undefined);
    assert.equal(until([{ ...NIGHT, user_id: 'u2' }], now), undefined);
    assert.ok(until([{ ...NIGHT, user_id: 'u1' }], now));
    assert.equal(until([NIGHT], now, { ...MAIL, channel: 'in_app' }), undefined);
    assert.ok(until([{ ...NIGHT, channel: 'in_app' }], now, { ...MAIL, channel: 'in_app' }));
  });

  it('leaving out goes before waiting, and of two waits the longer holds', () => {
    const now = at('2026-11-20', '23:00');
    const longer: SilenceRow = { ...NIGHT, id: 's2', to_time: '09:00' };
    assert.equal(until([NIGHT, longer], now), at('2026-11-21', '09:00').toISOString());
    assert.equal(until([NIGHT, { ...longer, mode: 'drop' }], now), 'drop');
    assert.equal(until([{ ...NIGHT, ended_at: now }], now), undefined);
  });
});
