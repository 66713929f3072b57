import assert from 'node:assert/strict';
import { refusalOf } from '../../src/http/answer.ts';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('a database that is away', () => {
  for (const error of [
    withCode('57P01', 'terminating connection due to administrator command'),
    withCode('57P03'),
    withCode('08006'),
    withCode('ECONNREFUSED'),
    withCode('ECONNRESET'),
    new Error('Connection terminated unexpectedly'),
    Object.assign(withCode('ENOENT'), { syscall: 'connect' }),
  ]) {
    it(`${(error as { code?: string }).code ?? error.message} is 503 with a time to come back`, () => {
      const refusal = refusalOf(error);
      assert.deepEqual([refusal.status, refusal.reason], [503, 'database_away']);
      assert.ok((refusal.retryAfter ?? 0) > 0);
    });
  }

  it('a fault of our own stays 500', () => {
    assert.equal(refusalOf(new Error('boom')).status, 500);
    assert.equal(refusalOf(Object.assign(withCode('ENOENT'), { syscall: 'open' })).status, 500);
    assert.equal(refusalOf(withCode('23514')).status, 500);
  });
});
