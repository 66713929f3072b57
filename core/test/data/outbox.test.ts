import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Actor } from '@qoida/core';
import {
  type Database,
  enqueueEvent,
  type OutboxEvent,
  purgeEvents,
  startOutbox,
  type Transaction,
} from '../../src/data/index.ts';
import { laneOf } from '../../src/data/outbox/events.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { until } from '../../src/testing/index.ts';
import { lockWaiter } from './waiting.ts';

describe('outbox', () => {
  let test: TestDatabase;
  let delivered: OutboxEvent[];
  let stops: (() => Promise<void>)[];
  beforeEach(async () => {
    test = await testDatabase();
    delivered = [];
    stops = [];
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
    await test.close();
  });

  const actor = (): Actor => ({
    kind: 'user',
    id: null,
    name: 'Ali',
    roles: [],
    locale: 'uz',
    organizationId: test.organizationId,
  });
  const emit = (tx: Transaction, stream: string, n: number) =>
    enqueueEvent(tx, {
      name: 'box.packed',
      stream,
      payload: { n },
      actor: actor(),
      traceId: randomUUID(),
    });
  const inside = <T>(work: (tx: Transaction) => Promise<T>) =>
    test.db.transaction(test.organizationId, work);
  /** @param take may be given an event again when something fails after it */
  const start = async (
    take: (event: OutboxEvent, tx: Transaction) => Promise<void> | void = (event) =>
      void delivered.push(event),
    db: Database = test.db,
  ) => {
    const { stop } = await startOutbox(db, {
      log: db.log,
      async deliver(events, tx) {
        for (const event of events) await take(event, tx);
        return undefined;
      },
    });
    stops.push(stop);
    return stop;
  };
  /** A consumer's own table: what it kept with the delivery. */
  const counted = () =>
    test.asOwner(
      `create table taken (place bigint generated always as identity, n int, stream text);
       grant all on taken to qoida_app`,
    );
  const keep = ({ payload: { n }, stream }: OutboxEvent, tx: Transaction) =>
    tx.sql('insert into taken (n, stream) values (?, ?)', [n, stream]);
  const kept = async (stream: string) =>
    (
      await test.asOwner<{ n: number }>('select n from taken where stream = $1 order by place', [
        stream,
      ])
    ).map(({ n }) => n);
  const numbers = (stream?: string) =>
    delivered
      .filter((event) => stream === undefined || event.stream === stream)
      .map((event) => event.payload.n);
  const waiting = async () =>
    (await test.asOwner('select 1 from outbox where delivered_at is null')).length;

  it('delivers what was committed, with all that belongs to it, and nothing that was rolled back', async () => {
    await start();
    const failure = new Error('rolled back');
    await assert.rejects(
      inside(async (tx) => {
        await emit(tx, 's', 0);
        throw failure;
      }),
      failure,
    );
    const id = await inside((tx) => emit(tx, 's', 1));
    await until(() => delivered.length > 0);
    const [event] = delivered;
    assert.deepEqual(
      { ...event, trace_id: null, created_at: null, occurred_at: null },
      {
        id,
        organization_id: test.organizationId,
        lane: laneOf('s'),
        name: 'box.packed',
        stream: 's',
        payload: { n: 1 },
        actor: actor(),
        trace_id: null,
        cause: null,
        created_at: null,
        occurred_at: null,
        attempts: 0,
      },
    );
    await until(async () => (await waiting()) === 0);
    assert.equal(delivered.length, 1);
  });

  it('keeps the order of a stream when the later transaction took its number first', async () => {
    // As on the road: the claim gives the second a lower transaction id, then it waits for the parent's lock.
    await test.asOwner('create table parent (id integer primary key)');
    await test.asOwner('insert into parent values (1)');
    await test.asOwner('grant all on parent to qoida_app');
    const claimed = Promise.withResolvers<void>();
    const lockedByFirst = Promise.withResolvers<void>();
    const letFirstGo = Promise.withResolvers<void>();
    const lock = (tx: Transaction) => tx.sql('select id from parent for update');
    const second = inside(async (tx) => {
      await tx.sql('select pg_current_xact_id()');
      claimed.resolve();
      await lockedByFirst.promise;
      await lock(tx);
      await emit(tx, 'parent', 2);
    });
    await claimed.promise;
    // A long transaction with a number between the two hides no event and holds none back.
    const longRuns = Promise.withResolvers<void>();
    const letLongGo = Promise.withResolvers<void>();
    const long = inside(async (tx) => {
      await emit(tx, 'long', 3);
      longRuns.resolve();
      await letLongGo.promise;
    });
    await longRuns.promise;
    const first = inside(async (tx) => {
      await lock(tx);
      await emit(tx, 'parent', 1);
      lockedByFirst.resolve();
      await letFirstGo.promise;
    });
    await lockWaiter(test);
    letFirstGo.resolve();
    await Promise.all([first, second]);
    await start();
    await until(() => numbers('parent').length === 2);
    assert.deepEqual(numbers(), [1, 2]);
    letLongGo.resolve();
    await long;
    await until(() => numbers('long').length === 1);
    assert.deepEqual(numbers('long'), [3], 'it had the lower number and comes late, but it comes');
  });

  it('keeps the order of every stream and loses nothing while many write', async () => {
    const streams = ['a', 'b', 'c', 'd', 'e'];
    await test.asOwner(
      'create table counters (stream text primary key, n integer not null default 0)',
    );
    await test.asOwner('insert into counters (stream) select unnest($1::text[])', [streams]);
    await test.asOwner('grant all on counters to qoida_app');
    await start();
    const write = (turn: number) =>
      inside(async (tx) => {
        await tx.sql('select pg_current_xact_id()');
        const stream = streams[turn % streams.length] as string;
        const [row] = await tx.sql<{ n: number }>(
          'update counters set n = n + 1 where stream = ? returning n',
          [stream],
        );
        await emit(tx, stream, row?.n ?? 0);
        for (let wait = 0; wait < (turn * 7) % 5; wait++) await new Promise(setImmediate);
      });
    await Promise.all(Array.from({ length: 200 }, (_, turn) => write(turn)));
    await until(() => delivered.length >= 200);
    for (const stream of streams) {
      assert.deepEqual(
        numbers(stream),
        Array.from({ length: 40 }, (_, index) => index + 1),
        stream,
      );
    }
  });

  it('tries a failing delivery again, in order, while other lanes go on', async () => {
    const streams = ['bad', 'x0', 'x1', 'x2', 'x3'];
    const good = streams.find((stream) => laneOf(stream) !== laneOf('bad')) as string;
    let heal = false;
    await counted();
    await inside(async (tx) => {
      for (const n of [1, 2]) await emit(tx, 'bad', n);
      await emit(tx, good, 3);
    });
    await start(async (event, tx) => {
      if (event.stream === 'bad' && event.payload.n === 1 && !heal)
        throw new Error('the consumer is away');
      await keep(event, tx);
    });
    await until(async () => (await kept(good)).length === 1);
    const state = () =>
      test.asOwner<{ attempts: number; last_error: string | null }>(
        "select attempts, last_error from outbox where stream = 'bad' order by seq",
      );
    await until(async () => ((await state())[0]?.attempts ?? 0) >= 2);
    const [failing, behind] = await state();
    assert.equal(failing?.last_error, 'the consumer is away');
    assert.deepEqual(behind, { attempts: 0, last_error: null });
    assert.deepEqual(await kept('bad'), []);
    heal = true;
    await until(async () => (await waiting()) === 0);
    assert.deepEqual(await kept('bad'), [1, 2]);
    assert.deepEqual(await kept(good), [3]);
  });

  it('keeps what a consumer keeps with the delivery exactly once, however often it fails or is cut off', async () => {
    await counted();
    await inside(async (tx) => {
      for (let n = 1; n <= 400; n++) await emit(tx, `s${n % 16}`, n);
    });
    let deliveries = 0;
    await start(async (event, tx) => {
      await keep(event, tx);
      deliveries += 1;
      // Now and then after much was kept: all of it is undone.
      if (deliveries % 150 === 0) throw new Error('it stumbles');
      if (deliveries % 170 === 0)
        await test.asOwner(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and usename = 'qoida_app'`,
        );
    });
    await until(async () => (await waiting()) === 0);
    assert.ok(deliveries > 400);
    const rows = await test.asOwner<{ n: number; stream: string }>(
      'select n, stream from taken order by place',
    );
    assert.equal(rows.length, 400);
    for (const [stream, own] of Map.groupBy(rows, (row) => row.stream)) {
      const order = own.map(({ n }) => n);
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        stream,
      );
    }
    const positions = await test.asOwner<{ position: number }>(
      'select position from outbox order by position',
    );
    assert.deepEqual(
      positions.map(({ position }) => Number(position)),
      Array.from({ length: 400 }, (_, at) => at + 1),
    );
  });

  it('delivers at least once and in order when a consumer is killed in the middle', async () => {
    await inside(async (tx) => {
      for (let n = 1; n <= 60; n++) await emit(tx, `s${n % 3}`, n);
    });
    const seen: string[] = [];
    const child = spawn(
      process.execPath,
      ['-C', 'qoida-src', fileURLToPath(new URL('./outbox-consumer.ts', import.meta.url))],
      {
        env: { OWNER_DSN: test.ownerDsn, APP_PASSWORD: 'qoida-test', DELAY_MS: '5' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    createInterface({ input: child.stdout }).on('line', (line) => seen.push(line));
    await until(() => seen.length >= 10);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.ok(seen.length < 60, 'it was killed before the end');
    await start(async (event) => void seen.push(`${event.stream} ${event.payload.n}`));
    await until(async () => (await waiting()) === 0);
    for (const stream of ['s0', 's1', 's2']) {
      const firsts = [...new Set(seen.filter((line) => line.startsWith(stream)))];
      const numbers = firsts.map((line) => Number(line.split(' ')[1]));
      assert.equal(numbers.length, 20, `${stream}: nothing is lost`);
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        `${stream}: in order`,
      );
    }
  });

  it('gives each lane one owner, and its lanes to another when it goes', async () => {
    const byOther: OutboxEvent[] = [];
    const stop = await start();
    await inside((tx) => emit(tx, 's', 1));
    await until(() => delivered.length === 1);
    await start(async (event) => void byOther.push(event), await test.openAgain());
    for (let n = 2; n <= 20; n++) await inside((tx) => emit(tx, `s${n}`, n));
    await until(() => delivered.length === 20);
    assert.equal(byOther.length, 0);
    await stop();
    await inside((tx) => emit(tx, 's', 21));
    await until(() => byOther.length === 1);
    assert.equal(delivered.length, 20);
  });

  it('comes back after its connections were cut', async () => {
    await start();
    await inside((tx) => emit(tx, 's', 1));
    await until(async () => delivered.length === 1 && (await waiting()) === 0);
    await test.asOwner(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = 'qoida_app'`,
    );
    await until(async () => {
      try {
        await inside((tx) => emit(tx, 's', 2));
        return true;
      } catch {
        return false;
      }
    });
    await until(() => numbers().includes(2));
  });

  it('serves every organisation', async () => {
    const other = await test.addOrganization('other');
    await start();
    await test.db.transaction(other, (tx) => emit(tx, 's', 7));
    await until(() => delivered.length === 1);
    assert.equal(delivered[0]?.organization_id, other);
  });

  it('forgets what was delivered long ago, the oldest first', async () => {
    await start();
    const ids: string[] = [];
    for (let n = 1; n <= 5; n++) ids.push(await inside((tx) => emit(tx, 'one', n)));
    await until(async () => delivered.length === 5 && (await waiting()) === 0);
    await test.asOwner(
      "update outbox set delivered_at = delivered_at - interval '8 days' where id = any($1)",
      [ids.slice(0, 2)],
    );
    assert.equal(await purgeEvents(test.db, 7), 2);
    const left = await test.asOwner<{ id: string }>('select id from outbox order by seq');
    assert.deepEqual(
      left.map(({ id }) => id),
      ids.slice(2),
    );
  });

  it('tells a listener what was said, also after its connection was cut', async () => {
    const heard: string[] = [];
    const { stop } = await test.db.listen('greetings', (payload) => heard.push(payload));
    await test.asOwner("select pg_notify('greetings', 'one')");
    await until(() => heard.includes('one'));
    await test.asOwner(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'qoida listen'",
    );
    await until(() => heard.includes(''));
    await test.asOwner("select pg_notify('greetings', 'two')");
    await until(() => heard.includes('two'));
    await stop();
  });
});
