import assert from 'node:assert/strict';
import type { TestClient } from '../../src/testing/index.ts';
import { httpServer, mailServer } from './servers.ts';
import { ChannelPlant, decoded } from './support.ts';

describe('whom messages reach', function () {
  this.timeout(120_000);
  let plant: ChannelPlant;
  let admin: TestClient;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  before(async () => {
    mail = await mailServer();
    plant = await ChannelPlant.start();
    admin = plant.admin;
    await plant.setMail(mail.port);
  });
  after(async () => {
    await plant.stop();
    await mail.stop();
  });

  const sentTo = (address: string) => mail.mails.filter(({ to }) => to.includes(address));
  const person = async (username: string, address: string) => {
    const client = await plant.platform.as('texnolog', { username, locale: 'en' });
    await client.put('/addresses/email', { address });
    const { items } = (await admin.get('/users?page_size=200')).body;
    const { id } = items.find((one: { username: string }) => one.username === username);
    return { client, id: id as string };
  };
  /** Holds the messages of what happens in `work`, and lets them go. */
  async function held(work: () => Promise<{ id: string }>): Promise<string> {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const window = { kind: 'once', channel: 'email', from_at: at(-1), to_at: at(1) };
    const silence = await admin.post('/silences', { ...window, p1_passes: false, reason: 'night' });
    const { id } = await work();
    await admin.post(`/silences/${silence.body.id}/end`);
    await plant.settled();
    return id;
  }
  const waiting = (alert: string) =>
    plant.deliveryOf(alert, 'email', ({ failure }) => failure === 'silence');

  it('who was switched off meanwhile is told nothing, who has moved is told where he is', async () => {
    const leaver = await person('leaver', 'leaver@plant.example');
    const mover = await person('mover', 'old@plant.example');
    const quiet = await person('quiet', 'quiet@plant.example');
    const id = await held(async () => {
      const alert = await plant.overfill();
      await waiting(alert.id);
      assert.equal((await admin.patch(`/users/${leaver.id}`, { status: 'disabled' })).status, 200);
      await mover.client.put('/addresses/email', { address: 'new@plant.example' });
      const empty = await quiet.client.put('/addresses/email', {});
      assert.equal(empty.status, 200, JSON.stringify(empty.body));
      return alert;
    });
    const told = ['leaver', 'old', 'new', 'quiet'].map(
      (name) => sentTo(`${name}@plant.example`).length,
    );
    assert.deepEqual(told, [0, 0, 1, 0]);
    await plant.deliveryOf(id, 'email', ({ failure }) => failure === 'person_gone');
    await plant.deliveryOf(id, 'email', ({ failure }) => failure === 'no_address');
  });

  it('whoever has two of the roles is told once; a role that nobody has is named', async () => {
    const { items } = (await admin.get('/users?page_size=200')).body;
    const { id } = items.find((one: { username: string }) => one.username === 'mover');
    const given = await admin.put(`/users/${id}/roles`, { roles: ['operator'] });
    assert.equal(given.status, 200, JSON.stringify(given.body));
    const tank = await plant.newTank('TWICE');
    await plant.fill(tank, 42);
    const alert = await plant.alertOf('half_full', 'TWICE');
    await plant.deliveryOf(alert.id, 'email', ({ status }) => status === 'sent');
    await plant.settled();
    const told = sentTo('new@plant.example').filter(({ raw }) =>
      decoded(raw).includes('Tank TWICE'),
    );
    assert.equal(told.length, 1);
    const bot = await httpServer(() => ({ status: 200, body: { ok: true } }));
    await plant.set('telegram', { bot_token: '1:abcdefghijklmnop', api_url: bot.url });
    await plant.fill(await plant.newTank('NOBODY'), 42);
    const next = await plant.alertOf('half_full', 'NOBODY');
    const dead = await plant.deliveryOf(next.id, 'telegram', ({ status }) => status === 'dead');
    assert.deepEqual([dead.failure, dead.recipient], ['nobody_has_role', 'moliya']);
    await bot.stop();
  });

  it('a message that comes late says that the alert is over', async () => {
    mail.mails.length = 0;
    await held(async () => {
      const alert = await plant.overfill();
      await waiting(alert.id);
      await admin.post(`/alerts/${alert.id}/close`);
      return alert;
    });
    const [late] = sentTo('new@plant.example');
    assert.match(decoded(late?.raw ?? ''), /\(closed meanwhile\)/);
  });
});
