import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TriggerState } from '@qoida/dsl';
import { alertRulesOf } from '../../src/alerts/rules.ts';
import { heldBack } from '../../src/automations/memory.ts';
import { catalogOf } from '../../src/platform/catalog.ts';
import { ORGANIZATION } from '../../src/platform/start.ts';
import { compileSnapshot } from '../../src/rules/snapshot.ts';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { tanks } from './tanks.ts';

class Undo extends Error {}

describe('a silence that an undelivered event breaks', () => {
  let plant: TestPlatform;
  before(async () => {
    plant = await startTestPlatform({ plugins: [tanks] });
  });
  after(() => plant.stop());

  it('waits for that event, and no other does', async () => {
    const text = readFileSync(new URL('./fixture/tanks.qoida', import.meta.url), 'utf8');
    const module = { module: 'tanks.watch', text, points: [] };
    const catalog = catalogOf({ plugins: [tanks], fields: {} });
    const found = alertRulesOf(compileSnapshot([module], catalog)).alerts.get(
      'tanks.watch.unheard',
    );
    assert.ok(found);
    const [tank, other] = [randomUUID(), randomUUID()];
    const now = new Date();
    const state = { timer: now.getTime() } as TriggerState;
    const places = [tank, other].map((key) => ({ found, key, state }));
    const waits: boolean[] = [];
    const work = plant.platform.db.transaction(ORGANIZATION, async (tx) => {
      await tx.sql(
        `insert into outbox (lane, stream, name, payload, actor, occurred_at)
         values (0, 'tank', 'tank.filled', ?::jsonb, '{}', ?)`,
        [JSON.stringify({ tank_id: tank, code: 'T', level_kg: 1 }), now],
      );
      const context = { now, settings: {}, zone: 'UTC' };
      const asked = { until: now.getTime(), handled: new Set<string>(), context };
      const held = await heldBack(tx, places, asked);
      waits.push(...places.map((place) => held(place, state)));
      throw new Undo();
    });
    await assert.rejects(work, Undo);
    assert.deepEqual(waits, [true, false]);
  });

  it('is seen behind any number of others; behind too many of its own kind every such silence waits', async () => {
    const text = readFileSync(new URL('./fixture/tanks.qoida', import.meta.url), 'utf8');
    const module = { module: 'tanks.watch', text, points: [] };
    const catalog = catalogOf({ plugins: [tanks], fields: {} });
    const { alerts } = alertRulesOf(compileSnapshot([module], catalog));
    const found = alerts.get('tanks.watch.unheard');
    assert.ok(found);
    const [tank, other] = [randomUUID(), randomUUID()];
    const noisy = {
      ...found,
      rule: { ...found.rule, trigger: { ...found.rule.trigger, events: ['tank.noise'] } },
    };
    const now = new Date();
    const state = { timer: now.getTime() } as TriggerState;
    const places = [
      { found, key: tank, state },
      { found, key: other, state },
      { found: noisy, key: other, state },
    ];
    const waits: boolean[] = [];
    const work = plant.platform.db.transaction(ORGANIZATION, async (tx) => {
      const put = `insert into outbox (lane, stream, name, payload, actor, occurred_at)
         select 0, 'tank', ?, ?::jsonb, '{}', ?::timestamptz from generate_series(1, ?)`;
      const payload = JSON.stringify({ tank_id: tank, code: 'T', level_kg: 1 });
      await tx.sql(put, ['tank.noise', payload, now, 1_001]);
      await tx.sql(put, ['tank.filled', payload, now, 1]);
      const context = { now, settings: {}, zone: 'UTC' };
      const asked = { until: now.getTime(), handled: new Set<string>(), context };
      const held = await heldBack(tx, places, asked);
      waits.push(...places.map((place) => held(place, state)));
      throw new Undo();
    });
    await assert.rejects(work, Undo);
    assert.deepEqual(waits, [true, false, true]);
  });
});
