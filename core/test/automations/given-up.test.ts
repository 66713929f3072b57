import assert from 'node:assert/strict';
import { startTestPlatform, type TestPlatform, until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';

const RULES = new URL('./fixture/bells/mishaps.qoida', import.meta.url);
const RULE = 'bells.mishaps';

const LEFT_OUT = {
  uz: 'Undan oldingi amal bajarilmadi.',
  ru: 'Действие перед ним не удалось.',
  en: 'An action before it failed.',
};

interface Told {
  readonly payload: Readonly<Record<string, unknown>>;
}

describe('an action that was given up', () => {
  let plant: TestPlatform;
  const told: Told[] = [];
  const leave = new AbortController();
  before(async () => {
    plant = await startTestPlatform({ plugins: [bellsWith(RULES)] });
    const response = await fetch(`${plant.url}/api/v1/stream?topics=event.automation.given_up`, {
      headers: { authorization: `Bearer ${plant.admin.token}` },
      signal: leave.signal,
    });
    assert.equal(response.status, 200);
    void listen(response);
    await plant.admin.post('/bells/any/pull', { force: 7 });
  });
  after(async () => {
    leave.abort();
    await plant?.stop();
  });

  async function listen({ body }: Response): Promise<void> {
    assert.ok(body);
    let text = '';
    try {
      for await (const part of body.pipeThrough(new TextDecoderStream())) {
        const parts = `${text}${part}`.split('\n\n');
        text = parts.pop() ?? '';
        for (const one of parts) {
          const data = /^data: ?(.*)$/m.exec(one)?.[1];
          if (one.includes('event: event.automation.given_up') && data !== undefined)
            told.push(JSON.parse(data) as Told);
        }
      }
    } catch (error) {
      if (!leave.signal.aborted) throw error;
    }
  }
  const toldOf = (rule: string) =>
    until(async () => told.find(({ payload }) => payload.rule === `${RULE}.${rule}`) ?? null, rule);
  const list = async (path: string) => (await plant.admin.get(path)).body.items;

  it('is told on the stream with its rule, action, reason and attempts', async () => {
    const { payload } = await toldOf('breaks');
    const [dead] = (await list('/automations/dead')).filter(
      ({ rule }: { rule: string }) => rule === `${RULE}.breaks`,
    );
    assert.deepEqual(payload, {
      action_id: dead.id,
      run_id: dead.run_id,
      kind: 'automation',
      rule: `${RULE}.breaks`,
      action: 'bell.ring',
      target: null,
      reason: 'bell_cracked',
      attempts: 1,
    });
  });

  it('sets off an automation and raises an alert', async () => {
    const [ring] = await until(async () => {
      const found = await list('/rings?bell=help');
      return found.length > 0 ? found : null;
    }, 'the bell of help');
    assert.equal(ring.word, 'bell_cracked');
    const alert = await until(async () => {
      const items: { message: string }[] = await list('/alerts?lang=en');
      return items.find(({ message }) => message.startsWith(`${RULE}.breaks`)) ?? null;
    }, 'the alert');
    assert.equal(alert.message, `${RULE}.breaks: bell.ring was given up (bell_cracked)`);
  });

  it('a rule that listens and fails itself is told once for it, and stopped as a loop', async () => {
    const misses = await until(async () => {
      const items = await list(`/automations/traces?rule=${RULE}.fails_too&outcome=loop`);
      return items.length > 0 ? items : null;
    }, 'the loop’s end');
    assert.equal(misses.length, 1);
    assert.equal((await list(`/automations/runs?rule=${RULE}.fails_too`)).length, 1);
  });

  it('given up again, it is told again', async () => {
    const { payload } = await toldOf('breaks');
    const { status } = await plant.admin.post(`/automations/actions/${payload.action_id}/retry`);
    assert.equal(status, 200);
    await until(async () => {
      const both = told.filter((one) => one.payload.action_id === payload.action_id);
      return both.length === 2 ? both : null;
    }, 'the second time');
    assert.equal(
      (
        await until(async () => {
          const rings = await list('/rings?bell=help');
          return rings.length === 2 ? rings : null;
        }, 'help once more')
      ).length,
      2,
    );
  });

  it('why it failed is told in the reader’s language and the plant’s zone; the values of conditions come with their units', async () => {
    for (const [lang, sentence] of [
      ['en', 'The bell cracked is cracked since 02.03.2026, 01:30:00'],
      ['ru', 'Колокол cracked треснул: 02.03.2026, 01:30:00'],
      ['uz', '“cracked” 02.03.2026, 01:30:00 dan beri yorilgan'],
    ] as const) {
      const [run] = await list(`/automations/rules/${RULE}.breaks/runs?lang=${lang}`);
      const [dead, skipped] = run.actions;
      assert.deepEqual([dead.status, dead.why], ['dead', sentence]);
      assert.deepEqual([skipped.status, skipped.why], ['skipped', LEFT_OUT[lang]]);
      const letters = await list(`/automations/dead?lang=${lang}`);
      assert.ok(letters.some(({ why }: { why: string }) => why === sentence));
      assert.deepEqual(run.conditions[0].values, [{ text: 'p.force', label: null, value: '7' }]);
    }
  });
});
