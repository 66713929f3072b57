import assert from 'node:assert/strict';
import { startTestPlatform, type TestPlatform, until } from '../../src/testing/index.ts';
import { lamps } from './lamps.ts';

const MODULE = 'lamps.lights';
const RULE = `${MODULE}.all_off_on_hold`;

describe('a near miss is explained by the rules of then', () => {
  let plant: TestPlatform;
  let trace: string;
  before(async () => {
    plant = await startTestPlatform({ plugins: [lamps] });
    const { body: lamp } = await plant.admin.post('/lamps', { code: 'L-1' });
    await plant.admin.post(`/lamps/${lamp.id}/press`, { kind: 'hold', held: 9 });
    trace = await until(async () => {
      const { body } = await plant.admin.get(`/automations/traces?rule=${RULE}`);
      return body.items[0]?.id ?? null;
    }, 'the near miss');
  });
  after(() => plant.stop());

  const explained = async () => {
    const { status, body } = await plant.admin.get(`/automations/traces/${trace}/explain?lang=en`);
    assert.equal(status, 200, JSON.stringify(body));
    return { ...body, text: JSON.stringify(body.explanation) };
  };
  const publish = async (edit: (text: string) => string) => {
    const { body } = await plant.admin.get(`/rules/modules/${MODULE}`);
    const { status, body: answer } = await plant.admin.post(`/rules/modules/${MODULE}/publish`, {
      text: edit(body.text),
      base_version: body.version,
      note: 'another limit',
    });
    assert.equal(status, 200, JSON.stringify(answer));
  };

  it('with its own limit, though another one is published meanwhile', async () => {
    const before = await explained();
    assert.match(before.text, /10 s/);
    assert.equal(before.rules_lost, null);
    await publish((text) => text.replace('p.held >= 10 s', 'p.held >= 30 s'));
    const after = await explained();
    assert.equal(after.text, before.text);
    assert.match(JSON.stringify(after.would_run), /30 s/, 'what would set it off is told of today');
  });

  it('in the list each condition stands with its value and unit, and in words', async () => {
    for (const [lang, needed] of [
      ['en', /^9 s is less than 10 s by 1 s$/],
      ['ru', /^9 s меньше 10 s/],
    ] as const) {
      const path = `/automations/rules/${RULE}/misses?lang=${lang}`;
      const { body } = await plant.admin.get(path);
      assert.equal(body.total, 1);
      const [miss] = body.items;
      assert.deepEqual([miss.id, miss.outcome], [trace, 'where']);
      const held = miss.conditions.find(({ text }: { text: string }) => text.includes('p.held'));
      assert.equal(held.value, false);
      assert.deepEqual(
        held.values.map(({ text, value }: Record<string, string>) => [text, value]),
        [['p.held', '9 s']],
      );
      assert.match(held.words, needed);
    }
    const most = await plant.admin.get(`/automations/rules/${RULE}/misses?page_size=51`);
    assert.equal(most.status, 422);
  });

  it('also when the rule is gone: then nothing would set it off today', async () => {
    await publish((text) => text.replace(/automation all_off_on_hold[\s\S]*?cooldown 30 s\n/, ''));
    const after = await explained();
    assert.match(after.text, /10 s/);
    assert.deepEqual([after.rules_lost, after.rule_gone, after.would_run], [null, true, []]);
  });

  it('one of before this was kept says that today’s rules explain it, or that there are none', async () => {
    await plant.asOwner('update rule_traces set rules_hash = null where id = $1', [trace]);
    const { status } = await plant.admin.get(`/automations/traces/${trace}/explain`);
    assert.equal(status, 404);
  });
});
