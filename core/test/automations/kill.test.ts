import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type TestClient, until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type KillableNode, startKillable } from './killable.ts';
import { type Plant, startPlant } from './plant.ts';

/** 1,000 with QOIDA_KILL_TIMERS=1000, as a bench machine does it. */
const TIMERS = Number(process.env.QOIDA_KILL_TIMERS ?? 100);
/** Long enough for all ropes to be pulled before the first silence is over. */
const SILENCE_S = 4 + Math.ceil(TIMERS / 40);

const RULES = `module bells.night

automation silent
  when no bell.pulled as p for ${SILENCE_S} s per p.bell
  do bell.ring(bell: p.bell, word: "silence")
`;

describe(`${TIMERS} timers and a platform that is killed`, function () {
  this.timeout(300_000);
  let plant: Plant;
  let rules: string;
  let node: KillableNode | undefined;
  before(async () => {
    const any = pathToFileURL('/nowhere.qoida');
    plant = await startPlant({ plugins: [bellsWith(any)], begin: false });
    rules = join(plant.dataDir, 'night.qoida');
    writeFileSync(rules, RULES);
  });
  after(async () => {
    await node?.kill();
    await plant.stop();
  });

  async function begin(): Promise<TestClient> {
    node = await startKillable(plant, rules);
    return node.admin;
  }

  const count = async (text: string) =>
    Number((await plant.asOwner<{ count: number }>(text))[0]?.count);
  const rings = () => count('select count(*) from rings');
  const bells = Array.from({ length: TIMERS }, (_, at) => `bell-${at}`);

  it('all fire, none twice, none early', async () => {
    const admin = await begin();
    const lines = Array.from({ length: 4 }, (_, line) =>
      bells.filter((_bell, at) => at % 4 === line),
    );
    await Promise.all(
      lines.map(async (line) => {
        for (const bell of line)
          assert.equal((await admin.post(`/bells/${bell}/pull`)).status, 201);
      }),
    );
    const pending = `select count(*) from rule_states where timer_at is not null`;
    await until(async () => (await count(pending)) === TIMERS, 'all timers to be set', 60_000);
    assert.equal(await rings(), 0, 'the silence is too short for this machine');
    await node?.kill();

    // Killed again in the midst of firing.
    await begin();
    await until(async () => (await rings()) >= TIMERS / 10, 'the first to fire', 120_000);
    await node?.kill();

    await begin();
    const left = `select (select count(*) from rule_states where timer_at is not null)
      + (select count(*) from rule_actions where status not in ('done')) as count`;
    await until(async () => (await count(left)) === 0, 'all to have fired', 120_000);
    const fired = await plant.asOwner<{ bell: string; rings: string; early: boolean }>(
      `select r.bell, count(*) as rings,
         bool_or(r.rung_at < e.occurred_at + interval '${SILENCE_S} seconds') as early
       from rings r join outbox e on e.name = 'bell.pulled' and e.payload->>'bell' = r.bell
       group by r.bell`,
    );
    assert.equal(fired.length, TIMERS);
    assert.deepEqual(
      fired.filter((bell) => Number(bell.rings) !== 1 || bell.early),
      [],
    );
    assert.equal(await count(`select count(*) from rule_runs where status = 'done'`), TIMERS);
  });
});
