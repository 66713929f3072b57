import assert from 'node:assert/strict';
import { definePlugin } from '@qoida/core';
import { configure } from '../../src/platform/configuration.ts';
import { clientOf, startTestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';
import { openHouse } from './registration-support.ts';
import { PASSWORD } from './support.ts';

const texnolog = { uz: 'Texnolog', ru: 'Технолог', en: 'Technologist' };
const plugin = definePlugin({ ...lamps, roles: { ...lamps.roles, texnolog } });
const start = (REGISTRATION_ROLE: string) =>
  configure({ REGISTRATION_ROLE, QOIDA_CONFIG: '/nowhere' }, [plugin]);

describe('a house where nobody registers', () => {
  it('S-OP-16 is every house that does not say otherwise', async () => {
    const house = await openHouse({});
    try {
      for (const body of [{ username: 'ali', full_name: 'Ali', password: PASSWORD }, {}, [1]]) {
        const refused = await house.ask('/auth/register', body);
        assert.deepEqual([refused.status, refused.reason], [403, 'registration_closed']);
        assert.match(refused.body.error.message, /ask an administrator/);
      }
      const { body } = await clientOf(house.plant.url, '').get('/auth/setup');
      assert.deepEqual(body, { needed: false, registration: 'closed' });
      assert.equal(await house.people('ali'), 0);
    } finally {
      await house.plant.stop();
    }
  });

  it('S-OP-16 is one without an administrator too: nobody takes the set-up link away', async () => {
    const plant = await startTestPlatform({
      plugins: [lamps],
      settings: { REGISTRATION_ROLE: 'operator' },
    });
    try {
      const stranger = clientOf(plant.url, '');
      const person = { username: 'ali', full_name: 'Ali', password: PASSWORD };
      const refused = await stranger.post('/auth/register', person);
      assert.equal(refused.body.error.reason, 'registration_closed');
      const before = await stranger.get('/auth/setup');
      assert.deepEqual(before.body, { needed: true, registration: 'closed' });
      await plant.as('admin');
      assert.equal((await stranger.get('/auth/setup')).body.registration, 'open');
      assert.equal((await stranger.post('/auth/register', person)).status, 201);
    } finally {
      await plant.stop();
    }
  });

  it('S-OP-16 a role that nobody gives himself, or that nobody knows, stops the start', async () => {
    for (const role of ['admin', 'integrator', 'texnolog'])
      await assert.rejects(
        start(role),
        /REGISTRATION_ROLE: .* manages people or flows.* Example: /,
      );
    await assert.rejects(start('king'), /there is no role "king"; it may be operator/);
    assert.equal((await start('operator')).settings.REGISTRATION_ROLE, 'operator');
    assert.equal((await start('')).settings.REGISTRATION_ROLE, null);
  });
});
