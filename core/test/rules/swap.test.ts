import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import { publishAll } from '../../src/rules/authoring.ts';
import { ruleModule } from '../../src/rules/records.ts';
import { until } from '../../src/testing/index.ts';
import { type Rules, startRules } from './support.ts';
import { actorOf } from './trays.ts';

/** Two modules of which exactly one refuses: both or none would be half of each state. */
const module = (name: string, refuses: boolean) => `language en
module trays.${name}
requires trays

gate gate_${name}
  on tray.fill
  block when input.add_kg ${refuses ? '>=' : '<'} 0 kg
  message "${name}"
  release never
`;
const STATES = [
  [module('one', true), module('two', false)],
  [module('one', false), module('two', true)],
] as const;
const ROUNDS = Number(process.env.QOIDA_ROUNDS ?? 8);

describe('a publication on two nodes under load', function () {
  this.timeout(120_000);
  let rules: Rules;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(...STATES[0]);
  });
  afterEach(() => rules.stop());

  it('no decision sees half of each: it is made by one rule set, and comes out so again', async () => {
    const second = await rules.secondNode();
    const { id } = await rules.makeTray('T-1');
    const nodes = [rules, second];
    let publishing = true;
    const seen = new Map<string, number>();
    const work = async (node: Pick<Rules, 'run'>): Promise<void> => {
      while (publishing) {
        const refusal = await node.run('tray.fill', { tray_id: id, add_kg: 1 }).then(
          () => undefined,
          (error: unknown) => error,
        );
        assert.ok(refusal instanceof Refusal, `filled by no rule: ${String(refusal)}`);
        const gates = (refusal.details.gates as { gate: string }[] | undefined) ?? [];
        const told = gates.length > 0 ? gates.map(({ gate }) => gate).join(',') : refusal.reason;
        seen.set(told, (seen.get(told) ?? 0) + 1);
      }
    };
    const workers = nodes.flatMap((node) => [work(node), work(node), work(node)]);
    for (let round = 1; round <= ROUNDS; round++) {
      const state = STATES[round % 2] as (typeof STATES)[0];
      const publisher = nodes[round % 2] as Rules;
      await publisher.run('rules.publish_together', {
        note: `round ${round}`,
        accepts: ['gate_one', 'gate_two'],
        modules: state.map((text, i) => ({
          module: i === 0 ? 'trays.one' : 'trays.two',
          text,
          base_version: round,
        })),
      });
    }
    publishing = false;
    await Promise.all(workers);
    assert.deepEqual([...seen.keys()].sort(), ['gate_one', 'gate_two']);
    const rows = await rules.database.asOwner<{ failed: string[]; rules_hash: string }>(
      `select distinct failed, rules_hash from decisions where point = 'tray.fill'`,
    );
    assert.equal(rows.length, 2, JSON.stringify(rows));
    assert.equal(new Set(rows.map(({ rules_hash }) => rules_hash)).size, 2);
    const verified = await rules.run<{ checked: number; differing: unknown[] }>(
      'decisions.verify',
      { since: '2020-01-01T00:00:00Z', limit: 2000 },
      actorOf(rules.database.organizationId, 'integrator', 'integrator'),
    );
    assert.ok(verified.checked > ROUNDS);
    assert.deepEqual(verified.differing, []);
  });

  it('a load that began before a publication never replaces what it brought', async () => {
    const { organizationId } = rules.database;
    const before = rules.runtime.snapshot(organizationId);
    await rules.run('rules.publish', {
      module: 'trays.one',
      text: `${STATES[0][0]}\n# later\n`,
      base_version: 1,
      note: 'later',
    });
    const after = rules.runtime.snapshot(organizationId);
    rules.runtime.swap(organizationId, before);
    assert.equal(rules.runtime.snapshot(organizationId), after);
  });

  it('both nodes come to the same rules', async () => {
    const second = await rules.secondNode();
    const { organizationId } = rules.database;
    const entry = { module: 'trays.one', text: STATES[1][0], note: 'why', accepts: ['gate_one'] };
    await second.run('rules.publish', { ...entry, base_version: 1 });
    const { hash } = second.runtime.snapshot(organizationId);
    await until(() => rules.runtime.snapshot(organizationId).hash === hash, 'the other node');
  });

  it('a node that ended right after its commit has told the others by it', async () => {
    const second = await rules.secondNode();
    const { db, organizationId } = rules.database;
    const stands = rules.runtime.snapshot(organizationId).hash;
    // Published by a node that never comes to swap: only what its transaction says is left of it.
    const snapshot = await db.transaction(organizationId, async (tx) => {
      const module = await tx.of(ruleModule).get('trays.one', { lock: true });
      const entry = { module, text: STATES[1][0], baseVersion: 1, accepts: ['gate_one'] };
      const by = { note: 'why', author: 'gone', authorId: null };
      return (await publishAll(tx, rules.runtime, [{ ...entry, ...by }])).snapshot;
    });
    assert.notEqual(snapshot.hash, stands);
    for (const { runtime } of [rules, second])
      await until(() => runtime.snapshot(organizationId).hash === snapshot.hash, 'the nodes');
  });

  it('a node that heard nothing for a while looks what it has missed', async () => {
    const second = await rules.secondNode();
    const { organizationId } = rules.database;
    await rules.database.asOwner(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'qoida listen' and datname = current_database()`,
    );
    await rules.run('rules.publish', {
      module: 'trays.one',
      text: STATES[1][0],
      base_version: 1,
      note: 'why',
      accepts: ['gate_one'],
    });
    const { hash } = rules.runtime.snapshot(organizationId);
    await until(() => second.runtime.snapshot(organizationId).hash === hash, 'the other');
  });
});
