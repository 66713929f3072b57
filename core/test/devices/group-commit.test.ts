import assert from 'node:assert/strict';
import { GroupCommit } from '../../src/devices/group-commit.ts';
import { until } from '../../src/testing/index.ts';
import { refusedAs } from './support.ts';

class DataFault extends Error {}

/** A store whose commits end when the test says so. */
function held() {
  const commits: { jobs: readonly number[]; end(error?: Error): void }[] = [];
  const group = new GroupCommit<number, number>({
    commit: (jobs) =>
      new Promise((resolve, reject) =>
        commits.push({
          jobs,
          end: (error) => (error ? reject(error) : resolve(jobs.map((job) => job * 10))),
        }),
      ),
    sizeOf: (job) => job,
    maxGroup: 10,
    maxWaiting: 30,
    isDataFault: (error) => error instanceof DataFault,
  });
  const nth = (index: number) => until(() => commits[index], `commit ${index}`);
  return { group, commits, nth };
}

describe('group commit', () => {
  it('F-SEC-10 what arrives while a commit runs joins the next, in order', async () => {
    const { group, commits, nth } = held();
    const first = group.submit(1);
    const running = await nth(0);
    const rest = [group.submit(2), group.submit(3)];
    assert.equal(commits.length, 1);
    running.end();
    assert.equal(await first, 10);
    const next = await nth(1);
    assert.deepEqual(next.jobs, [2, 3]);
    next.end();
    assert.deepEqual(await Promise.all(rest), [20, 30]);
  });

  it('answers nothing before its commit', async () => {
    const { group, nth } = held();
    let answered = false;
    const job = group.submit(1).then(() => {
      answered = true;
    });
    const commit = await nth(0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(answered, false);
    commit.end();
    await job;
  });

  it('keeps a group under its size, and a larger job goes alone', async () => {
    const { group, nth } = held();
    const jobs = [6, 5, 15, 1].map((size) => group.submit(size));
    const groups = [];
    for (const index of [0, 1, 2, 3]) {
      const commit = await nth(index);
      groups.push(commit.jobs);
      commit.end();
    }
    await Promise.all(jobs);
    assert.deepEqual(groups, [[6], [5], [15], [1]]);
  });

  it('F-SEC-10 refuses with a time to come back when too much waits', async () => {
    const { group, nth } = held();
    const first = group.submit(1);
    const commit = await nth(0);
    const waiting = group.submit(29);
    await assert.rejects(
      group.submit(2),
      (error: { reason: string; status: number; retryAfter: number }) => {
        assert.deepEqual(
          [error.reason, error.status, error.retryAfter],
          ['ingest_overloaded', 503, 1],
        );
        return true;
      },
    );
    commit.end();
    (await nth(1)).end();
    await Promise.all([first, waiting]);
  });

  it('a data fault of one job is only its own', async () => {
    const { group, nth } = held();
    const settled = Promise.allSettled([1, 2, 3].map((job) => group.submit(job)));
    (await nth(0)).end(new DataFault('2 is bad'));
    (await nth(1)).end();
    (await nth(2)).end(new DataFault('2 is bad'));
    (await nth(3)).end();
    const results = await settled;
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  it('a broken connection fails the group, and the next works', async () => {
    const { group, nth } = held();
    const settled = Promise.allSettled([group.submit(1), group.submit(2)]);
    (await nth(0)).end(new Error('gone'));
    const results = await settled;
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    const next = group.submit(3);
    (await nth(1)).end();
    assert.equal(await next, 30);
  });

  it('a stop answers what was taken and takes no more', async () => {
    const { group, nth } = held();
    const taken = group.submit(1);
    const stopped = group.stop();
    await assert.rejects(group.submit(2), refusedAs('ingest_overloaded'));
    (await nth(0)).end();
    await stopped;
    assert.equal(await taken, 10);
  });
});
