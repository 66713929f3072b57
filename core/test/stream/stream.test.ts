import assert from 'node:assert/strict';
import { envelope } from '../http/support.ts';
import {
  openWithoutReading,
  SseClient,
  type SseMessage,
  type StreamWorld,
  startStreamWorld,
} from './support.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const numbered = (from: number, to: number) => range(from, to).map((n) => ({ n }));

describe('stream', () => {
  let world: StreamWorld;
  before(async () => {
    world = await startStreamWorld();
  });
  after(() => world.end());
  const open = (topics: string, lastEventId?: string) =>
    new SseClient().open(world, topics, lastEventId);
  /** Opened, and following: the first mark of its position has come. */
  const follow = async (topics: string, lastEventId?: string) => {
    const client = await open(topics, lastEventId);
    await client.until(() => client.lastEventId !== '');
    return client;
  };

  it('needs a sign-in in the header and sensible topics', async () => {
    const get = (query: string, headers: Record<string, string>) =>
      fetch(`${world.platform.url}/api/v1/stream${query}`, { headers });
    assert.equal((await get('?topics=live.*', {})).status, 401);
    assert.equal((await get('?topics=live.*&access_token=ali', {})).status, 401);
    const signedIn = { Authorization: 'Bearer ali' };
    for (const query of [
      '',
      '?topics=',
      '?topics=a*b',
      '?topics=live.%0aevil',
      `?topics=${Array(51).fill('a').join(',')}`,
    ]) {
      const response = await get(query, signedIn);
      assert.equal(response.status, 422, query);
      assert.equal((await envelope(response)).error.reason, 'bad_topics');
    }
    const strange = await get('?topics=event.*', { ...signedIn, 'Last-Event-ID': '1; drop' });
    assert.equal((await envelope(strange)).error.reason, 'bad_last_event_id');
  });

  it('gives live values to those who ask, the last retained one at once', async () => {
    const { hub, test } = world;
    const to = { organizationId: test.organizationId, retain: true };
    hub.publish('live.scale-1', { kg: 1 }, to);
    hub.publish('live.scale-1', { kg: 2 }, to);
    hub.publish('health.scale-1', { state: 'ok' }, to);
    const client = await open('live.scale-1,health.*');
    await client.until(() => client.events.length === 2);
    hub.publish('live.scale-2', { kg: 9 }, to);
    hub.publish(
      'live.scale-1',
      { kg: 8 },
      { organizationId: await test.addOrganization('foreign') },
    );
    hub.publish('live.scale-1', { kg: 3 }, to);
    await client.until(() => client.events.length === 3);
    assert.deepEqual(
      client.events.map(({ event, data }) => [event, data]),
      [
        ['live.scale-1', { kg: 2 }],
        ['health.scale-1', { state: 'ok' }],
        ['live.scale-1', { kg: 3 }],
      ],
    );
    client.close();
  });

  it('gives durable events in order, with their ids, and only those that may be read', async () => {
    const client = await follow('event.*');
    await world.emit('payroll.approved', [{ n: 0 }]);
    await world.emit('package.created', numbered(1, 4));
    await client.until(() => client.events.length === 3);
    assert.deepEqual(client.numbers, [1, 2, 3]);
    const first = client.events[0] as SseMessage;
    assert.equal(first.event, 'event.package.created');
    const { name, actor } = first.data as { name: string; actor: { name: string } };
    assert.deepEqual([name, actor.name], ['package.created', 'ali']);
    const ids = client.events.map(({ id }) => Number(id));
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => a - b),
    );
    client.close();
  });

  it('a resume loses nothing and repeats nothing, however often and wherever the line breaks', async () => {
    const seen: number[] = [];
    let position = (await follow('event.storm')).lastEventId;
    // Several streams fall into several lanes, which deliver side by side.
    const writing = (async () => {
      for (const n of range(0, 150)) await world.emit('storm', [{ n }], `stream ${n % 7}`);
    })();
    for (let round = 1; seen.length < 150; round += 1) {
      const client = await open('event.storm', position);
      const enough = Math.min(150 - seen.length, round * 3);
      await client.until(() => client.numbers.length >= enough);
      const taken = client.events.slice(0, enough);
      seen.push(...taken.map(({ data }) => (data as { payload: { n: number } }).payload.n));
      // What comes after the break was never read: the client stands at the last one it took.
      position = taken.at(-1)?.id ?? position;
      client.close();
    }
    await writing;
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      range(0, 150),
    );
    assert.ok(seen.length === 150);
    const rest = await follow('event.storm', position);
    assert.deepEqual(rest.events, []);
    rest.close();
  });

  it('a long absence is caught up page by page, joined with what comes meanwhile', async () => {
    const before = await follow('event.long');
    await world.emit('long', numbered(0, 1_000));
    await before.until(() => before.events.length === 1_000);
    const client = await open('event.long', before.messages[0]?.id);
    await world.emit('long', numbered(1_000, 1_050));
    await client.until(() => client.events.length === 1_050);
    assert.deepEqual(client.numbers, range(0, 1_050));
    before.close();
    client.close();
  });

  it('events that are kept no more are told as a gap, also when all are gone', async () => {
    const { asOwner, organizationId } = world.test;
    const client = await follow('event.old');
    const position = Number(client.lastEventId);
    await world.emit('old', numbered(0, 3));
    await client.until(() => client.events.length === 3);
    client.close();
    await asOwner(`delete from outbox where name = 'old' and payload->>'n' <> '2'`);
    const behind = await open('event.old', String(position));
    await behind.until(() => behind.events.length === 2);
    assert.deepEqual(behind.events[0]?.data, { from: position, to: position + 2 });
    assert.equal(behind.events[0]?.event, 'stream.gap');
    behind.close();
    await asOwner('delete from outbox where organization_id = $1', [organizationId]);
    const late = await open('event.old', String(position));
    await late.until(() => late.events.length === 1);
    assert.deepEqual(late.events[0]?.data, { from: position, to: position + 3 });
    await world.emit('old', [{ n: 4 }]);
    await late.until(() => late.events.length === 2);
    assert.equal(late.events[1]?.id, String(position + 4), 'positions go on after a purge');
    const ahead = await open('event.old', '999999');
    await ahead.until(() => ahead.events.length === 1);
    assert.deepEqual(ahead.events[0]?.data, { from: 999_999, to: position + 4 });
    late.close();
    ahead.close();
  });

  it('a slow client gets only the newest live value, and holds up nobody', async () => {
    const to = { organizationId: world.test.organizationId };
    const slow = await openWithoutReading(world, 'live.big');
    const quick = await follow('live.big');
    const padding = 'x'.repeat(100_000);
    for (const n of range(0, 400)) {
      world.hub.publish('live.big', { n, padding }, to);
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await quick.until(() => (quick.events.at(-1)?.data as { n: number } | undefined)?.n === 399);
    quick.close();
    world.hub.publish('live.big', { n: 'last' }, to);
    const reading = slow.readAll();
    await world.hub.close();
    const text = await reading;
    const got = text.split('event: live.big').length - 1;
    assert.ok(got < 200, `${got} of 400 values waited for a client that did not read`);
    assert.ok(text.includes('"last"') || text.includes('the platform stops'));
  });
});

