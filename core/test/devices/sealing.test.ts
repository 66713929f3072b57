import assert from 'node:assert/strict';
import { newSecret, rotated, seal, unseal, usableSecrets } from '../../src/devices/sealing.ts';

const DEVICE = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const NOW = new Date('2025-08-28T10:00:00Z');
const DAY = 86_400_000;

describe('secrets of devices', () => {
  it('F-SEC-03 are sealed: the stored text opens only for its device and under its server secret', () => {
    const secret = newSecret();
    const sealed = seal({ current: secret }, DEVICE, 'server');
    assert.ok(!sealed.includes(secret));
    assert.deepEqual(unseal(sealed, DEVICE, 'server'), { current: secret });
    assert.throws(() => unseal(sealed, OTHER, 'server'));
    assert.throws(() => unseal(sealed, DEVICE, 'another'));
    assert.throws(() => unseal(`${sealed.slice(0, -2)}AA`, DEVICE, 'server'));
    assert.throws(() => unseal(secret, DEVICE, 'server'), /not sealed/);
  });

  it('F-M15-07 the old secret stays good for exactly the overlap after a rotation', () => {
    const secrets = rotated({ current: 'old' }, NOW, DAY);
    const fits = unseal(seal(secrets, DEVICE, 'server'), DEVICE, 'server');
    assert.deepEqual(fits, secrets);
    assert.deepEqual(usableSecrets(fits, new Date(NOW.getTime() + DAY - 1)), [
      secrets.current,
      'old',
    ]);
    assert.deepEqual(usableSecrets(fits, new Date(NOW.getTime() + DAY)), [secrets.current]);
  });

  it('fit into secret_ref with both secrets of a rotation', () => {
    const secrets = rotated({ current: newSecret() }, NOW, DAY);
    assert.ok(seal(secrets, DEVICE, 'server').length <= 300);
  });
});
