import assert from 'node:assert/strict';
import { type TestClient, until } from '@qoida/core/testing';
import { BY_WEIGHT, Line } from './support/line.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

const PVD = { material_id: 'PVD-PE', batch_no: 'PVD-2508-01' };

describe('F-APR-09 figures to which others agree', () => {
  let plant: Plant;
  let line: Line;
  let chief: TestClient;
  let direktor: TestClient;
  let main: TestClient;
  let grinder: TestClient;
  before(async () => {
    plant = await Plant.start({ STRICT_RS_ONLY: 'false' });
    line = await Line.open(plant);
    chief = line.chief;
    direktor = await plant.as('direktor');
    main = await plant.as('main_ombor');
    grinder = await plant.as('drabilka_op');
  });
  after(() => plant.stop());

  const approve = (as: TestClient, id: string) => as.post(`/approvals/${id}/approve`);
  const ended = (id: string) =>
    until(async () => {
      const { body } = await direktor.get(`/approvals/${id}`);
      return ['done', 'refused', 'failed'].includes(body.outcome) ? body : null;
    }, 'the end of what was agreed to');

  /** A transfer in dispute. @returns its id */
  async function disputed(sent: number, received: number): Promise<string> {
    const from = await plant.weigh('scale-MAIN-01', sent);
    const body = { lines: [{ ...PVD, device_id: from }] };
    const { transfer_id } = expectStatus(
      await main.post('/stock/transfers/main-to-shop', body),
      201,
    );
    const to = await plant.weigh('scale-SHOP-01', received);
    const lines = [{ ...PVD, device_id: to }];
    const path = `/stock/transfers/${transfer_id}/receive`;
    assert.equal(expectStatus(await line.shop.post(path, { lines }), 200).status, 'discrepancy');
    return transfer_id;
  }
  const accept = (id: string, reason = 'a bag burst') =>
    chief.post(`/stock/transfers/${id}/accept-discrepancy`, { reason });
  const statusOf = async (id: string) =>
    expectStatus(await chief.get(`/stock/transfers/${id}`), 200).status;
  const alertOf = (id: string, status: string) =>
    until(async () => {
      const { body } = await plant.platform.admin.get(
        '/alerts?rule=factory.alerts.transfer_disputed&page_size=200',
      );
      return body.items.find(
        (one: { group: string; status: string }) => one.group === id && one.status === status,
      );
    }, `the alert of the transfer, ${status}`);

  it('F-OP-13 the chief accepts a small difference by himself, and the P2 alert is over with it', async () => {
    const transfer = await disputed(151.2, 101.2);
    assert.equal((await alertOf(transfer, 'open')).severity, 'P2');
    assert.equal((await accept(transfer, '  ')).status, 422, 'a reason is given');
    assert.equal(expectStatus(await accept(transfer), 200).status, 'completed');
    await alertOf(transfer, 'closed');
  });

  it('above 50 kg the director agrees too; the chief has agreed by asking', async () => {
    const transfer = await disputed(151.2, 101.199);
    const asked = expectStatus(await accept(transfer), 202);
    assert.deepEqual(asked.waiting_for, ['direktor']);
    assert.match(asked.message, /151[.,]2 kg.*101[.,]199 kg.*a bag burst/);
    assert.equal(await statusOf(transfer), 'discrepancy');
    expectRefusal(await approve(chief, asked.approval_id), 403, 'forbidden', 'already_decided');
    expectStatus(await approve(direktor, asked.approval_id), 200);
    assert.equal((await ended(asked.approval_id)).outcome, 'done');
    assert.equal(await statusOf(transfer), 'completed');
  });

  it('what the director rejects stays in dispute', async () => {
    const transfer = await disputed(160, 100);
    const { approval_id } = expectStatus(await accept(transfer), 202);
    const comment = { comment: 'look for it first' };
    expectStatus(await direktor.post(`/approvals/${approval_id}/reject`, comment), 200);
    assert.equal(await statusOf(transfer), 'discrepancy');
  });

  it('F-OP-32 scrap whose weight was typed is disposed of once others agree, and is not trusted', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    const dispose = (qty_kg: number) =>
      grinder.post('/rework/dispose', { session_id: session.id, qty_kg, reason: 'wet foil' });
    const logged = async () =>
      expectStatus(await chief.get(`/rework/disposed?session_id=${session.id}`), 200).items;
    const asked = expectStatus(await dispose(3), 202);
    assert.deepEqual(asked.waiting_for, ['sex_boshligi']);
    assert.deepEqual(await logged(), [], 'nothing is posted before');
    expectRefusal(await approve(grinder, asked.approval_id), 403, 'forbidden', 'own_request');
    expectStatus(await approve(chief, asked.approval_id), 200);
    assert.equal((await ended(asked.approval_id)).outcome, 'done');
    const [row] = await logged();
    assert.deepEqual([row.qty_kg, row.trusted, row.scale_event_id], [3, false, null]);

    const large = expectStatus(await dispose(50.001), 202);
    expectStatus(await approve(chief, large.approval_id), 200);
    assert.equal((await logged()).length, 1, 'above 50 kg the director agrees as well');
    const comment = { comment: 'weigh it' };
    expectStatus(await direktor.post(`/approvals/${large.approval_id}/reject`, comment), 200);
    assert.equal((await logged()).length, 1, 'rejected, nothing is posted');
  });
});
