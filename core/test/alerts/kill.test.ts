import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type TestClient, until } from '../../src/testing/index.ts';
import { bellsWith } from '../automations/bells.ts';
import { type KillableNode, startKillable } from '../automations/killable.ts';
import { type Plant, startPlant } from '../automations/plant.ts';
import { httpServer } from '../channels/servers.ts';

const BELLS = 30;
/** Long enough for all ropes to be pulled before the first silence is over. */
const SILENCE_S = 5;
const RULES = `module bells.watch

alert silent
  severity P2
  when no bell.pulled as p for ${SILENCE_S} s per p.bell
  notify integrator via webhook
  message "A bell is silent"
`;

const WATCHED = { CHANNELS_LOCAL: 'true', CHANNEL_RETRY_SEC: '1' };

describe('alerts and a platform that is killed', function () {
  this.timeout(180_000);
  let plant: Plant;
  let rules: string;
  let node: KillableNode | undefined;
  let hook: Awaited<ReturnType<typeof httpServer>>;
  before(async () => {
    hook = await httpServer(() => ({ status: 200, body: {} }));
    const any = pathToFileURL('/nowhere.qoida');
    plant = await startPlant({ plugins: [bellsWith(any)], begin: false });
    rules = join(plant.dataDir, 'watch.qoida');
    writeFileSync(rules, RULES);
  });
  after(async () => {
    await node?.kill();
    await plant.stop();
    await hook.stop();
  });

  async function begin(): Promise<TestClient> {
    node = await startKillable(plant, rules, WATCHED);
    return node.admin;
  }

  const count = async (text: string) =>
    Number((await plant.asOwner<{ count: number }>(text))[0]?.count);

  it('each silence is one alert, none early, and each message arrives under one id', async () => {
    const admin = await begin();
    const settings = { url: `${hook.url}/in`, secret: 'a-secret-of-sixteen' };
    assert.equal((await admin.put('/channels/webhook', { settings })).status, 200);
    for (let at = 0; at < BELLS; at += 1)
      assert.equal((await admin.post(`/bells/bell-${at}/pull`)).status, 201);
    const pending = 'select count(*) from alert_triggers where timer_at is not null';
    await until(async () => (await count(pending)) === BELLS, 'all silences to begin', 60_000);
    await node?.kill();

    // Killed again while they are raised and told.
    await begin();
    await until(async () => hook.posted.length >= BELLS / 10, 'the first messages', 60_000);
    await node?.kill();

    await begin();
    const left = `select (${pending}) + (select count(*) from alert_deliveries where status <> 'sent') as count`;
    await until(async () => (await count(left)) === 0, 'all to be told', 60_000);
    const alerts = await plant.asOwner<{ group_key: string; count: string; early: boolean }>(
      `select a.group_key, a.count, a.ts < e.occurred_at + interval '${SILENCE_S} seconds' as early
       from alerts a join outbox e on e.name = 'bell.pulled' and e.payload->>'bell' = a.group_key`,
    );
    assert.equal(alerts.length, BELLS);
    assert.deepEqual(
      alerts.filter((one) => Number(one.count) !== 1 || one.early),
      [],
    );
    const ids = new Set(hook.posted.map(({ headers }) => headers['x-qoida-delivery']));
    assert.equal(ids.size, BELLS);
    assert.equal(await count('select count(*) from alert_deliveries'), BELLS);
  });
});
