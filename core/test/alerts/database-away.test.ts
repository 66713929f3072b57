import assert from 'node:assert/strict';
import { readiness } from '../../src/platform/readiness.ts';
import { startTestPlatform } from '../../src/testing/index.ts';

describe('F-ALT-02 a database that is away', () => {
  it('is told by /ready and /metrics, which is what watches it from outside', async () => {
    const plant = await startTestPlatform();
    try {
      const ready = await fetch(`${plant.url}/ready`);
      assert.equal(ready.status, 200);
      assert.deepEqual(await ready.json(), {
        status: 'ready',
        checks: { database: 'ok', broken_rule_modules: [] },
      });
      assert.match(await (await fetch(`${plant.url}/metrics`)).text(), /^database_up 1$/m);
    } finally {
      await plant.stop();
    }
  });

  it('one that refuses and one that is frozen are both told: nobody waits for what never comes', async () => {
    const frozen = () => new Promise(() => undefined);
    const gone = () => Promise.reject(new Error('connect ECONNREFUSED'));
    for (const ask of [frozen, gone]) {
      assert.deepEqual(await readiness(ask, () => ['a.module']), {
        ok: false,
        checks: { database: 'no answer', broken_rule_modules: ['a.module'] },
      });
    }
  });

  it('a rule module that does not compile is told too', async () => {
    const fine = () => Promise.resolve();
    assert.equal((await readiness(fine, () => [])).ok, true);
    assert.equal((await readiness(fine, () => ['a.module'])).ok, false);
  });
});
