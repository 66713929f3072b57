import assert from 'node:assert/strict';
import { type Answer, until } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

type Body = Answer['body'];

const ASKING = `requires crates

automation moves_what_is_shipped
  when crate.shipped as e
  do crate.move(crate_id: e.crate_id, place: "gate") then crate.load(crate_id: e.crate_id, load_kg: 7 kg)
  on failure do crate.load(crate_id: e.crate_id, load_kg: 13 kg)
`;

describe('a rule whose action people have to agree to', () => {
  let yard: Yard;
  before(async () => {
    yard = await openYard();
    await yard.publish('plant.asking', ASKING);
  });
  after(() => yard.plant.stop());

  /** A crate is shipped, and the automation asks. @returns its run and the request that it waits for */
  async function asks(): Promise<{ crate: string; run: string; action: string; approval: string }> {
    const crate = await yard.newCrate(50);
    expectStatus(await yard.operator.post(`/crates/${crate}/ship`), 200);
    const waiting = await until(async () => {
      const { items } = (
        await yard.texnolog.get('/automations/actions?status=waiting&action=crate.move')
      ).body;
      return items.find(
        ({ args, approval_id }: Body) => args.crate_id === crate && approval_id !== null,
      );
    }, 'the automation to wait');
    return { crate, run: waiting.run_id, action: waiting.id, approval: waiting.approval_id };
  }
  const actionsOf = async (run: string): Promise<Body[]> =>
    (await yard.texnolog.get(`/automations/actions?run_id=${run}&sort=phase,group_no,place`)).body
      .items;
  const runOf = async (run: string): Promise<Body> =>
    (
      await yard.texnolog.get(
        '/automations/runs?rule=plant.asking.moves_what_is_shipped&page_size=200',
      )
    ).body.items.find(({ id }: Body) => id === run);
  /** Waits for the end of the run. @returns its actions with what became of them */
  async function endOf(run: string): Promise<readonly [string, ...unknown[]]> {
    const ended = await until(async () => {
      const row = await runOf(run);
      return row.status === 'running' ? null : row;
    }, 'the run to end');
    const actions = await actionsOf(run);
    const told = actions.map(({ action, status, reason }: Body) => [action, status, reason]);
    return [ended.status, ...told];
  }
  const agree = async (approval: string) => {
    for (const one of [yard.chief, yard.direktor])
      expectStatus(await yard.approve(one, approval), 200);
  };

  it('waits with the request’s id, and goes on once it was agreed to and done', async () => {
    const { crate, run, action, approval } = await asks();
    assert.equal((await runOf(run)).status, 'running');
    assert.deepEqual(
      (await actionsOf(run)).map(({ status, approval_id }: Body) => [status, approval_id]).sort(),
      [
        ['waiting', approval],
        ['waiting', null],
      ].sort(),
    );
    assert.equal(
      reasonOf(await yard.texnolog.post(`/automations/actions/${action}/retry`)),
      'action_not_dead',
    );
    await agree(approval);
    assert.deepEqual(await endOf(run), [
      'done',
      ['crate.move', 'done', null],
      ['crate.load', 'done', null],
    ]);
    const row = await yard.crateOf(crate);
    assert.deepEqual([row.place, row.shipped, row.load_kg], ['gate', 2, 7]);
    const moved = (await actionsOf(run)).find(({ id }: Body) => id === action);
    assert.deepEqual([moved.attempts, moved.result.place], [1, 'gate']);
    // It stands in the chain of the run that asked.
    const [shipped] = await yard.plant.asOwner<{ cause: string }>(
      'select cause from approval_requests where id = $1',
      [approval],
    );
    assert.equal(shipped?.cause, run);
  });

  it('a rejection is its end: the run fails, says who and why, and does what it does on failure', async () => {
    const { crate, run, action, approval } = await asks();
    expectStatus(
      await yard.chief.post(`/approvals/${approval}/reject`, { comment: 'the gate is shut' }),
      200,
    );
    assert.deepEqual(await endOf(run), [
      'failed',
      ['crate.move', 'refused', 'approval_rejected'],
      ['crate.load', 'skipped', 'earlier_failed'],
      ['crate.load', 'done', null],
    ]);
    const refused = (await actionsOf(run)).find(({ id }: Body) => id === action);
    assert.equal(refused.message, 'test_sex_boshligi: the gate is shut');
    assert.equal((await yard.crateOf(crate)).load_kg, 13);
    const { items } = (await yard.texnolog.get('/automations/dead')).body;
    assert.ok(
      !items.some(({ id }: Body) => id === action),
      'people have decided: nobody has to look',
    );

    // Tried again it is asked for anew.
    expectStatus(await yard.texnolog.post(`/automations/actions/${action}/retry`), 200);
    const again = await until(async () => {
      const now = (await actionsOf(run)).find(({ id }: Body) => id === action);
      return now.status === 'waiting' ? now.approval_id : null;
    }, 'it to ask again');
    assert.notEqual(again, approval);
    await agree(again);
    assert.equal((await endOf(run))[0], 'done');
    assert.equal((await yard.crateOf(crate)).load_kg, 7);
  });

  it('who mends rules takes its request back; others do not', async () => {
    const { run, approval } = await asks();
    assert.equal(
      reasonOf(await yard.chief.post(`/approvals/${approval}/withdraw`)),
      'not_your_request',
    );
    const seen = (await yard.texnolog.get(`/approvals/${approval}`)).body;
    assert.deepEqual([seen.may_withdraw, seen.mine], [true, false]);
    expectStatus(await yard.texnolog.post(`/approvals/${approval}/withdraw`), 200);
    const [status, first] = await endOf(run);
    assert.deepEqual(
      [status, first],
      ['failed', ['crate.move', 'withdrawn', 'approval_withdrawn']],
    );
  });

  it('what is refused after all is a dead letter', async () => {
    const { crate, run, approval } = await asks();
    expectStatus(await yard.approve(yard.chief, approval), 200);
    await yard.plant.asOwner('delete from crates where id = $1', [crate]);
    expectStatus(await yard.approve(yard.direktor, approval), 200);
    const [status, first] = await endOf(run);
    assert.deepEqual([status, first], ['failed', ['crate.move', 'dead', 'not_found']]);
    const { items } = (await yard.texnolog.get('/automations/dead')).body;
    assert.ok(items.some(({ run_id }: Body) => run_id === run));
  });

  it('a request whose time is over ends it too', async () => {
    const { run } = await asks();
    yard.clock.offset += 25 * 3_600_000;
    // Signed in anew: tokens of before are too old for the clock that was moved on.
    const [status, first] = await until(async () => {
      const rows = await yard.plant.asOwner<{ status: string; reason: string; run: string }>(
        `select a.status, a.reason, r.status as run from rule_actions a join rule_runs r on r.id = a.run_id
          where a.run_id = $1 and a.action = 'crate.move'`,
        [run],
      );
      const [row] = rows;
      return row?.run === 'failed' ? [row.run, [row.status, row.reason]] : null;
    }, 'the run to end');
    assert.deepEqual([status, first], ['failed', ['expired', 'approval_expired']]);
  });
});
