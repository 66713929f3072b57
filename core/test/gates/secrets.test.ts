import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { given, SECRETS, startVats, type VatPlant } from './vats.ts';

const RULES = `
gate too_full
  on vat.fill
  pause vat when vat.load_kg + input.add_kg > 10 kg
  message "{vat.code} holds {vat.load_kg}"
  release by boss until vat.load_kg > released.load_kg

gate noted
  on vat.fill
  warn when vat.load_kg >= 0 kg
  message "{vat.code} is filled"
`;
/** Everything that is kept of a call, and of what gates said to it. */
const LOGS = ['decisions', 'gate_log', 'audit_log', 'outbox', 'idempotency_keys', 'rule_settings'];

describe('secrets and the logs (F-SEC-12)', () => {
  let plant: VatPlant;
  let vatId: string;
  before(async () => {
    plant = await startVats();
    await plant.publish('plant.vats', RULES);
    vatId = await plant.makeVat('V-1');
  });
  after(() => plant.stop());

  it('no secret field, input or free JSON stands in a decision, a gate or a difference', async () => {
    const operator = await plant.as('operator');
    const fill = (add_kg: number) =>
      operator.post(`/vats/${vatId}/fill`, {
        add_kg,
        token: SECRETS.input,
        order: { no: 'A-1', token: SECRETS.input },
      });
    assert.equal((await fill(1)).status, 201);
    const refused = await fill(99);
    assert.equal(refused.status, 409);
    const boss = await plant.as('boss');
    const [gate] = refused.body.error.details.gates;
    const released = await boss.post(`/gates/${gate.gate_id}/release`, { note: 'looked at it' });
    assert.equal(released.status, 200, JSON.stringify(released.body));
    const texts = new Map([['the answer', JSON.stringify([refused.body, released.body])]]);
    for (const log of LOGS) {
      const rows = await plant.asOwner<{ row: string }>(
        `select to_jsonb(l)::text as row from ${log} l`,
      );
      texts.set(log, rows.map(({ row }) => row).join('\n'));
    }
    const found = [...texts].flatMap(([where, text]) =>
      Object.entries(SECRETS)
        .filter(
          ([what, secret]) => text.includes(secret) && !(where === 'audit_log' && what === 'free'),
        )
        .map(([what]) => `${what} in ${where}`),
    );
    assert.deepEqual(found, []);
    assert.match(texts.get('audit_log') ?? '', /"key": "\*\*\*"/);
  });

  it('what rules can read is kept, so the decisions come out the same', async () => {
    const { body } = await plant.admin.get('/rules/decisions/verify?since=2020-01-01T00:00:00Z');
    assert.deepEqual([body.checked, body.differing], [2, []]);
    const [row] = await plant.asOwner<{ facts: { vat: object; input: object; near: object[] } }>(
      'select facts from decisions limit 1',
    );
    assert.deepEqual(Object.keys(row?.facts ?? {}).sort(), ['actor', 'input', 'near', 'vat']);
    assert.deepEqual(Object.keys(row?.facts.vat ?? {}).sort(), [
      'code',
      'created_at',
      'id',
      'load_kg',
      'lock',
      'paused',
    ]);
  });

  it('F-SEC-12 the secrets of an operation that waits are sealed, are shown to nobody, and are there when it runs', async () => {
    await plant.publish(
      'plant.agreed',
      'approval full_load\n  on vat.fill\n  when input.add_kg > 3 kg\n  steps chief\n  message "{vat.code}"\n',
    );
    const operator = await plant.as('operator');
    const chief = await plant.as('chief');
    const vat = await plant.makeVat('V-2');
    const order = { no: 'A-2', token: SECRETS.input };
    const asked = await operator.post(`/vats/${vat}/fill`, {
      add_kg: 5,
      token: SECRETS.input,
      order,
    });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const path = `/approvals/${asked.body.approval_id}`;
    const shown = await chief.get(path);
    assert.deepEqual(
      [asked.body.input, shown.body.input],
      Array(2).fill({ add_kg: 5, token: '***', order: { no: 'A-2', token: '***' }, vat_id: vat }),
    );
    const kept = async () => {
      const logs = [...LOGS, 'approval_requests', 'approval_steps'];
      const rows = await Promise.all(
        logs.map((log) =>
          plant.asOwner<{ row: string }>(`select to_jsonb(l)::text as row from ${log} l`),
        ),
      );
      return rows.flat().map(({ row }) => row);
    };
    assert.deepEqual(
      (await kept()).filter((row) => row.includes(SECRETS.input)),
      [],
    );
    assert.equal((await chief.post(`${path}/approve`, {})).status, 200);
    const ended = await until(async () => {
      const { body } = await chief.get(path);
      return body.outcome === 'done' || body.outcome === 'refused' ? body : null;
    }, 'the approved operation to end');
    assert.equal(ended.outcome, 'done', JSON.stringify(ended));
    assert.deepEqual(given.at(-1), { token: SECRETS.input, order: SECRETS.input });
    assert.deepEqual(
      (await kept()).filter((row) => row.includes(SECRETS.input)),
      [],
    );

    const other = await plant.makeVat('V-3');
    const again = await operator.post(`/vats/${other}/fill`, { add_kg: 5, token: SECRETS.input });
    const of = `/approvals/${again.body.approval_id}`;
    await plant.asOwner(
      `update approval_requests set input = (select input from approval_requests where id = $1) || jsonb_build_object('vat_id', $3::text)
        where id = $2`,
      [asked.body.approval_id, again.body.approval_id, other],
    );
    await chief.post(`${of}/approve`, {});
    const refused = await until(async () => {
      const { body } = await chief.get(of);
      return body.outcome === 'done' || body.outcome === 'refused' ? body : null;
    }, 'the approved operation to end');
    assert.deepEqual([refused.outcome, refused.outcome_reason], ['refused', 'approval_sealed']);
  });
});
