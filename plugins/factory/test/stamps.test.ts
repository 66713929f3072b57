import assert from 'node:assert/strict';
import { qrText } from '../src/packaging/qr.ts';
import { ePechat, inspectorKey, stampFits } from '../src/quality/e-pechat.ts';
import { okByLength } from '../src/quality/split.ts';
import { vtRatio } from '../src/session/feed.ts';

const decision = {
  package_id: '22222222-2222-4222-8222-222222222222',
  decision: 'ok' as const,
  weight_kg: 20.52,
  inspector_id: '11111111-1111-4111-8111-111111111111',
};

describe('F-ALG-17 the electronic stamp', () => {
  const key = inspectorKey('qc-secret-001', decision.inspector_id);

  it('F-EX-05 the inspector’s key', () => {
    assert.equal(
      key.toString('hex'),
      '63c16915ab812e1c689f565d509ebfcb98dcbec3587b615f1e482fdae4164b86',
    );
  });

  it('F-EX-05 the stamp of a decision', () => {
    assert.equal(
      ePechat(key, decision),
      '0b7127346cb674126a1c899bbf443704a27d72b82ab416e48db8e119456641ac',
    );
  });

  it('F-UT-066 fits this decision and no other', () => {
    const stamp = ePechat(key, decision);
    assert.ok(stampFits(stamp.toUpperCase(), key, decision));
    assert.ok(!stampFits(stamp, key, { ...decision, decision: 'reject' }));
    assert.ok(!stampFits(stamp, key, { ...decision, weight_kg: 20.521 }));
    assert.ok(!stampFits('ab', key, decision));
  });
});

describe('figures of packages', () => {
  it('F-ALG-19 the code has the date and six digits', () => {
    assert.equal(qrText('2025-08-28', 123), 'FG-2025-08-28-000123');
  });

  it('F-EX-06 a package parted by its length', () => {
    assert.equal(okByLength(20_500, 120, 72), 12_300);
    assert.equal(20_500 - okByLength(20_500, 120, 72), 8200);
  });

  it('F-ALG-08 the VT ratio for the eye', () => {
    assert.equal(vtRatio(180, 600), 30);
    assert.equal(vtRatio(35.001, 100.001), 35.0006);
    assert.equal(vtRatio(0, 0), 0);
  });
});
