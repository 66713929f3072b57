import assert from 'node:assert/strict';
import { invalid, Refusal } from '../../src/api/errors.ts';
import type { Broker } from '../../src/broker/index.ts';
import { createBroker } from '../../src/broker/index.ts';

const quiet = () => undefined;
const meta = {
  actor: {
    kind: 'system' as const,
    id: null,
    name: 'test',
    roles: [],
    locale: 'en' as const,
    organizationId: '00000000-0000-4000-8000-000000000001',
  },
  traceId: '00000000-0000-4000-8000-000000000002',
};

/** A service of one action, as the platform makes them of operations. */
function serve(broker: Broker, name: string, action: (params: unknown) => unknown): void {
  const handler = async (ctx: { params: { input: unknown } }) => ({
    status: 200,
    body: await action(ctx.params.input),
  });
  broker.native.createService({ name, actions: { act: handler } } as never);
}

describe('the broker', () => {
  let broker: Broker;
  beforeEach(async () => {
    broker = createBroker({ nodeId: 'one', natsUrl: null, log: quiet });
  });
  afterEach(() => broker.stop());

  it('has the protections on that Moleculer leaves off', () => {
    const { options } = broker.native;
    assert.ok((options.requestTimeout ?? 0) > 0, 'time-out');
    assert.ok((options.maxCallLevel ?? 0) > 0, 'call depth');
    assert.equal(options.circuitBreaker?.enabled, true);
    assert.equal(options.bulkhead?.enabled, true);
    assert.equal(options.retryPolicy?.enabled, false, 'a mutation is never repeated by the broker');
    assert.equal(options.skipProcessEventRegistration, true, 'signals are the starter’s affair');
  });

  it('brings a refusal back whole', async () => {
    serve(broker, 'refusing', () => {
      throw invalid('too_much', 'Too much', { limit_kg: 5 });
    });
    await broker.start();
    await assert.rejects(broker.call('refusing.act', {}, meta), (error: unknown) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual(
        [error.code, error.reason, error.details],
        ['validation_error', 'too_much', { limit_kg: 5 }],
      );
      return true;
    });
  });

  it('refusals don’t open the circuit', async () => {
    serve(broker, 'refusing', () => {
      throw invalid('too_much', 'Too much');
    });
    await broker.start();
    for (let i = 0; i < 120; i += 1) {
      await assert.rejects(broker.call('refusing.act', {}, meta), { reason: 'too_much' });
    }
  });

  it('an action that nobody serves is a refusal with a way out', async () => {
    await broker.start();
    await assert.rejects(broker.call('nobody.act', {}, meta), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(error.name, /ServiceNotFound|Refusal/);
      return true;
    });
  });
});
