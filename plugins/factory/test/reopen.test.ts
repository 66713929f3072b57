import assert from 'node:assert/strict';
import { type TestClient, until } from '@qoida/core/testing';
import type { Session } from './support/line.ts';
import { BY_WEIGHT, Line } from './support/line.ts';
import { expectGates, expectRefusal, expectStatus, Plant } from './support/plant.ts';

describe('F-APR-05 a closed session is opened again', () => {
  let plant: Plant;
  let line: Line;
  let direktor: TestClient;
  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
    direktor = await plant.as('direktor');
  });
  after(() => plant.stop());
  afterEach(() => line.freeMachines());

  async function closed(): Promise<Session> {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 100), 201);
    await line.decided(await line.packed(session, 99.5), 'ok');
    expectStatus(await line.close(session), 200);
    return session;
  }
  const reopen = (session: Session, as: TestClient = line.otk) =>
    as.post(`/sessions/${session.id}/reopen`, { reason: 'a lot was forgotten' });
  const approve = (as: TestClient, session: Session) =>
    as.post(`/approvals/reopen_session/${session.id}/approve`);
  const reopened = async (session: Session) => {
    await until(
      async () => (await line.read(session)).status === 'opened',
      'the session to be reopened',
    );
    return line.read(session);
  };

  it('F-UT-093 F-M3-07 three agree in order: opened, counted, the old balance in the history', async () => {
    const session = await closed();
    const asked = expectStatus(await reopen(session), 202);
    assert.equal(asked.pending_approval, true);
    expectRefusal(await reopen(session), 409, 'business_conflict', 'reopen_pending');
    // F-UT-094
    expectRefusal(await approve(direktor, session), 409, 'business_conflict', 'wrong_stage');
    for (const one of [line.chief, line.tex, direktor]) {
      assert.equal((await line.read(session)).status, 'closed');
      expectStatus(await approve(one, session), 200);
    }
    assert.equal((await reopened(session)).reopen_count, 1);
    const history = await plant.platform.asOwner<{ delta: number; approval_id: string }>(
      `select delta_session_kg::float as delta, approval_id from session_balance_history where session_id = $1`,
      [session.id],
    );
    assert.deepEqual(history, [{ delta: 0.5, approval_id: asked.approval_id }]);
    // F-UT-098: its machine is somebody else's now.
    const next = await line.opened('E1', BY_WEIGHT);
    assert.equal(next.status, 'opened');

    const fed = await line.feed(session, 1);
    expectGates(fed, ['reopened_by_chief_only']);
    const lot = await line.operator.post(`/sessions/${session.id}/scrap`, {
      device_id: await plant.weigh('scale-SHOP-01', 0.4),
    });
    expectStatus(lot, 201);
    expectStatus(await line.close(session), 200);
  });

  it('who asks and holds a step’s role agrees by asking (F-OP-25)', async () => {
    const session = await closed();
    expectStatus(await reopen(session, line.chief), 202);
    // F-UT-096
    const twice = await approve(line.chief, session);
    expectRefusal(twice, 403, 'forbidden', 'already_decided');
    assert.match(twice.body.error.message, /so‘rov|запрос|request/, 'not as of a package');
    expectStatus(await approve(line.tex, session), 200);
    expectStatus(await approve(direktor, session), 200);
    await reopened(session);
    expectStatus(await line.close(session), 200);
  });

  it('F-UT-095 rejected at the second step it stays closed; an open one is not reopened', async () => {
    const session = await closed();
    expectStatus(await reopen(session), 202);
    expectStatus(await approve(line.chief, session), 200);
    expectStatus(
      await line.tex.post(`/approvals/reopen_session/${session.id}/reject`, { comment: 'no' }),
      200,
    );
    expectRefusal(await approve(direktor, session), 409, 'business_conflict', 'approval_closed');
    assert.equal((await line.read(session)).status, 'closed');
    const open = await line.opened('E1', BY_WEIGHT);
    expectRefusal(await reopen(open), 409, 'business_conflict', 'session_not_closed');
  });
});
