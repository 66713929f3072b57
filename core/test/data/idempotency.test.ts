import assert from 'node:assert/strict';
import { Refusal } from '@qoida/core';
import { claimIdempotency, purgeIdempotency, storeIdempotency } from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { lockWaiter } from './waiting.ts';

describe('idempotency keys', () => {
  let test: TestDatabase;
  let runs = 0;
  before(async () => {
    test = await testDatabase();
  });
  beforeEach(() => {
    runs = 0;
  });
  after(() => test.close());

  /** A request that counts how often it really ran. */
  const request = (key: string, requestHash = 'body', work = async () => {}) =>
    test.db.transaction(test.organizationId, async (tx) => {
      const place = { user: 'user-1', route: 'package.create', key, requestHash };
      const known = await claimIdempotency(tx, place);
      if (known) return known;
      runs++;
      await work();
      const answer = { status: 201, body: { z: 1, a: { kg: 20.52 }, at: null, run: runs } };
      await storeIdempotency(tx, place, answer);
      return answer;
    });

  it('runs once and gives the same answer again', async () => {
    const first = await request('k1');
    assert.deepEqual(await request('k1'), first);
    assert.equal(JSON.stringify((await request('k1')).body), JSON.stringify(first.body));
    assert.equal(runs, 1);
  });

  it('lets the second of two concurrent requests wait for the first and take its answer', async () => {
    const started = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const first = request('k2', 'body', () => {
      started.resolve();
      return letGo.promise;
    });
    await started.promise;
    const second = request('k2');
    await lockWaiter(test);
    letGo.resolve();
    assert.deepEqual(await first, await second);
    assert.equal(runs, 1);
  });

  it('runs the second when the first fails', async () => {
    const failure = new Error('rolled back');
    const started = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const first = request('k3', 'body', async () => {
      started.resolve();
      await letGo.promise;
      throw failure;
    });
    await started.promise;
    const second = request('k3');
    await lockWaiter(test);
    letGo.resolve();
    await assert.rejects(first, failure);
    assert.equal((await second).status, 201);
    assert.equal(runs, 2);
  });

  it('refuses another body under the same key', async () => {
    await request('k4');
    await assert.rejects(request('k4', 'other body'), (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.status, error.reason], [409, 'idempotency_mismatch']);
      return true;
    });
    assert.equal(runs, 1);
  });

  it('begins anew after 24 hours, with any body', async () => {
    await request('k5');
    const [kept] = await test.asOwner<{ hours: number }>(
      "select extract(epoch from expires_at - created_at)::int / 3600 as hours from idempotency_keys where key = 'k5'",
    );
    assert.equal(kept?.hours, 24);
    await test.asOwner("update idempotency_keys set expires_at = now() where key = 'k5'");
    assert.equal((await request('k5', 'other body')).status, 201);
    assert.equal(runs, 2);
  });

  it('purges what has expired in every organisation, nothing else', async () => {
    const other = await test.addOrganization('other');
    await request('k6');
    await test.asOwner(
      `insert into idempotency_keys (organization_id, user_id, route, key, request_hash, expires_at)
       values ($1, 'u', 'r', 'old', 'h', now())`,
      [other],
    );
    assert.equal(await purgeIdempotency(test.db), 1);
    assert.equal((await request('k6')).status, 201);
    assert.equal(runs, 1);
  });
});
