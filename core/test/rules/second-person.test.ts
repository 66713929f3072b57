import assert from 'node:assert/strict';
import { startTestPlatform, type TestClient, type TestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

const PATH = '/rules/modules/lamps.lights';
const gate = (condition: string) => `
gate broken_stays_dark
  on lamp.switch
  block when ${condition}
  message "{lamp.code} is broken"
  release never
`;

describe('rules that a second person puts into force, over HTTP', function () {
  this.timeout(120_000);
  let plant: TestPlatform;
  let one: TestClient;
  let two: TestClient;
  before(async () => {
    plant = await startTestPlatform({
      plugins: [lamps],
      settings: { RULES_SECOND_PERSON: 'true' },
    });
    one = await plant.as('admin', { username: 'one', locale: 'ru' });
    two = await plant.as('admin', { username: 'two' });
  });
  after(() => plant.stop());

  it('G-POL-10 is proposed, told in the reader’s language, confirmed by another, compared and rolled back', async () => {
    const { body: module } = await one.get(PATH);
    const text = module.text + gate('lamp.broken');
    const entry = { text, base_version: module.version, note: 'a gate' };
    const proposed = await one.post(`${PATH}/publish`, entry);
    assert.deepEqual([proposed.status, proposed.body.pending_confirmation], [202, true]);
    const { items } = (await two.get('/rules/proposals')).body;
    assert.deepEqual(
      items.map((item: { module: string; note: string }) => [item.module, item.note]),
      [['lamps.lights', 'a gate']],
    );
    const { hash } = items[0];
    const own = await one.post(`${PATH}/proposal/confirm`, { hash });
    assert.deepEqual([own.status, own.body.error.reason], [403, 'own_proposal']);
    assert.match(own.body.error.message, /другой человек/);
    const other = await plant.as('integrator');
    assert.equal((await other.post(`${PATH}/proposal/confirm`, { hash })).status, 403);
    const confirmed = await two.post(`${PATH}/proposal/confirm`, { hash });
    assert.deepEqual([confirmed.status, confirmed.body.version], [200, 2]);

    const compared = await one.get(`${PATH}/compare?from=1&to=2`);
    assert.deepEqual(
      compared.body.changes.map((change: { text: string }) => change.text),
      ['новое: запрет broken_stays_dark'],
    );
    const back = { version: 1, base_version: 2, note: 'back' };
    const refused = await two.post(`${PATH}/rollback`, back);
    assert.deepEqual([refused.status, refused.body.error.reason], [409, 'guards_loosened']);
    const asked = await two.post(`${PATH}/rollback`, { ...back, accepts: ['broken_stays_dark'] });
    assert.equal(asked.status, 202);
    const [proposal] = (await one.get('/rules/proposals')).body.items;
    const done = await one.post(`${PATH}/proposal/confirm`, { hash: proposal.hash });
    assert.equal(done.body.version, 3);
    const [version] = (await one.get(`${PATH}/versions?page_size=1`)).body.items;
    assert.deepEqual([version.version, version.restored_from], [3, 1]);
    assert.deepEqual(version.loosened, [{ guard: 'broken_stays_dark', how: 'removed' }]);
  });

  it('a program can’t confirm, and bad input is told', async () => {
    const { body: module } = await one.get(PATH);
    const entry = { text: `${module.text}\n# more\n`, base_version: module.version, note: 'more' };
    const { body } = await one.post(`${PATH}/publish`, entry);
    const [{ hash }] = body.modules;
    assert.equal((await two.post(`${PATH}/proposal/confirm`, { hash: 'none' })).status, 422);
    const response = await fetch(`${plant.url}/api/v1${PATH}/proposal/confirm`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${plant.platform.localToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ hash }),
    });
    assert.equal(response.status, 403);
    const no = { hash, reason: 'not needed' };
    assert.equal((await one.post(`${PATH}/proposal/reject`, no)).body.state, 'withdrawn');
    assert.equal((await one.get(`${PATH}/compare?from=0`)).status, 422);
  });
});
