import assert from 'node:assert/strict';
import type { TestClient } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

/** How often each race is run; the figure of the requirement is 1,000. */
const TIMES = Number(process.env.QOIDA_RACES ?? 50);
/** So many at a time, as people of a plant would. */
const LANES = 5;

describe(`two people at the same moment, ${TIMES} times`, function () {
  this.timeout(20_000 + TIMES * 600);
  let yard: Yard;
  let second: TestClient;
  before(async () => {
    yard = await openYard();
    second = await yard.as('texnolog', 'second_texnolog');
  });
  after(() => yard.plant.stop());

  async function race(once: () => Promise<void>): Promise<void> {
    let left = TIMES;
    const lane = async () => {
      while (left > 0) {
        left -= 1;
        await once();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }
  const statuses = (answers: readonly { status: number }[]) =>
    answers.map(({ status }) => status).sort((a, b) => a - b);

  it('approve: each vote counts once, and the operation is run once', async () => {
    const { chief, direktor } = yard;
    await race(async () => {
      const crate = await yard.newCrate();
      const approval = await yard.ask(crate, yard.operator, 'move', { place: 'yard' });
      const answers = await Promise.all(
        [chief, direktor, chief, direktor].map((one) => yard.approve(one, approval)),
      );
      // Who is second finds that he has decided (403), or that all have (409).
      assert.deepEqual(
        statuses(answers).map((status) => (status === 403 ? 409 : status)),
        [200, 200, 409, 409],
      );
      const final = await yard.ended(approval);
      assert.equal(final.outcome, 'done');
      assert.deepEqual(final.votes.map(({ person }: { person: string }) => person).sort(), [
        'test_direktor',
        'test_sex_boshligi',
      ]);
      assert.equal((await yard.crateOf(crate)).shipped, 1);
    });
  });

  it('approve and reject: one of both holds, for the steps as for the request', async () => {
    const { chief, direktor, texnolog } = yard;
    await race(async () => {
      const crate = await yard.newCrate();
      const approval = await yard.ask(crate, yard.operator, 'move', { place: 'yard' });
      expectStatus(await yard.approve(chief, approval), 200);
      const [agreed, rejected] = await Promise.all([
        yard.approve(direktor, approval),
        texnolog.post(`/approvals/${approval}/reject`, { comment: 'no' }),
      ]);
      assert.deepEqual(statuses([agreed, rejected]), [200, 409]);
      const won = agreed.status === 200 ? 'approved' : 'rejected';
      if (won === 'approved') await yard.ended(approval);
      const { body } = await chief.get(`/approvals/${approval}`);
      assert.deepEqual(
        [body.state, body.steps[0].state, (await yard.crateOf(crate)).shipped],
        [won, won, won === 'approved' ? 1 : 0],
      );
    });
  });

  it('withdraw and approve: what is withdrawn is not run', async () => {
    const { chief, direktor, operator } = yard;
    await race(async () => {
      const crate = await yard.newCrate();
      const approval = await yard.ask(crate, operator, 'move', { place: 'yard' });
      expectStatus(await yard.approve(chief, approval), 200);
      const answers = await Promise.all([
        operator.post(`/approvals/${approval}/withdraw`),
        yard.approve(direktor, approval),
      ]);
      assert.deepEqual(statuses(answers), [200, 409]);
      const withdrawn = answers[0]?.status === 200;
      if (!withdrawn) await yard.ended(approval);
      assert.equal((await yard.crateOf(crate)).shipped, withdrawn ? 0 : 1);
    });
  });

  it('release: a gate is released once, by one person, with one audit row', async () => {
    await race(async () => {
      const crate = await yard.newCrate(2000);
      const refused = expectStatus(await yard.operator.post(`/crates/${crate}/ship`), 409);
      const gate = refused.error.details.gates[0].gate_id;
      const answers = await Promise.all(
        [yard.texnolog, second, yard.texnolog, second].map((one, index) =>
          one.post(`/gates/${gate}/release`, { note: `weighed again ${index}` }),
        ),
      );
      assert.deepEqual(statuses(answers), [200, 409, 409, 409]);
      const told = answers.find(({ status }) => status === 200)?.body;
      for (const answer of answers)
        if (answer.status === 409) assert.equal(reasonOf(answer), 'already_released');
      const [row] = await yard.plant.asOwner<{ note: string; audits: string }>(
        `select g.note, (select count(*) from audit_log a where a.object_id = g.id
            and a.action = 'gate.release') as audits from gate_log g where g.id = $1`,
        [gate],
      );
      assert.deepEqual([row?.note, Number(row?.audits)], [told.note, 1]);
    });
  });
});
