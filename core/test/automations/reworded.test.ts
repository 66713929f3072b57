import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { blocksNamedIn, format, type LanguageTag } from '@qoida/dsl';
import { until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/reworded.qoida', import.meta.url);
const MODULE = 'bells.reworded';
const MINUTE = 60_000;

/*
 * What a rule remembers over a publication: as long as it says the same it waits on, whatever its text
 * looks like.
 */
describe('a rule whose text changes while it waits', function () {
  this.timeout(60_000);
  let plant: Plant;
  const clock = { at: new Date('2026-03-10T10:00:00Z') };
  const later = (ms: number) => {
    clock.at = new Date(clock.at.getTime() + ms);
  };
  before(async () => {
    plant = await startPlant({ plugins: [bellsWith(RULES)], now: () => clock.at });
  });
  after(() => plant.stop());

  const path = `/rules/modules/${MODULE}`;
  const publish = async (edit: (text: string) => string) => {
    const { body } = await plant.node.admin.get(path);
    const text = edit(body.text);
    assert.notEqual(text, body.text);
    const given = { text, base_version: body.published_version ?? body.version, note: 'reworded' };
    const { status, body: said } = await plant.node.admin.post(`${path}/publish`, given);
    assert.equal(status, 200, JSON.stringify(said));
  };
  const pull = async (bell: string) => {
    assert.equal((await plant.node.admin.post(`/bells/${bell}/pull`, {})).status, 201);
    await until(async () => {
      const left = await plant.asOwner('select 1 from outbox where delivered_at is null');
      return left.length === 0;
    }, 'the pull to be delivered');
  };
  const rings = async (bell: string) =>
    (await plant.node.admin.get(`/rings?bell=${bell}&page_size=200`)).body.items.map(
      ({ word }: { word: string }) => word,
    ) as string[];
  const rung = (bell: string, word: string) =>
    until(async () => (await rings(bell)).includes(word), `${bell} to ring ${word}`);
  /** The keys for which a rule waits. */
  const waiting = async (rule: string) =>
    (
      await plant.asOwner<{ key: string }>(
        'select key from rule_states where rule = $1 and timer_at is not null order by key',
        [`${MODULE}.${rule}`],
      )
    ).map(({ key }) => key);

  const REWORDINGS: readonly (readonly [string, (text: string) => string])[] = [
    ['a comment', (text) => text.replace('automation silent', 'automation silent # Who sleeps?')],
    ['the layout', (text) => text.replace(' for 2 min', '\n    for 2 min # or so\n   ')],
    ...(['uz', 'uz-cyrl', 'ru', 'en'] as const).map((language: LanguageTag) => {
      const translated = (text: string) => format(text, { language });
      return [`the language (${language})`, translated] as const;
    }),
  ];
  for (const [what, edit] of REWORDINGS)
    it(`waits on when only ${what} is another`, async () => {
      const bell = `sleepy ${what}`.replaceAll(/\W+/g, '-');
      await pull(bell);
      later(MINUTE);
      await publish(edit);
      later(MINUTE);
      await rung(bell, 'silence');
    });

  it('keeps cooldowns and what it went off for once', async () => {
    await pull('school');
    await rung('school', 'first');
    await publish((text) => text.replace('once per', ' once   per'));
    await pull('school');
    await pull('school-end');
    await rung('school-end', 'first');
    assert.deepEqual(await rings('school'), ['first']);
  });

  for (const [what, from, to] of [
    ['its own time', 'for 2 min', 'for 3 min'],
    ['a formula that it calls', 'length(bell) > 0', 'length(bell) > 1'],
  ] as const)
    it(`begins anew when ${what} is another`, async () => {
      await pull('anew');
      assert.ok((await waiting('silent')).includes('anew'));
      await publish((text) => text.replace(from, to));
      await until(async () => (await waiting('silent')).length === 0, 'it to be forgotten');
    });

  it('waits on over an upgrade from a version that knew rules by the hash of their text', async () => {
    await pull('upgraded');
    await plant.restart(async () => {
      const [row] = await plant.asOwner<{ text: string }>(
        `select v.text from rule_modules m join rule_versions v
           on v.module_id = m.id and v.version = m.published_version where m.module = $1`,
        [MODULE],
      );
      for (const { name, text } of blocksNamedIn(row?.text ?? ''))
        await plant.asOwner('update rule_states set rule_hash = $2 where rule = $1', [
          `${MODULE}.${name}`,
          createHash('sha256').update(text).digest('hex').slice(0, 32),
        ]);
      later(MINUTE);
    });
    assert.deepEqual(await waiting('silent'), ['upgraded']);
    later(2 * MINUTE);
    await rung('upgraded', 'silence');
  });
});
