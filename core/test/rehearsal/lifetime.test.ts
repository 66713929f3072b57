import assert from 'node:assert/strict';
import type pg from 'pg';
import { until } from '../../src/testing/index.ts';
import { openShop, type Shop } from './support.ts';

describe('the life of a rehearsal', () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    await shop.finish(10, 1);
  });
  after(() => shop.plant.stop());

  const ask = async () => (await shop.admin.post('/rules/rehearse', { from: shop.from })).body.id;
  const stateOf = async (id: string) =>
    (await shop.admin.get(`/rules/rehearsals/${id}`)).body.state;

  /** A rehearsal that is held up: a table that it reads is locked, until `release`. */
  let locker: pg.PoolClient | undefined;
  let locking: Promise<unknown> = Promise.resolve();
  async function underWay(table = 'rule_runs'): Promise<string> {
    const held = await shop.plant.platform.db.pool.connect();
    locker = held;
    await held.query('select pg_advisory_lock(4242)');
    // Who holds the table waits for the lock above, and ends with it.
    locking = shop.plant.asOwner(
      `do $$ begin lock table ${table} in access exclusive mode; perform pg_advisory_xact_lock(4242); end $$`,
    );
    const isHeld = `select 1 from pg_locks where locktype = 'advisory' and not granted`;
    await until(async () => ((await held.query(isHeld)).rowCount ? true : null), 'the lock');
    const id = await ask();
    await until(async () => ((await stateOf(id)) === 'running' ? true : null), 'it to run');
    return id;
  }
  async function release(): Promise<void> {
    await locker?.query('select pg_advisory_unlock(4242)');
    locker?.release();
    await locking;
  }

  it('is cancelled at once, and nothing of it stays', async () => {
    const ids = [await ask(), await ask(), await ask()];
    const last = ids.at(-1) ?? '';
    const { status, body } = await shop.admin.post(`/rules/rehearsals/${last}/cancel`);
    assert.deepEqual([status, body.state], [200, 'cancelled']);
    for (const id of ids.slice(0, -1)) assert.equal((await shop.ended(id)).state, 'done');
    assert.equal(await stateOf(last), 'cancelled');
    const again = await shop.admin.post(`/rules/rehearsals/${last}/cancel`);
    assert.deepEqual([again.status, again.body.error.reason], [409, 'rehearsal_ended']);
    const events = await shop.plant.asOwner(
      `select payload ->> 'state' as state from outbox where name = 'rehearsal.ended' and payload ->> 'rehearsal_id' = $1`,
      [last],
    );
    assert.deepEqual(events, [{ state: 'cancelled' }]);
  });

  for (const table of ['decisions', 'audit_log', 'rule_runs', 'standing_looks', 'batches'])
    it(`one that reads ${table} is stopped, leaves nothing, and the next begins`, async () => {
      const id = await underWay(table);
      assert.equal((await shop.admin.post(`/rules/rehearsals/${id}/cancel`)).status, 200);
      await release();
      assert.equal((await shop.ended(await ask())).state, 'done');
      assert.equal(await stateOf(id), 'cancelled');
      const left = await shop.plant.asOwner(
        'select 1 from rehearsal_items where rehearsal_id = $1',
        [id],
      );
      assert.deepEqual(left, []);
    });

  it('tells its progress and its end over the stream', async () => {
    const stop = new AbortController();
    const response = await fetch(
      `${shop.plant.url}/api/v1/stream?topics=rehearsal.*,event.rehearsal.ended`,
      { headers: { authorization: `Bearer ${shop.admin.token}` }, signal: stop.signal },
    );
    assert.equal(response.status, 200);
    const id = await ask();
    let heard = '';
    try {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        heard += decoder.decode(chunk, { stream: true });
        if (heard.includes('event: event.rehearsal.ended')) break;
      }
    } finally {
      stop.abort();
    }
    assert.match(heard, new RegExp(`event: rehearsal\\.${id}\ndata: .*"phase":"done"`));
    assert.match(heard, new RegExp(`"rehearsal_id":"${id}"`));
  });

  it('is taken over when its node is gone, and begins anew', async () => {
    const id = await ask();
    assert.equal((await shop.ended(id)).state, 'done');
    await shop.plant.asOwner(
      `update rehearsals set state = 'running', beat_at = now() - interval '1 minute', result = null,
         finished_at = null where id = $1`,
      [id],
    );
    assert.equal((await shop.ended(id)).state, 'done');
    const [row] = await shop.plant.asOwner<{ attempt: number }>(
      'select attempt from rehearsals where id = $1',
      [id],
    );
    assert.equal(row?.attempt, 2);
  });

  it('one that takes its node with it each time is given up, and tells so', async () => {
    const id = await ask();
    assert.equal((await shop.ended(id)).state, 'done');
    await shop.plant.asOwner(
      `update rehearsals set state = 'running', attempt = 3, beat_at = now() - interval '1 minute',
         result = null, finished_at = null where id = $1`,
      [id],
    );
    const ended = await shop.ended(id);
    assert.deepEqual([ended.state, ended.error], ['failed', 'given up: its node was gone 3 times']);
    const told = await shop.plant.asOwner(
      `select 1 from outbox where name = 'rehearsal.ended' and payload ->> 'rehearsal_id' = $1
         and payload ->> 'state' = 'failed'`,
      [id],
    );
    assert.equal(told.length, 1);
  });

  it('only a few wait at a time', async () => {
    const answers: number[] = [];
    for (let no = 0; no < 12; no += 1)
      answers.push((await shop.admin.post('/rules/rehearse', { from: shop.from })).status);
    assert.ok(
      answers.every((status) => status === 202 || status === 409),
      String(answers),
    );
    await until(async () => {
      const { body } = await shop.admin.get('/rules/rehearsals?page_size=50');
      const open = body.items.filter(({ state }: { state: string }) =>
        ['waiting', 'running'].includes(state),
      );
      return open.length === 0 ? true : null;
    }, 'all to end');
  });
});
