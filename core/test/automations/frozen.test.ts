import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type KillableNode, startKillable } from './killable.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = `module bells.frozen

automation answer
  when bell.pulled as p
  do bell.ring(bell: p.bell, word: "answer")

automation thirds
  when 3 times bell.pulled as p in last 1 h
  do bell.ring(bell: "all", word: "third")
`;

/** A frozen process keeps its connections and its locks; nobody else sees that it does nothing. */
describe('two nodes, one of them frozen and woken again', function () {
  this.timeout(240_000);
  let plant: Plant;
  let rules: string;
  const nodes: KillableNode[] = [];
  before(async () => {
    plant = await startPlant({
      plugins: [bellsWith(pathToFileURL('/nowhere.qoida'))],
      begin: false,
    });
    rules = join(plant.dataDir, 'frozen.qoida');
    writeFileSync(rules, RULES);
  });
  after(async () => {
    for (const node of nodes) await node.kill();
    await plant.stop();
  });

  async function begin(): Promise<KillableNode> {
    const node = await startKillable(plant, rules);
    nodes.push(node);
    return node;
  }

  const rings = async (word: string) =>
    Number(
      (
        await plant.asOwner<{ count: number }>('select count(*) from rings where word = $1', [word])
      )[0]?.count,
    );

  it('the other takes over, and what wakes up does nothing again (S-TST-03)', async () => {
    const first = await begin();
    const second = await begin();
    const pull = async (times: number) => {
      for (let n = 0; n < times; n += 1)
        assert.equal((await second.admin.post(`/bells/bell-${n}/pull`)).status, 201);
    };
    await pull(6);
    await until(async () => (await rings('answer')) === 6, 'the first node to act');
    // Frozen in the midst of its work.
    const pulling = pull(30);
    await until(async () => (await rings('answer')) > 8, 'it to be at work');
    first.process.kill('SIGSTOP');
    await pulling;
    await until(async () => (await rings('answer')) === 36, 'the other to take over', 150_000);
    await until(async () => (await rings('third')) === 12, 'all windows', 60_000);
    first.process.kill('SIGCONT');
    await pull(3);
    await until(async () => (await rings('third')) === 13, 'the next window');
    await until(async () => {
      const [row] = await plant.asOwner<{ left: number }>(
        `select (select count(*) from outbox where delivered_at is null)
           + (select count(*) from rule_actions where status <> 'done') as left`,
      );
      return Number(row?.left) === 0;
    }, 'nothing to be left');
    assert.deepEqual([await rings('answer'), await rings('third')], [39, 13]);
  });
});
