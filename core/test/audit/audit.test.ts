import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin } from '@qoida/core';
import { startAuditKeeper } from '../../src/audit/index.ts';
import { faultOfFile } from '../../src/data/index.ts';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

const title = { uz: 'Texnolog', ru: 'Технолог', en: 'Technologist' };
const plugin = definePlugin({ ...lamps, roles: { ...lamps.roles, texnolog: title } });

describe('audit over HTTP (F-M12-05, F-M12-07, F-API-104, F-API-134)', () => {
  let plant: TestPlatform;
  let lamp: string;
  before(async () => {
    plant = await startTestPlatform({
      plugins: [plugin],
      settings: { AUDIT_CHECKPOINT_MINUTES: '0', AUDIT_CHECK_HOURS: '0' },
    });
    lamp = (await plant.admin.post('/lamps', { code: 'L-7' })).body.id;
    await plant.admin.post(`/lamps/${lamp}/break`, { broken: true });
  });
  after(() => plant.stop());

  const search = (query: string) => plant.admin.get(`/audit?${query}`);

  it('shows who did what to which object, by its code, field by field', async () => {
    const { body } = await search(`object_type=lamp&object_id=${lamp}`);
    assert.equal(body.total, 2);
    const [broken, made] = body.items;
    assert.equal(broken.actor, 'local-commands');
    assert.equal(broken.object_code, 'L-7');
    assert.equal(broken.action, 'lamp.break');
    assert.notEqual(broken.action_title, 'lamp.break');
    assert.deepEqual(broken.changes, [
      {
        field: 'broken',
        label: 'broken',
        kind: 'flag',
        unit: null,
        old: false,
        new: true,
        old_name: null,
        new_name: null,
      },
    ]);
    assert.deepEqual(broken.old_new_diff_json, { old: { broken: false }, new: { broken: true } });
    assert.equal(made.changes[0].field, 'code');
    assert.equal(broken.prev_sig, made.sig_hash);
  });

  it('calls fields and kinds in the reader’s language, and what a field points at by its name', async () => {
    const made = await plant.admin.post('/service-tokens', { name: 'reader', roles: ['direktor'] });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const asked = async (locale: string) => {
      const answer = await fetch(`${plant.url}/api/v1/audit?object_type=service_token`, {
        headers: { authorization: `Bearer ${plant.admin.token}`, 'x-locale': locale },
      });
      const { items } = (await answer.json()) as {
        items: { object_title: string; changes: { field: string; label: string }[] }[];
      };
      const label = items[0]?.changes.find(({ field }) => field === 'roles')?.label;
      return [items[0]?.object_title, label];
    };
    assert.deepEqual(await asked('ru'), ['токен программы', 'роли']);
    assert.deepEqual(await asked('uz'), ['dastur tokeni', 'rollar']);
  });

  it('a day off is called by its date, and its fields in the reader’s language', async () => {
    await plant.admin.put('/calendar/days-off/2026-03-21', { name: 'Navruz' });
    const { body } = await search('object_type=day_off');
    const [row] = body.items as {
      object_code: string;
      changes: { field: string; label: string }[];
    }[];
    assert.equal(row?.object_code, '2026-03-21');
    assert.deepEqual(
      row?.changes.map(({ label }) => label),
      ['sana', 'nom', 'amal qiladi'],
    );
  });

  it('is searched by person, action and period, a page at a time', async () => {
    const { body: all } = await search('object_type=lamp');
    const [{ actor_id, ts }] = all.items;
    assert.equal((await search(`object_type=lamp&actor_id=${actor_id}`)).body.total, 2);
    assert.equal((await search(`actor_id=${lamp}`)).body.total, 0);
    assert.equal((await search('action=lamp.break')).body.total, 1);
    assert.equal((await search(`object_type=lamp&from=${ts}`)).body.total, 1);
    const page = (await search('object_type=lamp&page_size=1&page=2')).body;
    assert.deepEqual([page.items.length, page.page, page.total], [1, 2, 2]);
  });

  it('an object is found by its code as well, and the kinds that there are are told', async () => {
    assert.equal((await search('object_type=lamp&object_id=L-7')).body.total, 2);
    const { status, body } = await search('object_type=lamp&object_id=L-8');
    assert.deepEqual([status, body.error.reason], [404, 'not_found']);
    const { body: types } = await plant.admin.get('/audit/types');
    assert.ok(types.items.some((item: { object_type: string }) => item.object_type === 'lamp'));
  });

  it('people of the plant see what became of objects they had to do with (F-RBAC-22)', async () => {
    const mine = await plant.as('texnolog');
    assert.equal((await mine.get('/audit?object_type=lamp')).body.total, 0);
    await mine.post(`/lamps/${lamp}/break`, { broken: false });
    await mine.post('/lamps', { code: 'L-9' });
    await plant.admin.post(`/lamps/${lamp}/break`, { broken: true });
    const { body } = await mine.get('/audit?object_type=lamp');
    assert.equal(body.total, 5, 'his own entries and the others of the same objects');
    assert.equal((await mine.get('/audit/verify')).status, 403);
    assert.equal((await mine.get('/audit/checkpoints')).status, 403);
    assert.equal((await (await plant.as('operator')).get('/audit')).status, 403);
  });

  it('refuses what it does not understand', async () => {
    for (const query of ['actor_id=x', 'object_id=1', 'from=someday', 'page_size=0']) {
      const { status, body } = await search(query);
      assert.deepEqual([status, body.error.code], [422, 'validation_error'], query);
    }
    for (const [path, reason] of [
      ['/audit/verify?limit=0', 'invalid_input'],
      ['/audit/verify?limit=5&after=lamp', 'cursor_invalid'],
      ['/audit/verify/checkpoints?after=-1', 'invalid_input'],
    ] as const) {
      const { status, body } = await plant.admin.get(path);
      assert.deepEqual([status, body.error.reason], [422, reason], path);
    }
    for (const chains of [undefined, 7, [[1]], [['lamp', 'x', 1, '', 1]], Array(1001).fill([])]) {
      const { status, body } = await plant.admin.post('/audit/verify/chains', { chains });
      assert.deepEqual([status, body.error.reason], [422, 'anchors_invalid']);
    }
    assert.equal((await plant.admin.get('/audit/checkpoints/0')).status, 404);
    assert.equal((await plant.admin.get('/audit/checkpoints/x')).status, 404);
  });

  it('signs a checkpoint, lists it and gives it as a file that proves itself', async () => {
    const { body } = await plant.admin.post('/audit/checkpoints');
    assert.equal(body.checkpoint.number, 1);
    const { body: list } = await plant.admin.get('/audit/checkpoints');
    assert.deepEqual([list.total, list.items[0].hash], [1, body.checkpoint.hash]);
    const file = await plant.admin.get('/audit/checkpoints/1');
    assert.match(file.headers.get('content-disposition') ?? '', /checkpoint-1\.json/);
    assert.equal(faultOfFile(file.body), null);
    assert.ok(!JSON.stringify(file.body).includes('sealed'));
    const { body: keys } = await plant.admin.get('/audit/keys');
    assert.deepEqual(Object.keys(keys.items[0]), ['number', 'key_id', 'public_key', 'endorsement']);
  });

  it('pages of the check give what the whole gives', async () => {
    const { body: whole } = await plant.admin.get('/audit/verify');
    assert.deepEqual([whole.faults, whole.checkpoints.faults], [[], []]);
    let checked = 0;
    for (let after: string | null = ''; after !== null; ) {
      const query = `limit=1${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
      const { body } = await plant.admin.get(`/audit/verify?${query}`);
      checked += body.checked;
      after = body.next;
    }
    assert.equal(checked, whole.checked);
  });

  it('the keeper signs and checks in its period, keeps copies, and tells of what does not fit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qoida-copies-'));
    let at = Date.now();
    const told: string[] = [];
    const keeper = startAuditKeeper({
      db: plant.platform.db,
      serverSecret: JSON.parse(readFileSync(join(plant.dataDir, 'secrets.json'), 'utf8'))
        .SERVER_SECRET,
      settings: {
        AUDIT_CHECKPOINT_MINUTES: 60,
        AUDIT_CHECK_HOURS: 24,
        AUDIT_CHECKPOINT_DIR: folder,
      },
      now: () => new Date(at),
      log: { info: (_, text) => told.push(text), error: (_, text) => told.push(text) },
    });
    const numbers = async () =>
      (await plant.admin.get('/audit/checkpoints')).body.items.map(
        ({ number }: { number: number }) => number,
      );
    try {
      const before = await numbers();
      await plant.admin.post(`/lamps/${lamp}/break`, { broken: false });
      const [count] = await plant.asOwner<{ of_lamp: number }>(
        'select count(*)::int as of_lamp from audit_log where object_id = $1',
        [lamp],
      );
      const ofLamp = count?.of_lamp;
      await keeper.look();
      assert.deepEqual(await numbers(), before, 'the hour is not over');
      assert.deepEqual(told, ['the audit log is whole']);
      at += 3_600_000;
      await keeper.look();
      assert.equal((await numbers()).length, before.length + 1);
      assert.equal(readdirSync(folder).length, before.length + 1);
      at += 24 * 3_600_000;
      await plant.asOwner("update audit_log set result = 'x' where object_id = $1", [lamp]);
      await keeper.look();
      assert.equal(told.at(-1), 'the audit log does not fit its signatures');
      const { body } = await plant.admin.get('/audit/checks');
      assert.deepEqual(
        [body.items.length, body.items[0].faults, body.items[1].faults],
        [2, ofLamp, 0],
      );
      assert.deepEqual(body.items[0].found[0].kind, 'edited');
      const [event] = await plant.asOwner<{ payload: { faults: number } }>(
        "select payload from outbox where name = 'audit.fault'",
      );
      assert.equal(event?.payload.faults, ofLamp);
    } finally {
      await keeper.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
