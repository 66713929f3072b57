import assert from 'node:assert/strict';
import { type ServerEvent, type Subscription, subscribe } from '../src/client.mts';
import {
  answerJson,
  eventText,
  openStream,
  type StreamServer,
  startStreamServer,
} from './stream-server.ts';

describe('following the events of a platform', () => {
  let platform: StreamServer;
  let stop: () => void;
  let events: ServerEvent[];
  let states: string[];
  let woken: (() => void)[];

  beforeEach(async () => {
    platform = await startStreamServer();
    [events, states, woken] = [[], [], []];
  });
  afterEach(async () => {
    stop();
    await platform.close();
  });

  const wake = () => {
    for (const look of woken.splice(0)) look();
  };
  /** Waits until something came for which this holds. */
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => woken.push(resolve));
  };
  const begin = (
    topics: readonly string[] = ['event.package.created'],
    overrides: Partial<Subscription> = {},
  ) => {
    stop = subscribe({
      server: { url: platform.url, token: 'token-1' },
      topics,
      lastId: () => events.at(-1)?.id,
      take: (event) => {
        events.push(event);
        wake();
      },
      state: (state) => {
        states.push(state);
        wake();
      },
      ...overrides,
    });
  };

  it('asks for its topics with the token in a header, never in the address', async () => {
    begin(['event.package.created', 'event.session.*']);
    const { request, answer } = await platform.next();
    openStream(answer);
    await until(() => states.includes('connected'));
    assert.equal(request.url, '/api/v1/stream?topics=event.package.created,event.session.*');
    assert.equal(request.headers.authorization, 'Bearer token-1');
    assert.equal(request.headers['last-event-id'], undefined);
  });

  it('goes on after the last event when the connection breaks', async () => {
    begin();
    const first = await platform.next();
    openStream(first.answer).write(eventText(41, { n: 1 }) + eventText(42, { n: 2 }));
    await until(() => events.length === 2);
    first.answer.destroy();

    const second = await platform.next();
    assert.equal(second.request.headers['last-event-id'], '42');
    openStream(second.answer).write(eventText(43, { n: 3 }));
    await until(() => events.length === 3);
    assert.deepEqual(
      events.map((event) => JSON.parse(event.data).n),
      [1, 2, 3],
    );
    assert.deepEqual(states, ['connected', 'waiting', 'connected']);
  });

  it('goes on when the platform ends the stream in good order', async () => {
    begin();
    const first = await platform.next();
    openStream(first.answer).end(`${eventText(7, {})}: the platform stops\n\n`);
    await until(() => events.length === 1);
    const second = await platform.next();
    assert.equal(second.request.headers['last-event-id'], '7');
  });

  it('an event cut by the break is not given out, and comes whole after it', async () => {
    begin();
    const first = await platform.next();
    openStream(first.answer).write(`${eventText(1, {})}id: 2\nevent: event.package.created\nda`);
    await until(() => events.length === 1);
    first.answer.destroy();
    const second = await platform.next();
    assert.equal(second.request.headers['last-event-id'], '1');
    openStream(second.answer).write(eventText(2, { whole: true }));
    await until(() => events.length === 2);
    assert.equal(events[1]?.data, '{"whole":true}');
  });

  it('letters that a chunk cuts in two arrive whole', async () => {
    begin();
    const { answer } = await platform.next();
    const bytes = Buffer.from(eventText(1, { text: 'Тароз‘и ок' }));
    openStream(answer);
    for (const byte of bytes) answer.write(Buffer.of(byte));
    await until(() => events.length === 1);
    assert.deepEqual(JSON.parse(events[0]?.data ?? ''), { text: 'Тароз‘и ок' });
  });

  it('a refusal is told as one, a fault of the server as waiting', async () => {
    begin();
    const first = await platform.next();
    answerJson(first.answer, 503, { error: { code: 'unavailable', message: 'starting' } });
    await until(() => states.includes('waiting'));
    const second = await platform.next();
    answerJson(second.answer, 401, { error: { code: 'unauthorized', message: 'no' } });
    await until(() => states.includes('refused'));
    assert.deepEqual(states, ['waiting', 'refused']);
  });

  it('stops at once: the connection is closed and no new one is made', async () => {
    begin();
    const { request, answer } = await platform.next();
    openStream(answer);
    await until(() => states.includes('connected'));
    const closed = new Promise<void>((resolve) => request.socket.once('close', () => resolve()));
    stop();
    await closed;
    assert.deepEqual(states, ['connected']);
  });
});
