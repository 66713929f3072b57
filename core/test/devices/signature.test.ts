import assert from 'node:assert/strict';
import { isSignedBy, signatureOf } from '../../src/devices/signature.ts';

const SECRET = 'dev-secret-001';
const BODY = Buffer.from(
  '{"events":[{"seq":104238,"ts_device":"2025-08-28T10:14:37Z","gross_kg":20.520,"stable":true}]}',
);
const PLAIN = '14834f3e964412f1069f0f6a497e1f0c1a6d2dc1ba50999e27e6c6b0d11ad6b0';
const TIMED = '729a4783abd95d87dcb71d31ec0d37398707b2bfa56f0421b77baa3d86db2b31';
const STAMP = '1756376077';
const AT = new Date(Number(STAMP) * 1000);
const after = (ms: number) => new Date(AT.getTime() + ms);

describe('signature of a device', () => {
  it('F-EX-05 gives the vector over the plain body', () => {
    assert.equal(BODY.length, 94);
    assert.equal(signatureOf(SECRET, BODY).toString('hex'), PLAIN);
  });

  it('F-EX-05 gives the vector over X-Timestamp and body', () => {
    assert.equal(signatureOf(SECRET, BODY, STAMP).toString('hex'), TIMED);
  });

  const signed = (
    signature: string | undefined,
    timestamp: string | undefined,
    now = AT,
    body = BODY,
  ) => isSignedBy([SECRET], { body, signature, timestamp }, now);

  it('F-OP-36 takes hexadecimal of either case, with or without sha256=', () => {
    for (const form of [PLAIN, PLAIN.toUpperCase(), `sha256=${PLAIN}`])
      assert.ok(signed(form, undefined), form);
  });

  it('F-OP-36 refuses another body, another length, other forms and none', () => {
    assert.ok(!signed(PLAIN, undefined, AT, Buffer.concat([BODY, Buffer.from(' ')])));
    for (const form of [
      undefined,
      '',
      PLAIN.slice(2),
      `${PLAIN}00`,
      `md5=${PLAIN}`,
      'zz'.repeat(32),
      TIMED,
    ]) {
      assert.ok(!signed(form, undefined), String(form));
    }
  });

  it('F-OP-36 takes a timestamp 300 s off and refuses 300.001 s', () => {
    for (const off of [300_000, -300_000]) assert.ok(signed(TIMED, STAMP, after(off)), String(off));
    for (const off of [300_001, -300_001])
      assert.ok(!signed(TIMED, STAMP, after(off)), String(off));
  });

  it('F-OP-36 signs the timestamp: it can be neither left out, changed nor added', () => {
    assert.ok(!signed(TIMED, undefined));
    assert.ok(!signed(TIMED, '1756376078'));
    assert.ok(!signed(PLAIN, STAMP));
    assert.ok(!signed(signatureOf(SECRET, BODY, 'now').toString('hex'), 'now'));
  });

  it('takes any of several good secrets', () => {
    const message = { body: BODY, signature: PLAIN, timestamp: undefined };
    assert.ok(isSignedBy(['other', SECRET], message, AT));
    assert.ok(!isSignedBy(['other'], message, AT));
  });
});
