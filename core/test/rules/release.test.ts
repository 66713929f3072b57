import assert from 'node:assert/strict';
import type { Actor } from '../../src/api/operations.ts';
import { type Rules, startRules } from './support.ts';
import { actorOf, CLOSE_MODULE, fillModule, tray } from './trays.ts';

describe('releasing a gate', () => {
  let rules: Rules;
  let operator: Actor;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    operator = actorOf(rules.database.organizationId, 'operator', 'operator');
  });
  afterEach(() => rules.stop());

  interface Gate {
    readonly id: string;
    readonly gate: string;
    readonly hits: number;
    readonly released_at: Date | null;
    readonly cause_gone: boolean;
    readonly message: string;
  }
  const gates = async (state = 'open') =>
    (await rules.run<{ items: Gate[] }>('gate.list', { state })).items;
  const refused = (operation: string, input: object) =>
    assert.rejects(rules.run(operation, input, operator), { status: 409 });
  const release = (gate: Gate | undefined, as?: Actor) =>
    rules.run('gate.release', { gate_id: gate?.id, note: 'looked at it' }, as);

  it('a refusal leaves one open row, counted up when it comes again', async () => {
    const { id } = await rules.makeTray('T-1', 8);
    await refused('tray.fill', { tray_id: id, add_kg: 5 });
    await refused('tray.fill', { tray_id: id, add_kg: 6 });
    const [gate, ...more] = await gates();
    assert.deepEqual(
      [gate?.gate, gate?.hits, gate?.message, more],
      ['too_heavy', 2, 'T-1 takes at most 10 kg', []],
    );
  });

  it('an id that is none finds nothing', async () => {
    assert.deepEqual(await rules.run('gate.list', { session_id: 'S-1' }), {
      items: [],
      page: 1,
      page_size: 50,
      total: 0,
    });
  });

  it('another object is another row', async () => {
    for (const code of ['T-1', 'T-2']) {
      const { id } = await rules.makeTray(code, 8);
      await refused('tray.fill', { tray_id: id, add_kg: 5 });
    }
    assert.equal((await gates()).length, 2);
  });

  it('only the roles that the gate names release it', async () => {
    const { id } = await rules.makeTray('T-1', 8);
    await refused('tray.fill', { tray_id: id, add_kg: 5 });
    const [gate] = await gates();
    await assert.rejects(release(gate, operator), {
      code: 'forbidden',
      reason: 'role_required',
      details: { roles: ['texnolog'] },
    });
    await release(gate);
    assert.deepEqual(await gates(), []);
    const [row] = await gates('released');
    assert.ok(row?.released_at instanceof Date);
    assert.equal(row.cause_gone, false);
  });

  it('a gate that is released by nobody is not released', async () => {
    const { id } = await rules.makeTray('FIRST');
    await refused('tray.close', { tray_id: id });
    const [gate] = await gates();
    await assert.rejects(release(gate), { reason: 'not_releasable' });
  });

  it('a gate that nobody releases is closed by the next call that passes it', async () => {
    const { id } = await rules.makeTray('FIRST', 8);
    await refused('tray.close', { tray_id: id });
    assert.deepEqual((await gates()).map(({ gate }) => gate).sort(), ['never_first', 'not_empty']);
    const { db, organizationId } = rules.database;
    await db.transaction(organizationId, (tx) => tx.of(tray).update(id, { code: 'SECOND' }));
    await refused('tray.close', { tray_id: id });
    assert.deepEqual(
      (await gates()).map(({ gate }) => gate),
      ['not_empty'],
    );
    const told = (await gates('all')).map(({ gate, cause_gone }) => [gate, cause_gone]);
    assert.deepEqual(told.sort(), [
      ['never_first', true],
      ['not_empty', false],
    ]);
  });

  it('"when clear": only after the cause is gone', async () => {
    const { id } = await rules.makeTray('T-1', 8);
    await refused('tray.close', { tray_id: id });
    const [gate] = await gates();
    await assert.rejects(release(gate), { reason: 'condition_still_true' });
    const { db, organizationId } = rules.database;
    await db.transaction(organizationId, (tx) => tx.of(tray).update(id, { load_kg: 0 }));
    await release(gate);
    assert.deepEqual(await gates(), []);
  });

  it('a gate is released once', async () => {
    const { id } = await rules.makeTray('T-1', 8);
    await refused('tray.fill', { tray_id: id, add_kg: 5 });
    const [gate] = await gates();
    await release(gate);
    await assert.rejects(release(gate), { reason: 'already_released' });
  });

  it('after a release a new hit is a new row', async () => {
    const { id } = await rules.makeTray('T-1', 8);
    await refused('tray.fill', { tray_id: id, add_kg: 5 });
    const [first] = await gates();
    await release(first);
    await refused('tray.fill', { tray_id: id, add_kg: 5 });
    const [second] = await gates();
    assert.notEqual(second?.id, first?.id);
    assert.equal(second?.hits, 1);
  });
});
