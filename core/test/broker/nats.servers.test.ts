import assert from 'node:assert/strict';
import { type Broker, createBroker } from '../../src/broker/index.ts';

const url = process.env.QOIDA_TEST_NATS_URL;

describe('two nodes over NATS', () => {
  const brokers: Broker[] = [];
  before(function () {
    if (url === undefined) this.skip();
  });
  after(() => Promise.all(brokers.map((broker) => broker.stop())));

  it('what one broadcasts the other hears, and not itself', async () => {
    const [one, two] = ['one', 'two'].map((nodeId) =>
      createBroker({
        nodeId: `${nodeId}-${process.pid}`,
        natsUrl: url ?? '',
        log: () => undefined,
      }),
    ) as [Broker, Broker];
    brokers.push(one, two);
    const own: unknown[] = [];
    one.listen('rules.changed', (payload) => own.push(payload));
    const heard = new Promise((resolve) => two.listen('rules.changed', resolve));
    await Promise.all(brokers.map((broker) => broker.start()));
    await one.native.waitForServices(['hears-rules.changed']);
    await two.native.waitForServices(['hears-rules.changed']);
    const timer = setInterval(() => one.broadcast('rules.changed', { organizationId: 'x' }), 50);
    assert.deepEqual(await heard, { organizationId: 'x' });
    clearInterval(timer);
    assert.deepEqual(own, []);
  });
});
