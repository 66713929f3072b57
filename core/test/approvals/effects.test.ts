import assert from 'node:assert/strict';
import { type Answer, until } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

type Body = Answer['body'];

describe('what follows once a request is decided: approved do, rejected do', () => {
  let yard: Yard;
  before(async () => {
    yard = await openYard();
  });
  after(() => yard.plant.stop());

  const see = async (approval: string): Promise<Body> =>
    (await yard.texnolog.get(`/approvals/${approval}`)).body;
  const told = (actions: Body[]) =>
    actions.map(({ action, status }: Body) => (status === undefined ? action : [action, status]));
  /** Waits until everything that follows has come to an end. */
  const followed = (approval: string, count: number, open: readonly string[] = []): Promise<Body> =>
    until(async () => {
      const body = await see(approval);
      const over = body.followed.filter(
        ({ status }: Body) =>
          !['ready', 'running', 'waiting'].includes(status) || open.includes(status),
      );
      return body.followed.length === count && over.length === count ? body : null;
    }, 'what follows to be done');

  it('is told before: to who only asks, to who waits and to who decides', async () => {
    const crate = await yard.newCrate(5);
    const { body } = await yard.operator.post('/operations/crate.lift/check', { crate_id: crate });
    assert.deepEqual(told(body.approval.effects.approved), ['crate.stack', 'crate.load']);
    assert.deepEqual(body.approval.effects.rejected[0].args, { crate_id: crate, load_kg: 9 });
    const approval = await yard.ask(crate, yard.operator, 'lift');
    const seen = (await yard.chief.get(`/approvals/${approval}`)).body;
    assert.deepEqual(told(seen.effects.approved), ['crate.stack', 'crate.load']);
    assert.deepEqual(seen.effects.approved[1].args, { crate_id: crate, load_kg: 6 });
    assert.deepEqual(seen.followed, []);
    expectStatus(await yard.operator.post(`/approvals/${approval}/withdraw`), 200);
    assert.deepEqual((await see(approval)).followed, []);
  });

  it('is done after the operation, in its order, once, under the rule’s own name (F-M12-07)', async () => {
    const crate = await yard.newCrate(5);
    const approval = await yard.ask(crate, yard.operator, 'lift');
    expectStatus(await yard.approve(yard.chief, approval), 200);
    assert.deepEqual((await see(approval)).followed, []);
    expectStatus(await yard.approve(yard.direktor, approval), 200);
    const body = await followed(approval, 2);
    assert.equal(body.outcome, 'done');
    assert.deepEqual(told(body.followed), [
      ['crate.stack', 'done'],
      ['crate.load', 'done'],
    ]);
    const { place, shipped, load_kg } = await yard.crateOf(crate);
    assert.deepEqual([place, shipped, load_kg], ['hook', 1, 6]);
    const audit = await yard.plant.asOwner<{ action: string; role: string }>(
      `select action, role from audit_log where object_id = $1 order by position`,
      [crate],
    );
    assert.deepEqual(
      audit.slice(-3).map(({ action, role }) => [action, role]),
      [
        ['crate.lift', 'operator'],
        ['crate.stack', 'approval:crates.lifting.lift'],
        ['crate.load', 'approval:crates.lifting.lift'],
      ],
    );
    const path = '/automations/runs?kind=approval&rule=crates.lifting.lift';
    const run = await until(async () => {
      const { body: runs } = await yard.texnolog.get(path);
      const found = runs.items.find(({ key }: Body) => key === approval);
      return found?.status === 'running' ? null : found;
    }, 'the run to end');
    assert.deepEqual([run.status, run.chain], ['done', ['crates.lifting.lift']]);
  });

  it('a rejection has its own; what expires or is refused after all has nothing that follows', async () => {
    const rejected = await yard.newCrate(5);
    const first = await yard.ask(rejected, yard.operator, 'lift');
    expectStatus(await yard.approve(yard.chief, first), 200);
    expectStatus(await yard.direktor.post(`/approvals/${first}/reject`, { comment: 'no' }), 200);
    assert.deepEqual(told((await followed(first, 1)).followed), [['crate.load', 'done']]);
    const row = await yard.crateOf(rejected);
    assert.deepEqual([row.load_kg, row.place, row.shipped], [9, null, 0]);

    const gone = await yard.newCrate(5);
    const second = await yard.ask(gone, yard.operator, 'lift');
    expectStatus(await yard.approve(yard.chief, second), 200);
    await yard.plant.asOwner('delete from crates where id = $1', [gone]);
    expectStatus(await yard.approve(yard.direktor, second), 200);
    const ended = await yard.ended(second);
    assert.deepEqual([ended.outcome, ended.followed], ['refused', []]);
  });

  it('its gates stand before each action: what they refuse is a dead letter, and a person tries again', async () => {
    const crate = await yard.newCrate(5);
    const approval = await yard.ask(crate, yard.operator, 'lift');
    expectStatus(await yard.approve(yard.chief, approval), 200);
    expectStatus(await yard.operator.post(`/crates/${crate}/load`, { load_kg: 5000 }), 200);
    expectStatus(await yard.approve(yard.direktor, approval), 200);
    const body = await followed(approval, 2);
    assert.deepEqual(told(body.followed), [
      ['crate.stack', 'dead'],
      ['crate.load', 'skipped'],
    ]);
    assert.match(body.followed[0].message, /at most 1000 kg/);
    const { items } = (await yard.texnolog.get('/automations/dead')).body;
    const dead = items.find(({ run_id }: Body) => run_id === body.followed[0].run_id);
    assert.deepEqual(
      [dead.kind, dead.rule, dead.reason],
      ['approval', 'crates.lifting.lift', 'too_heavy'],
    );
    expectStatus(await yard.operator.post(`/crates/${crate}/load`, { load_kg: 50 }), 200);
    expectStatus(await yard.texnolog.post(`/automations/actions/${dead.id}/retry`), 200);
    const after = await until(async () => {
      const now = await see(approval);
      return now.followed.every(({ status }: Body) => status === 'done') ? now : null;
    }, 'both to be done');
    assert.equal(after.followed.length, 2);
    // What was planned when it was asked for is done, whatever has changed since.
    assert.equal((await yard.crateOf(crate)).load_kg, 6);
  });

  it('an action that people have to agree to waits for them, under whose request it follows', async () => {
    await yard.publish(
      'plant.putting',
      `requires crates

approval put_away
  on crate.put
  steps sex_boshligi
  approved do crate.move(crate_id: crate.id, place: "moved")
`,
    );
    const crate = await yard.newCrate(5);
    const approval = await yard.ask(crate, yard.direktor, 'put', { place: 'yard' });
    expectStatus(await yard.approve(yard.chief, approval), 200);
    const waiting = await followed(approval, 1, ['waiting']);
    assert.deepEqual(told(waiting.followed), [['crate.move', 'waiting']]);
    const next = waiting.followed[0].approval_id;
    const request = await see(next);
    assert.equal(request.requested_by, 'approval plant.putting.put_away');
    assert.deepEqual(request.on_behalf_of, ['test_direktor']);
    assert.equal(reasonOf(await yard.approve(yard.direktor, next)), 'own_request');
    for (const one of [yard.chief, yard.texnolog]) expectStatus(await yard.approve(one, next), 200);
    assert.deepEqual(told((await followed(approval, 1)).followed), [['crate.move', 'done']]);
    assert.equal((await yard.crateOf(crate)).place, 'moved');
    await yard.publish('plant.putting', '');
  });

  it('a rule may post a message for the people of the plant, as an approval and by itself', async () => {
    await yard.publish(
      'plant.telling',
      `requires crates

approval tell
  on crate.put
  steps sex_boshligi
  approved do message.post(text: crate.code, level: \`warning\`)

automation told_of_shipping
  when crate.shipped as s
  do message.post(text: s.crate_id, level: \`info\`)
`,
    );
    const crate = await yard.newCrate(5);
    const approval = await yard.ask(crate, yard.operator, 'put', { place: 'yard' });
    expectStatus(await yard.approve(yard.chief, approval), 200);
    assert.deepEqual(told((await followed(approval, 1)).followed), [['message.post', 'done']]);
    expectStatus(await yard.operator.post(`/crates/${crate}/ship`, {}), 200);
    const messages = await until(async () => {
      const { body } = await yard.operator.get('/messages');
      return body.items.length === 2 ? body.items : null;
    }, 'both messages');
    assert.deepEqual(
      messages.map(({ level, source, text }: Body) => [level, source, text]),
      [
        ['info', 'automation plant.telling.told_of_shipping', crate],
        ['warning', 'approval plant.telling.tell', (await yard.crateOf(crate)).code],
      ],
    );
    await yard.publish('plant.telling', '');
  });

  it('what is people’s affair no rule does: people, rights, rules, alerts', async () => {
    const { body: made } = await yard.texnolog.post('/rules/modules', { name: 'plant.reaching' });
    for (const action of [
      'user.set_password',
      'rules.publish',
      'alerts.close',
      'audit.rotate_key',
    ]) {
      const text = `module plant.reaching\nrequires crates\n\napproval reach\n  on crate.put\n  steps sex_boshligi\n  approved do ${action}()\n`;
      const path = '/rules/modules/plant.reaching/publish';
      const { status, body } = await yard.texnolog.post(path, {
        ...{ text, base_version: made.version, note: 'no' },
      });
      assert.equal(status, 422, JSON.stringify(body));
      assert.match(JSON.stringify(body.error.details), /Q2014/);
    }
  });
});
