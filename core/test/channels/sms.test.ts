import assert from 'node:assert/strict';
import type { TestClient } from '../../src/testing/index.ts';
import { httpServer } from './servers.ts';
import { ChannelPlant } from './support.ts';

describe('SMS and for how severe alerts a channel is (F-ALT-09)', () => {
  let plant: ChannelPlant;
  let operator: TestClient;
  let gateway: Awaited<ReturnType<typeof httpServer>>;
  let status = 200;
  before(async () => {
    gateway = await httpServer(() => ({ status, body: {} }));
    plant = await ChannelPlant.start();
    operator = await plant.platform.as('operator', { locale: 'en' });
    await plant.set('sms', {
      url: `${gateway.url}/send`,
      body: '{"messages":[{"recipient":"{phone}","message-id":"{id}","sms":{"content":{"text":"{text}"}}}]}',
      authorization: 'Bearer secret-of-the-gateway',
    });
    const kept = await operator.put('/addresses/sms', { address: '+998901234567' });
    assert.equal(kept.status, 200, JSON.stringify(kept.body));
  });
  after(async () => {
    await plant.stop();
    await gateway.stop();
  });

  it('a message goes to the gateway as that wants it, and what a text holds stays text', async () => {
    assert.equal((await plant.test('sms', '+998901234567')).status, 'sent');
    const posted = gateway.posted.at(-1);
    assert.equal(posted?.headers.authorization, 'Bearer secret-of-the-gateway');
    const [message] = JSON.parse(posted?.body ?? '{}').messages;
    assert.equal(message.recipient, '+998901234567');
    assert.match(message.sms.content.text, /SMS/);
    await plant.set('sms', {
      url: `${gateway.url}/send`,
      format: 'form',
      body: '{"to":"{phone}","text":"{text} {id}"}',
    });
    await plant.test('sms', '+998901234567');
    const form = new URLSearchParams(gateway.posted.at(-1)?.body);
    assert.equal(form.get('to'), '+998901234567');
    assert.match(gateway.posted.at(-1)?.headers['content-type'] ?? '', /urlencoded/);
  });

  it('a wrong token, a wrong template and a wrong number are told as such', async () => {
    status = 401;
    assert.equal((await plant.test('sms', '+998901234567')).failure, 'sign_in_refused');
    status = 200;
    await plant.set('sms', { url: `${gateway.url}/send`, body: '{not json}' });
    assert.equal((await plant.test('sms', '+998901234567')).failure, 'settings_wrong');
    await plant.set('sms', { url: `${gateway.url}/send` });
    const bad = await operator.put('/addresses/sms', { address: 'mother' });
    assert.deepEqual([bad.status, bad.body.error.reason], [422, 'address_invalid']);
  });

  it('is for P1 at first; where a rule names no channel the plant says for which', async () => {
    const silent = await plant.newTank();
    await plant.fill(silent, 1);
    const first = await plant.alertOf('unheard', silent);
    await plant.deliveryOf(first.id, 'in_app', ({ status: is }) => is === 'sent');
    const told = (await plant.admin.get(`/alerts/${first.id}`)).body.deliveries as {
      channel: string;
    }[];
    assert.ok(!told.some(({ channel }) => channel === 'sms'), 'P3 by SMS');
    const set = await plant.admin.put('/channels/sms', { severities: ['P1', 'P3'] });
    assert.deepEqual(set.body.severities, ['P1', 'P3'], JSON.stringify(set.body));
    const next = await plant.newTank();
    await plant.fill(next, 1);
    const second = await plant.alertOf('unheard', next);
    await plant.deliveryOf(second.id, 'sms', ({ status: is }) => is === 'sent');
    const wrong = await plant.admin.put('/channels/sms', { severities: ['P9'] });
    assert.equal(wrong.status, 422);
  });
});
