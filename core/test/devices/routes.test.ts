import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DeviceHealth } from '@qoida/core';
import { device } from '@qoida/core';
import { createDoor, ingestRoutes, signatureOf } from '../../src/devices/index.ts';
import { until } from '../../src/testing/index.ts';
import { type Platform, startPlatform } from '../http/support.ts';
import { roadOf } from './road-support.ts';
import { type Bench, openBench, SECRET, SERVER_SECRET, T0 } from './support.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & {
    error?: { code: string; reason: string; details: Record<string, unknown> };
  };
  readonly retryAfter: string | null;
}

const DRIVEN: DeviceHealth = {
  code: 'scale-driven',
  state: 'framing',
  since: T0,
  reason: 'set 7E1',
  counters: { bad: 3 },
};

describe('routes of devices over HTTP', () => {
  let bench: Bench;
  let platform: Platform;
  before(async () => {
    bench = await openBench();
    const settings = { SERVER_SECRET, INGEST_RATE_LIMIT_RPM: 40, INGEST_BATCH_MAX: 500 };
    const { db, ingest, now, log } = bench;
    const door = createDoor({ db, settings, now, log });
    platform = await startPlatform({
      routes: ingestRoutes({
        db,
        ingest,
        devices: { health: () => [DRIVEN] },
        settings,
        now,
        door,
      }),
      auth: {
        authenticate: async (header) => ({
          kind: 'user',
          id: null,
          name: 'tester',
          roles: [(header ?? '').replace('Bearer ', '')],
          locale: 'en',
          organizationId: bench.organizationId,
        }),
      },
    });
  });
  after(async () => {
    await platform.end();
    await bench.close();
  });

  async function call(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ): Promise<Answer> {
    const response = await fetch(`${platform.url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) }),
    });
    return {
      status: response.status,
      body: (await response.json()) as Answer['body'],
      retryAfter: response.headers.get('retry-after'),
    };
  }
  const signed = (name: string, body: string | Buffer, secret = SECRET, timestamp?: string) => ({
    'x-device-id': name,
    'x-signature': signatureOf(secret, Buffer.from(body), timestamp).toString('hex'),
    ...(timestamp === undefined ? {} : { 'x-timestamp': timestamp }),
  });
  const post = (name: string, body: string | Buffer, secret = SECRET, timestamp?: string) =>
    call('POST', '/ingest/scale-events', signed(name, body, secret, timestamp), body);
  const batch = (...events: object[]) => JSON.stringify({ events });
  const event = (seq: number, gross_kg = 20.52) => ({
    seq,
    ts_device: T0.toISOString(),
    gross_kg,
    stable: true,
  });
  const read = (role: string, path: string) =>
    call('GET', path, { authorization: `Bearer ${role}` });
  const newCode = () => `scale-${randomUUID().slice(0, 8)}`;

  it('F-API-024 stores a signed batch, by code and by uuid, and accounts for each event', async () => {
    const code = newCode();
    const id = await bench.addDevice(code);
    const first = await post(code, batch(event(1), event(2)));
    assert.deepEqual([first.status, first.body], [201, { accepted: 2, duplicates: 0, late: 0 }]);
    const second = await post(
      id.toUpperCase(),
      batch(event(2), event(3), { ...event(4), gross_kg: 1.2345 }, event(1, 9)),
    );
    assert.equal(second.status, 201);
    assert.deepEqual(second.body, {
      accepted: 1,
      duplicates: 2,
      late: 0,
      conflicts: 1,
      rejected: [{ index: 2, reason: 'gross_kg_decimals' }],
    });
  });

  it('F-API-024 takes one event alone, and signs with a timestamp (F-OP-36)', async () => {
    const code = newCode();
    await bench.addDevice(code);
    assert.equal((await post(code, JSON.stringify(event(1)))).status, 201);
    const stamp = String(T0.getTime() / 1000 - 300);
    assert.equal((await post(code, batch(event(2)), SECRET, stamp)).status, 201);
    const old = await post(code, batch(event(3)), SECRET, String(T0.getTime() / 1000 - 301));
    assert.deepEqual([old.status, old.body.error?.reason], [401, 'bad_signature']);
  });

  it('F-SEC-03 refuses a wrong secret, a changed body, an unknown device and no signature alike', async () => {
    const code = newCode();
    await bench.addDevice(code);
    const body = batch(event(1));
    const answers = await Promise.all([
      post(code, body, 'another'),
      call('POST', '/ingest/scale-events', signed(code, body), batch(event(2))),
      post('no-such-device', body),
      call('POST', '/ingest/scale-events', { 'x-device-id': code }, body),
      call('POST', '/ingest/scale-events', {}, body),
    ]);
    for (const answer of answers) {
      assert.deepEqual(
        [answer.status, answer.body.error?.code, answer.body.error?.reason],
        [401, 'unauthorized', 'bad_signature'],
      );
    }
    assert.equal((await post(code, body)).body.accepted, 1);
  });

  it('F-M15-08 refuses another address with 403', async () => {
    const [inside, outside] = [newCode(), newCode()];
    await bench.addDevice(inside, { ip_allow: ['127.0.0.0/8'] });
    await bench.addDevice(outside, { ip_allow: ['10.0.0.0/24', '192.168.1.5'] });
    assert.equal((await post(inside, batch(event(1)))).status, 201);
    const refused = await post(outside, batch(event(1)));
    assert.deepEqual([refused.status, refused.body.error?.reason], [403, 'ip_not_allowed']);
  });

  it('F-ALG-02 answers 422 when no event can be stored, and 400 to what is no JSON', async () => {
    const code = newCode();
    await bench.addDevice(code);
    const invalid = await post(code, batch({ seq: -1 }, {}));
    assert.deepEqual([invalid.status, invalid.body.error?.reason], [422, 'events_invalid']);
    assert.deepEqual(invalid.body.error?.details.rejected, [
      { index: 0, reason: 'seq_invalid' },
      { index: 1, reason: 'seq_invalid' },
    ]);
    assert.equal((await post(code, batch())).body.error?.reason, 'events_missing');
    assert.equal((await post(code, '{')).status, 400);
    assert.equal((await post(code, Buffer.from([0x22, 0xff, 0x22]))).status, 400);
  });

  it('F-OP-36 takes 500 events and refuses 501, and a body over 256 KiB', async () => {
    const code = newCode();
    await bench.addDevice(code);
    const many = (count: number) => batch(...Array.from({ length: count }, (_, seq) => event(seq)));
    assert.equal((await post(code, many(500))).body.accepted, 500);
    const refused = await post(code, many(501));
    assert.deepEqual([refused.status, refused.body.error?.reason], [422, 'batch_too_large']);
    assert.equal(
      (await post(code, batch({ ...event(1), note: 'x'.repeat(256 * 1024) }))).status,
      413,
    );
  });

  it('F-SEC-09 refuses a device over its requests a minute with 429, and others not', async () => {
    const [busy, calm] = [newCode(), newCode()];
    await Promise.all([bench.addDevice(busy), bench.addDevice(calm)]);
    const answers = [];
    for (let seq = 0; seq < 41; seq += 1) answers.push(await post(busy, batch(event(seq))));
    assert.deepEqual(
      answers.map(({ status }) => status).filter((status) => status !== 201),
      [429],
    );
    const last = answers.at(-1);
    assert.ok(Number(last?.retryAfter) >= 1 && Number(last?.retryAfter) <= 60);
    assert.equal((await post(calm, batch(event(1)))).status, 201);
  });

  it('F-M15-07 a rotated secret works at once beside the old one, and a switched off device not at all', async () => {
    const road = roadOf(bench);
    const code = newCode();
    await bench.addDevice(code);
    assert.equal((await post(code, batch(event(1)))).status, 201);
    const { secret } = await road.as('integrator', 'device.rotate_secret', { id: code });
    await until(
      async () => (await post(code, batch(event(2)), String(secret))).status === 201,
      'the new secret',
    );
    assert.equal((await post(code, batch(event(3)))).status, 201);
    await road.as('integrator', 'device.update', { id: code, active: false });
    const off = await until(async () => {
      const answer = await post(code, batch(event(4)));
      return answer.status === 403 ? answer : null;
    }, 'the device to be off');
    assert.equal(off.body.error?.reason, 'device_inactive');
  });

  it('F-API-023 a heartbeat keeps time, firmware and skew, and answers with the server’s time', async () => {
    const code = newCode();
    const id = await bench.addDevice(code);
    const body = JSON.stringify({
      ts: new Date(T0.getTime() - 1500).toISOString(),
      firmware: '1.2.3',
      uptime: 5,
    });
    const answer = await call('POST', `/devices/${code}/heartbeat`, signed(id, body), body);
    assert.deepEqual([answer.status, answer.body], [200, { server_time: T0.toISOString() }]);
    const [row] = await bench.asOwner<Record<string, unknown>>(
      'select * from devices where id = $1',
      [id],
    );
    assert.deepEqual(
      [row?.last_heartbeat_at, row?.clock_skew_ms, row?.firmware],
      [T0, -1500, '1.2.3'],
    );
    const wrong = await call(
      'POST',
      `/devices/${code}/heartbeat`,
      signed(id, body, 'another'),
      body,
    );
    assert.equal(wrong.status, 401);
    const other = await bench.addDevice();
    const foreign = await call('POST', `/devices/${code}/heartbeat`, signed(other, body), body);
    assert.equal(foreign.status, 401);
    const empty = await call('POST', `/devices/${code}/heartbeat`, signed(id, '{}'), '{}');
    assert.equal(empty.body.error?.reason, 'ts_invalid');
  });

  it('F-API-025 lists readings of a device and a period, newest first, with what they were bound to', async () => {
    const code = newCode();
    const id = await bench.addDevice(code);
    await post(code, batch(event(1, 1), event(2, 2), event(3, 3)));
    await bench.asOwner(
      `update scale_events set bind_ref = '{"package_id":"p"}' where device_id = $1 and seq = 2`,
      [id],
    );
    const period = `from=${T0.toISOString()}&to=${new Date(T0.getTime() + 1).toISOString()}`;
    for (const name of [code, id]) {
      const { status, body } = await read(
        'integrator',
        `/ingest/scale-events?device_id=${name}&${period}&page_size=2`,
      );
      assert.equal(status, 200);
      const items = body.items as Record<string, unknown>[];
      assert.deepEqual(
        items.map((item) => [item.seq, item.bind_ref, item.device]),
        [
          [3, null, code],
          [2, { package_id: 'p' }, code],
        ],
      );
      assert.deepEqual([body.page, body.page_size, body.total], [1, 2, 3]);
    }
    const before = `to=${T0.toISOString()}`;
    assert.equal(
      (await read('texnolog', `/ingest/scale-events?device_id=${code}&${before}`)).body.total,
      0,
    );
    assert.equal((await read('operator', '/ingest/scale-events')).status, 403);
    for (const wrong of ['page=0', 'page_size=201', 'from=yesterday']) {
      assert.equal((await read('integrator', `/ingest/scale-events?${wrong}`)).status, 422, wrong);
    }
  });

  it('F-API-022 F-OP-56 health shows heartbeat, calibration, the driver’s state and conflicts', async () => {
    const gateway = newCode();
    await bench.addDevice(gateway, { calibration_due_at: new Date(T0.getTime() - 1) });
    await bench.addDevice('scale-driven', {
      driver_model: 'test',
      calibration_due_at: new Date(T0.getTime() + 1),
    });
    await post(gateway, batch(event(1, 1)));
    await post(gateway, batch(event(1, 2)));
    const { status, body } = await read('sex_boshligi', '/devices/health');
    assert.equal(status, 200);
    const find = (code: string) =>
      (body.items as Record<string, unknown>[]).find((item) => item.code === code);
    const sent = find(gateway);
    assert.deepEqual(
      [sent?.state, sent?.calibration, sent?.seq_conflicts, sent?.last_event_at],
      ['ok', 'expired', 1, T0.toISOString()],
    );
    const driven = find('scale-driven');
    assert.deepEqual(
      [driven?.state, driven?.reason, driven?.calibration, driven?.counters],
      ['framing', 'set 7E1', 'valid', { bad: 3 }],
    );
    assert.ok(!JSON.stringify(body).includes('sealed:'));
    assert.equal((await read('operator', '/devices/health')).status, 403);
  });

  it('F-M15-06 a gateway that was silent for more than two minutes is shown as lost', async () => {
    const code = newCode();
    await bench.addDevice(code);
    await bench.db.transaction(bench.organizationId, async (tx) => {
      const row = await tx.of(device).get(code);
      await tx.of(device).update(row.id, { last_heartbeat_at: new Date(T0.getTime() - 120_001) });
    });
    const { body } = await read('integrator', '/devices/health');
    const item = (body.items as Record<string, unknown>[]).find((one) => one.code === code);
    assert.equal(item?.state, 'no_data');
  });
});
