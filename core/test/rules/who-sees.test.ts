import assert from 'node:assert/strict';
import { definePlugin } from '@qoida/core';
import { record } from '../../src/api/records.ts';
import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { lamp, lamps } from '../automations/lamps.ts';

const GATE = `
gate broken_stays_dark
  on lamp.switch
  block when lamp.broken and input.lit
  message "{lamp.code} is broken"
  release never
`;
const title = (name: string) => ({ uz: name, ru: name, en: name });
/** Lamps that only electricians switch and inspectors see. */
const guarded = definePlugin({
  ...lamps,
  roles: Object.fromEntries(
    ['elektrik', 'nazoratchi', 'gost', 'texnolog'].map((role) => [role, title(role)]),
  ),
  records: [
    record('lamp', 'lamps', lamp.shape, {
      ...lamp.options,
      api: { path: 'lamps', read: ['nazoratchi'] },
    }),
  ],
  operations: (lamps.operations ?? []).map((operation) =>
    operation.name === 'lamp.note'
      ? { ...operation, http: 'POST /lamps/:lamp_id/note' as const }
      : { ...operation, roles: ['elektrik', 'admin'] },
  ),
});

describe('who sees a decision and an event', () => {
  let plant: TestPlatform;
  let lampId: string;
  let decision: string;
  const as: Record<string, TestClient> = {};
  before(async () => {
    plant = await startTestPlatform({ plugins: [guarded] });
    const module = 'lamps.lights';
    const { body } = await plant.admin.get(`/rules/modules/${module}`);
    const published = await plant.admin.post(`/rules/modules/${module}/publish`, {
      text: body.text + GATE,
      base_version: body.version,
      note: 'a gate',
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    for (const role of ['elektrik', 'nazoratchi', 'gost', 'texnolog'])
      as[role] = await plant.as(role);
    lampId = (await as.elektrik?.post('/lamps', { code: 'L-1' }))?.body.id;
    await as.elektrik?.post(`/lamps/${lampId}/break`, { broken: true });
    const refused = await as.elektrik?.post(`/lamps/${lampId}/switch`, { lit: true });
    assert.equal(refused?.status, 409);
    const [row] = await plant.asOwner<{ id: string }>(
      "select id from decisions where point = 'lamp.switch'",
    );
    decision = row?.id ?? '';
  });
  after(() => plant.stop());

  const listed = async (role: string) => {
    const { body } = (await as[role]?.get('/rules/decisions?point=lamp.switch')) ?? { body: {} };
    return [body.total, body.items?.length];
  };

  it('whoever may do the same, may read the same records, or looks after the rules', async () => {
    for (const role of ['elektrik', 'nazoratchi', 'texnolog']) {
      assert.deepEqual(await listed(role), [1, 1], role);
      const one = await as[role]?.get(`/rules/decisions/${decision}`);
      assert.equal(one?.body.facts.lamp.code, 'L-1', role);
      const why = await as[role]?.get(`/rules/decisions/${decision}/explain`);
      assert.equal(why?.status, 200, role);
      const short = await as[role]?.get(`/decisions/${decision}/explain`);
      assert.deepEqual(short?.body, why?.body);
    }
  });

  it('and nobody else, neither in the list nor by its id', async () => {
    assert.deepEqual(await listed('gost'), [0, 0]);
    for (const path of [
      `/rules/decisions/${decision}`,
      `/rules/decisions/${decision}/explain`,
      `/rules/decisions/${decision}/explain?lang=ru`,
      `/decisions/${decision}/explain`,
    ]) {
      const { status, body } = (await as.gost?.get(path)) ?? { status: 0, body: {} };
      assert.deepEqual([status, body.error?.reason], [403, 'role_required'], path);
      assert.doesNotMatch(JSON.stringify(body), /L-1/);
    }
  });

  it('a decision is seen by who caused it, whatever his roles are today', async () => {
    const [me] = await plant.asOwner<{ id: string }>(
      "select id from users where username = 'test_gost'",
    );
    await plant.asOwner('update decisions set actor_id = $1 where id = $2', [me?.id, decision]);
    assert.deepEqual(await listed('gost'), [1, 1]);
    assert.equal((await as.gost?.get(`/rules/decisions/${decision}/explain`))?.status, 200);
  });

  it('events go to who may read their records, and to who caused them', async () => {
    const heard: Record<string, string[]> = {};
    const ends: (() => void)[] = [];
    for (const role of ['elektrik', 'nazoratchi', 'gost']) {
      const mine: string[] = [];
      heard[role] = mine;
      const abort = new AbortController();
      ends.push(() => abort.abort());
      const answer = await fetch(`${plant.url}/api/v1/stream?topics=event.*`, {
        headers: { authorization: `Bearer ${as[role]?.token}` },
        signal: abort.signal,
      });
      assert.equal(answer.status, 200);
      void follow(answer, mine).catch(() => undefined);
      await until(async () => (mine.length > 0 ? true : null), 'the position of the stream');
    }
    try {
      await as.elektrik?.post(`/lamps/${lampId}/break`, { broken: false });
      await as.elektrik?.post(`/lamps/${lampId}/switch`, { lit: false });
      await as.gost?.post(`/lamps/${lampId}/note`);
      const ofLamps = (role: string) => (heard[role] ?? []).filter((name) => /lamp/.test(name));
      await until(
        async () => (ofLamps('nazoratchi').length >= 2 ? true : null),
        'both events at the inspector',
      );
      await until(async () => (ofLamps('gost').length > 0 ? true : null), 'his own at the guest');
      await until(async () => (ofLamps('elektrik').length > 0 ? true : null), 'and at his');
      assert.deepEqual(ofLamps('gost'), ['event.lamp.noted']);
      assert.deepEqual(ofLamps('elektrik'), ['event.lamp.switched']);
    } finally {
      for (const end of ends) end();
    }
  });
});

/** Names of the events as they come; '' for a mere position. */
async function follow(answer: Response, names: string[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of answer.body ?? []) {
    text += decoder.decode(piece as Uint8Array, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) names.push(/^event: (.*)$/m.exec(part)?.[1] ?? '');
  }
}
