import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { ePechat } from '../src/domain/e-pechat.ts';
import { hmacSha256, sha256 } from '../src/domain/sha256.ts';
import { uuid } from '../src/domain/uuid.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

describe('hashes without a secure context', () => {
  it('agrees with Node on every message', () => {
    fc.assert(
      fc.property(bytes, (message) => {
        assert.deepEqual(
          Buffer.from(sha256(message)),
          createHash('sha256').update(message).digest(),
        );
      }),
    );
  });
  it('agrees with Node on every key and message', () => {
    fc.assert(
      fc.property(bytes, bytes, (key, message) => {
        assert.deepEqual(
          Buffer.from(hmacSha256(key, message)),
          createHmac('sha256', key).update(message).digest(),
        );
      }),
    );
  });
  it('stamps a decision as the platform checks it', () => {
    const key = createHash('sha256').update('inspector').digest();
    const decision = {
      package_id: 'p-1',
      decision: 'ok',
      weight_kg: 20.5,
      inspector_id: 'u-1',
    } as const;
    const expected = createHmac('sha256', key).update('v1|p-1|ok|20.500|u-1').digest('hex');
    assert.equal(ePechat(key.toString('hex'), decision), expected);
  });
});

describe('uuid', () => {
  it('is a random UUID of version 4', () => {
    const made = Array.from({ length: 200 }, uuid);
    for (const one of made)
      assert.match(one, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(made).size, made.length);
  });
});
