import assert from 'node:assert/strict';
import type { Answer, TestClient } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

describe('gates of every mode over HTTP', () => {
  let yard: Yard;
  before(async () => {
    yard = await openYard();
  });
  after(() => yard.plant.stop());

  const stack = (crate: string) => yard.operator.post(`/crates/${crate}/stack`);
  const put = async (crate: string, place: string) =>
    expectStatus(await yard.operator.post(`/crates/${crate}/put`, { place }), 200);
  const weigh = async (crate: string, load_kg: number) =>
    expectStatus(await yard.operator.post(`/crates/${crate}/load`, { load_kg }), 200);
  const release = (as: TestClient, gate: string, note = 'looked at it') =>
    as.post(`/gates/${gate}/release`, { note });
  const gatesOf = (answer: Answer): { gate: string; gate_id: string; mode: string }[] =>
    answer.body.error.details.gates;
  const idOf = (answer: Answer, name: string): string => {
    const found = gatesOf(answer).find(({ gate }) => gate === name);
    assert.ok(found, `${name} refused`);
    return found.gate_id;
  };
  const log = async (crate: string) =>
    yard.plant.asOwner<{ gate: string; mode: string; hits: string; open: boolean }>(
      `select gate, mode, hits, released_at is null as open from gate_log
        where object_ref->>'crate' = $1 order by gate, created_at`,
      [crate],
    );

  it('block refuses, says what helps, and nothing is done (F-M13-02, F-M13-04)', async () => {
    const crate = await yard.newCrate(1500);
    const answer = await stack(crate);
    const body = expectStatus(answer, 409);
    assert.deepEqual([body.error.code, body.error.reason], ['gate_blocked', 'too_heavy']);
    const [gate] = body.error.details.gates;
    assert.match(gate.message, /weighs 1,?500 kg/);
    assert.deepEqual([gate.remedy, gate.release_roles], ['Take something out', ['texnolog']]);
    assert.ok(gate.would_pass.length > 0);
    assert.equal((await yard.crateOf(crate)).shipped, 0);
    await stack(crate);
    assert.deepEqual(
      (await log(crate)).map((row) => [row.gate, row.mode, Number(row.hits), row.open]),
      [['too_heavy', 'block', 2, true]],
    );
    const { items } = (await yard.texnolog.get('/gates?gate=too_heavy')).body;
    assert.ok(items.some((item: { id: string }) => item.id === gate.gate_id));
  });

  it('all that fail are reported together, also to who only asks (F-M13-06)', async () => {
    const crate = await yard.newCrate(1500);
    await put(crate, 'wet');
    const named = gatesOf(await stack(crate)).map(({ gate, mode }) => [gate, mode]);
    assert.deepEqual(named.sort(), [
      ['too_heavy', 'block'],
      ['wet', 'hold'],
    ]);
    const { body } = await yard.operator.post('/operations/crate.stack/check', { crate_id: crate });
    assert.equal(body.allowed, false);
    assert.deepEqual(body.refusals.map(({ gate }: { gate: string }) => gate).sort(), [
      'too_heavy',
      'wet',
    ]);
  });

  it('only the role releases, with a reason, once; it is kept and signed (F-API-101)', async () => {
    const crate = await yard.newCrate(1500);
    const gate = idOf(await stack(crate), 'too_heavy');
    assert.equal(reasonOf(await release(yard.chief, gate)), 'role_required');
    for (const note of [undefined, '', '  '])
      expectStatus(await yard.texnolog.post(`/gates/${gate}/release`, { note }), 422);
    const released = expectStatus(await release(yard.texnolog, gate, 'the beam holds it'), 200);
    assert.equal(released.note, 'the beam holds it');
    assert.equal(reasonOf(await release(yard.texnolog, gate)), 'already_released');
    const [audit] = await yard.plant.asOwner<{ role: string; sig_hash: string }>(
      `select role, sig_hash from audit_log where action = 'gate.release' and object_id = $1`,
      [gate],
    );
    assert.equal(audit?.role, 'texnolog');
    assert.match(audit?.sig_hash ?? '', /^[0-9a-f]{64}$/);
    // Without `until` the release is of this hit: the next call is judged anew.
    expectStatus(await stack(crate), 409);
    assert.deepEqual(
      (await log(crate)).map(({ open }) => open),
      [false, true],
    );
  });

  it('pause refuses and pauses; a release holds until its condition (F-GATE-01)', async () => {
    const crate = await yard.newCrate(700);
    const gate = idOf(await stack(crate), 'heavier_than_released');
    const paused = await yard.crateOf(crate);
    assert.deepEqual([paused.held, paused.shipped], [true, 0]);
    expectStatus(await release(yard.texnolog, gate), 200);
    expectStatus(await stack(crate), 200);
    await weigh(crate, 650);
    expectStatus(await stack(crate), 200);
    await weigh(crate, 800);
    const again = idOf(await stack(crate), 'heavier_than_released');
    assert.notEqual(again, gate);
    assert.equal((await yard.crateOf(crate)).shipped, 2);
  });

  it('pause after lets it through, then pauses, and says so', async () => {
    const crate = await yard.newCrate(100);
    await put(crate, 'edge');
    const body = expectStatus(await stack(crate), 200);
    assert.deepEqual(
      body.warnings.map(({ gate, mode }: { gate: string; mode: string }) => [gate, mode]),
      [['at_the_edge', 'pause']],
    );
    const row = await yard.crateOf(crate);
    assert.deepEqual([row.held, row.shipped], [true, 1]);
    assert.deepEqual(
      (await log(crate)).map(({ gate, open }) => [gate, open]),
      [['at_the_edge', true]],
    );
  });

  it('hold puts it on hold; "when clear" is released only after the cause is gone', async () => {
    const crate = await yard.newCrate(100);
    await put(crate, 'wet');
    const gate = idOf(await stack(crate), 'wet');
    assert.equal((await yard.crateOf(crate)).held, true);
    assert.equal(reasonOf(await release(yard.chief, gate)), 'condition_still_true');
    await put(crate, 'dry');
    expectStatus(await release(yard.chief, gate), 200);
    expectStatus(await stack(crate), 200);
  });

  it('warn only says so', async () => {
    const crate = await yard.newCrate(400);
    const body = expectStatus(await stack(crate), 200);
    assert.deepEqual(
      body.warnings.map(({ gate }: { gate: string }) => gate),
      ['nearly_heavy'],
    );
    assert.equal((await yard.crateOf(crate)).shipped, 1);
  });

  it('answers with its own code, and what nobody releases closes once the cause is gone', async () => {
    const crate = await yard.newCrate(100);
    await put(crate, 'lost');
    const answer = await stack(crate);
    assert.equal(expectStatus(answer, 404).error.code, 'not_found');
    const gate = idOf(answer, 'lost');
    assert.equal(reasonOf(await release(yard.texnolog, gate)), 'not_releasable');
    await put(crate, 'found');
    expectStatus(await stack(crate), 200);
    assert.deepEqual(
      (await log(crate)).map(({ open }) => open),
      [false],
    );
  });

  it('a decision is kept of each, with its facts and the rules’ hash', async () => {
    const crate = await yard.newCrate(1500);
    await stack(crate);
    const [row] = await yard.plant.asOwner<{
      verdict: string;
      failed: string[];
      rules_hash: string;
    }>(
      `select verdict, failed, rules_hash from decisions
        where point = 'crate.stack' and facts->'crate'->>'id' = $1`,
      [crate],
    );
    assert.deepEqual([row?.verdict, row?.failed], ['refused', ['too_heavy']]);
    assert.match(row?.rules_hash ?? '', /^[0-9a-f]{16,64}$/);
  });
});
