import assert from 'node:assert/strict';
import type { TestClient } from '../../src/testing/index.ts';
import { until } from '../../src/testing/index.ts';
import { BURN } from './kilns.ts';
import { found, MODULE, openWorks, type Works } from './works.ts';

const EFFECTS = `  steps sex_boshligi
  approved do load.note(load_id: load.id, note: "agreed") then load.correct(load_id: load.id, mass_kg: load.mass_kg - 1 kg)
  rejected do load.note(load_id: load.id, note: "refused")`;
const TEXT = BURN.replace('  steps sex_boshligi', EFFECTS);
const RULE = `${MODULE}.heavy`;

describe('rehearsal of what follows approvals', () => {
  let works: Works;
  let worker: TestClient;
  let chief: TestClient;
  before(async () => {
    works = await openWorks();
    const path = `/rules/modules/${MODULE}`;
    const { body } = await works.admin.get(path);
    const given = { text: TEXT, base_version: body.version, note: 'so', accepts: ['heavy'] };
    const published = await works.admin.post(`${path}/publish`, given);
    assert.equal(published.status, 200, JSON.stringify(published.body));
    worker = await works.plant.as('worker', { username: 'anvar' });
    chief = await works.plant.as('sex_boshligi');
    await decided(600, 'approve', 2);
    await decided(700, 'reject', 1);
    // One that waits, and one that is withdrawn: nothing follows.
    assert.equal((await works.fire(await works.stack(800), worker)).status, 202);
    const { approval } = await works.fire(await works.stack(900), worker);
    assert.equal((await worker.post(`/approvals/${approval}/withdraw`)).status, 200);
    await works.settled();
  });
  after(() => works.plant.stop());

  async function decided(kg: number, verdict: 'approve' | 'reject', follows: number) {
    const { approval } = await works.fire(await works.stack(kg), worker);
    const answer = await chief.post(`/approvals/${approval}/${verdict}`, { comment: 'so' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    await until(async () => {
      const { body } = await chief.get(`/approvals/${approval}`);
      const done = body.followed.filter(({ status }: { status: string }) => status === 'done');
      return done.length === follows ? body : null;
    }, 'what follows to be done');
  }

  it('what stands comes out as it happened', async () => {
    const { result } = await works.rehearse();
    assert.deepEqual(found(result.figures), {});
  });

  it('other actions after an agreement or a rejection are listed, and opened with both', async () => {
    const { id, result } = await works.rehearse(TEXT.replace('- 1 kg', '- 2 kg'));
    assert.deepEqual(found(result.figures), { acts_otherwise: 1 });
    const lines = result.by.filter(({ kind }) => kind === 'acts_otherwise');
    assert.deepEqual(lines, [
      { kind: 'acts_otherwise', of: RULE, gate: null, count: 1, by_draft: 1 },
    ]);
    const [item] = await works.items(id);
    const opened = await works.open(id, item.no);
    const masses = (actions: { args: { mass_kg?: number } }[]) =>
      actions.flatMap(({ args }) => args.mass_kg ?? []);
    assert.deepEqual(
      [masses(opened.detail.was), masses(opened.run.actions.flat()), opened.detail.outcome],
      [[599], [598], 'approved'],
    );
    const again = await works.rehearse(TEXT.replace('- 1 kg', '- 2 kg'));
    assert.equal(again.result.items.sha256, result.items.sha256);
    const rejected = await works.rehearse(TEXT.replace('"refused"', '"no"'));
    assert.deepEqual(found(rejected.result.figures), { acts_otherwise: 1 });
  });

  it('nothing follows where the draft does nothing, does not ask, or does not let it through', async () => {
    const silent = await works.rehearse(TEXT.replace(/\n {2}approved do .*/, ''));
    assert.deepEqual(found(silent.result.figures), { would_not_run: 1 });
    const light = await works.rehearse(TEXT.replace('> 500 kg', '> 650 kg'));
    assert.deepEqual(found(light.result.figures), { no_longer_waits: 1, would_not_run: 1 });
    const shut = TEXT.replace('load.spoiled_kg > 10 kg', 'load.mass_kg > 650 kg');
    assert.deepEqual(found((await works.rehearse(shut)).result.figures), {
      newly_blocked: 3,
      would_not_run: 1,
    });
  });

  it('of the same rule by another name both are told', async () => {
    const { result } = await works.rehearse(TEXT.replace('approval heavy', 'approval weighty'));
    assert.deepEqual(found(result.figures), { would_run: 2, would_not_run: 2 });
  });

  it('where people would newly have to agree, the entry says what would follow', async () => {
    await works.stack(300).then((load) => works.fire(load, worker));
    const { id, result } = await works.rehearse(TEXT.replace('> 500 kg', '> 200 kg'));
    assert.deepEqual(found(result.figures), { newly_waits: 1 });
    const [item] = await works.items(id);
    const { decision } = await works.open(id, item.no);
    const told = (actions: { action: string }[]) => actions.map(({ action }) => action);
    const { effects } = decision.approval.now;
    assert.deepEqual(
      [told(effects.approved), told(effects.rejected)],
      [['load.note', 'load.correct'], ['load.note']],
    );
  });
});