describe('stream with durable events and a client that does not read', () => {
  it('is let go at its bound with a last comment, and resumes without loss', async () => {
    const world = await startStreamWorld();
    try {
      const slow = await openWithoutReading(world, 'event.big');
      const quick = await new SseClient().open(world, 'event.big');
      await quick.until(() => quick.lastEventId !== '');
      const padding = 'x'.repeat(100_000);
      for (const n of range(0, 60)) await world.emit('big', [{ n, padding }]);
      await quick.until(() => quick.events.length === 60);
      quick.close();
      const text = await slow.readAll();
      assert.match(text, /: too slow; reconnect and resume\n\n$/);
      const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => match[1]);
      const got = [...text.matchAll(/"n":(\d+)/g)].length;
      assert.ok(got < 60, 'not everything was kept for it');
      const resumed = await new SseClient().open(world, 'event.big', ids.at(-1));
      await resumed.until(() => resumed.events.length === 60 - got);
      assert.deepEqual(resumed.numbers, range(got, 60));
      resumed.close();
    } finally {
      await world.end();
    }
  });
});

describe('stream with a heartbeat', () => {
  it('streams outlive the broker’s time-out, and many do not fill its bulkhead', async () => {
    // Time-out of a call in these tests: 300 ms; calls at once: 2, waiting: 1.
    const world = await startStreamWorld({ heartbeatMs: 100 });
    const alive = ({ messages }: SseClient) =>
      messages.filter(({ comment }) => comment === 'alive');
    try {
      const clients = await Promise.all(
        range(0, 6).map(() => new SseClient().open(world, 'event.late')),
      );
      for (const client of clients) await client.until(() => alive(client).length >= 5);
      await world.emit('late', [{ n: 1 }]);
      for (const client of clients) {
        await client.until(() => client.events.length === 1);
        assert.equal(client.ended, false);
        client.close();
      }
    } finally {
      await world.end();
    }
  });

  it('a stop of the server does not wait for open streams', async () => {
    const world = await startStreamWorld();
    const client = await new SseClient().open(world, 'live.*');
    const started = Date.now();
    await world.platform.end();
    assert.ok(Date.now() - started < 2_000, 'running requests get 5 s');
    await client.until(() => client.ended);
    await world.end();
  });

  it('gives signs of life, and ends when the sign-in has', async () => {
    let signedIn = true;
    const world = await startStreamWorld({ heartbeatMs: 20, signedIn: () => signedIn });
    try {
      const client = await new SseClient().open(world, 'live.*');
      await client.until(
        () => client.messages.filter(({ comment }) => comment === 'alive').length >= 3,
      );
      signedIn = false;
      await client.until(() => client.ended);
      assert.equal(client.messages.at(-1)?.comment, 'signed out');
    } finally {
      await world.end();
    }
  });
});
