import assert from 'node:assert/strict';
import { type TestClient, until } from '../../src/testing/index.ts';
import { BURN } from './kilns.ts';
import { found, openWorks, type Works, without } from './works.ts';

describe('rehearsal of approvals', () => {
  let works: Works;
  let worker: TestClient;
  before(async () => {
    works = await openWorks();
    worker = await works.plant.as('worker', { username: 'anvar' });
    const chief = await works.plant.as('sex_boshligi');
    assert.equal((await works.fire(await works.stack(120), worker)).status, 200);
    assert.equal((await works.fire(await works.stack(300), worker)).status, 200);
    // One that is agreed to and runs, one that waits.
    const agreed = await works.fire(await works.stack(600), worker);
    assert.equal(agreed.status, 202);
    assert.equal((await chief.post(`/approvals/${agreed.approval}/approve`)).status, 200);
    await until(async () => {
      const { body } = await chief.get(`/approvals/${agreed.approval}`);
      return body.outcome === 'done' ? body : null;
    }, 'the approved operation');
    assert.equal((await works.fire(await works.stack(900), worker)).status, 202);
    // Refused by a gate before anybody is asked.
    assert.equal((await works.fire(await works.stack(700, 20), worker)).status, 409);
    await works.runs('note_big', 3);
  });
  after(() => works.plant.stop());

  it('what stands comes out as it happened', async () => {
    const { result } = await works.rehearse();
    assert.deepEqual(found(result.figures), {});
    assert.equal(result.asked.decisions, 6);
    const waiting = result.undecidable.filter(({ of }) => of === 'load.fire');
    assert.deepEqual(waiting, []);
  });

  it('operations that would newly wait, by person, and opened with who would have to agree', async () => {
    const { id, result, names } = await works.rehearse(BURN.replace('> 500 kg', '> 200 kg'));
    assert.deepEqual(found(result.figures), { newly_waits: 1 });
    assert.deepEqual(result.by, [
      { kind: 'newly_waits', of: 'load.fire', gate: 'heavy', count: 1, by_draft: 1 },
    ]);
    const [person] = result.by_person;
    assert.deepEqual([names[person?.person ?? ''], person?.count], ['anvar', 1]);
    const [item] = await works.items(id, `kind=newly_waits&person=${person?.person}`);
    assert.deepEqual(item.gates_now, ['heavy']);
    const { decision } = await works.open(id, item.no);
    assert.equal(decision.facts.load.mass_kg, 300);
    assert.equal(decision.approval.was, null);
    assert.deepEqual(decision.approval.now.steps, ['Chief']);
    assert.match(decision.approval.now.message, /Fire L-2 with 300/);
    assert.notEqual(decision.approval.now.explanation, null);
  });

  it('operations that would wait no longer', async () => {
    const more = await works.rehearse(BURN.replace('> 500 kg', '> 800 kg'));
    assert.deepEqual(found(more.result.figures), { no_longer_waits: 1 });
    const gone = await works.rehearse(without('heavy'));
    assert.deepEqual(found(gone.result.figures), { no_longer_waits: 2 });
    const [item] = await works.items(gone.id, 'kind=no_longer_waits');
    assert.deepEqual([item.gates_then, item.gates_now], [['heavy'], []]);
    const { decision } = await works.open(gone.id, item.no);
    assert.deepEqual(decision.approval.was.steps, ['Chief']);
    assert.equal(decision.approval.now, null);
  });

  it('operations that would wait for other people', async () => {
    const text = BURN.replace('steps sex_boshligi', 'steps sex_boshligi then direktor');
    const { id, result } = await works.rehearse(text);
    assert.deepEqual(found(result.figures), { waits_otherwise: 2 });
    const [item] = await works.items(id, 'kind=waits_otherwise');
    const { decision } = await works.open(id, item.no);
    assert.deepEqual(decision.approval.was.steps, ['Chief']);
    assert.deepEqual(decision.approval.now.steps, ['Chief', 'Director']);
  });

  it('what a gate would refuse does not wait, and is told once for a request and its run', async () => {
    const text = BURN.replace('load.spoiled_kg > 10 kg', 'load.mass_kg > 500 kg');
    const { result } = await works.rehearse(text);
    // Two requests; the one that ran had been asked for before. What was refused is refused all the same.
    assert.deepEqual(found(result.figures), { newly_blocked: 2 });
  });

  it('what a gate would let through waits where somebody has to agree', async () => {
    const { result } = await works.rehearse(without('spoiled'));
    assert.deepEqual(found(result.figures), { newly_waits: 1 });
  });

  it('a new approval without a condition is certain of operations that no rule knew', async () => {
    const more = '\napproval stacked\n  on load.create\n  steps direktor\n';
    const { id, result } = await works.rehearse(BURN + more);
    assert.deepEqual(found(result.figures), { newly_waits: 5 });
    const [item] = await works.items(id, 'kind=newly_waits');
    const { decision, approval } = await works.open(id, item.no);
    assert.equal(decision, undefined);
    assert.deepEqual(approval.now.steps, ['Director']);
  });

  it('a new approval with a condition is not guessed', async () => {
    const more =
      '\napproval stacked\n  on load.create\n  when input.mass_kg > 100 kg\n  steps direktor\n';
    const { result } = await works.rehearse(BURN + more);
    assert.deepEqual(found(result.figures), {});
    assert.deepEqual(
      result.undecidable.filter(({ of }) => of === 'load.create'),
      [{ of: 'load.create', reason: 'point_not_recorded', names: ['input.mass_kg'], count: 5 }],
    );
  });
});
