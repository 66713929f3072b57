import assert from 'node:assert/strict';
import { BURN } from './kilns.ts';
import { found, openWorks, type Works } from './works.ts';

const OWN = 'plant.limits';
const limits = (kg: number, more = '') => `language en
module ${OWN} bind at start
requires kilns

gate too_much
  on load.fire
  block when load.mass_kg > ${kg} kg
  message "{load.code} has {load.mass_kg}, at most ${kg} kg"
  release never
${more}`;

describe('rehearsal of rules that an object keeps from its beginning', () => {
  let works: Works;
  let version: number;
  /** Made before the period, and in it. */
  let old: string;
  let young: string;
  before(async () => {
    works = await openWorks();
    version = (await works.admin.post('/rules/modules', { name: OWN })).body.version;
    await publish(limits(400));
    old = await works.stack(300);
    await longAgo(old);
    young = await works.stack(300);
    for (const load of [old, young]) assert.equal((await works.fire(load)).status, 200);
  });
  after(() => works.plant.stop());

  async function publish(text: string): Promise<void> {
    const given = { text, base_version: version, note: 'so', accepts: ['too_much'] };
    const { status, body } = await works.admin.post(`/rules/modules/${OWN}/publish`, given);
    assert.equal(status, 200, JSON.stringify(body));
    version = body.version;
  }
  /** As if it had begun before the period. */
  const longAgo = (load: string) =>
    works.plant.asOwner(
      `update rule_bindings set created_at = now() - interval '3 hours' where object_id = $1`,
      [load],
    );
  const rehearse = (text: string, module = OWN) => works.rehearse(text, {}, undefined, module);

  it('a limit that binds at start concerns only what began in the period', async () => {
    const { id, result } = await rehearse(limits(200));
    assert.deepEqual(found(result.figures), { newly_blocked: 1 });
    const [item] = await works.items(id);
    assert.equal((await works.open(id, item.no)).decision.facts.load.id, young);
    // Also where the draft would bind no more: what began before had bound its own.
    const loose = await rehearse(limits(200).replace(' bind at start', ''));
    assert.deepEqual(found(loose.result.figures), { newly_blocked: 1 });
  });

  it('another module concerns both, and is explained beside the rules of their beginning', async () => {
    const text = BURN.replace('load.spoiled_kg > 10 kg', 'load.mass_kg > 250 kg');
    const { id, result } = await works.rehearse(text);
    assert.deepEqual(found(result.figures), { newly_blocked: 2 });
    const both = await Promise.all(
      (await works.items(id)).map(async ({ no }) => (await works.open(id, no)).decision),
    );
    assert.deepEqual(
      new Set(both.map(({ facts }: { facts: { load: { id: string } } }) => facts.load.id)),
      new Set([old, young]),
    );
  });

  it('an approval without a condition asks for what began in the period alone', async () => {
    for (const load of [old, young])
      assert.equal(
        (await works.admin.post(`/loads/${load}/correct`, { mass_kg: 299 })).status,
        200,
      );
    const more = '\napproval corrected\n  on load.correct\n  steps direktor\n';
    const { result } = await rehearse(limits(400, more));
    assert.deepEqual(found(result.figures), { newly_waits: 1 });
  });

  it('what was really published meanwhile comes out as it happened', async () => {
    const [kept, late] = [await works.stack(300), await works.stack(900)];
    await publish(limits(100));
    // It began with 400 kg and keeps them; what begins now has 100.
    assert.equal((await works.fire(kept)).status, 200);
    assert.equal((await works.fire(await works.stack(300))).status, 409);
    await longAgo(kept);
    await longAgo(late);
    assert.equal((await works.fire(late)).status, 409);
    const standing = await works.rehearse();
    // What began in the period, by the limit of before, would have been refused by that of now.
    assert.deepEqual(found(standing.result.figures), { newly_blocked: 1 });
    assert.deepEqual(found(standing.result.by_draft), {});
    const { id, result } = await rehearse(limits(1000));
    // Of those that began before, one was refused by the limit of its own beginning, and is again.
    assert.deepEqual(found(result.figures), { newly_allowed: 1 });
    const [item] = await works.items(id);
    const { decision } = await works.open(id, item.no);
    assert.match(JSON.stringify(decision.was), /at most 100 kg/);
  });

  it('where the rules of its beginning are lost, nobody can tell', async () => {
    await works.plant.asOwner(`update rule_bindings set rules_hash = 'gone' where object_id = $1`, [
      old,
    ]);
    const { result } = await rehearse(limits(1000));
    assert.deepEqual(
      result.undecidable.filter(({ reason }) => reason === 'rules_lost'),
      [{ of: 'load.fire', reason: 'rules_lost', names: ['rule_set_missing'], count: 1 }],
    );
  });
});
