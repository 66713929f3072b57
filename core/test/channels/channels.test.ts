import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestClient, until } from '../../src/testing/index.ts';
import { httpServer, mailServer } from './servers.ts';
import {
  BOT_TOKEN as BOT,
  ChannelPlant,
  type Delivery,
  decoded,
  WEBHOOK_SECRET as SECRET,
} from './support.ts';

describe('channels that tell of alerts', () => {
  let plant: ChannelPlant;
  let admin: TestClient;
  let texnolog: TestClient;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  let hook: Awaited<ReturnType<typeof httpServer>>;
  let bot: Awaited<ReturnType<typeof httpServer>>;
  const hookAnswers: { status: number; body: unknown; location?: string }[] = [];
  before(async () => {
    mail = await mailServer();
    hook = await httpServer(() => hookAnswers.shift() ?? { status: 200, body: {} });
    bot = await httpServer(({ path, body }) => {
      if (!path.startsWith(`/bot${BOT}/`))
        return { status: 401, body: { ok: false, error_code: 401, description: 'Unauthorized' } };
      if (path.endsWith('/sendMessage') && JSON.parse(body).chat_id === '404')
        return { status: 400, body: { ok: false, error_code: 400, description: 'chat not found' } };
      return { status: 200, body: { ok: true, result: {} } };
    });
    plant = await ChannelPlant.start();
    admin = plant.admin;
    texnolog = await plant.platform.as('texnolog');
    await plant.setMail(mail.port);
    await texnolog.put('/addresses/email', { address: 'texnolog@plant.example' });
  });
  after(async () => {
    await plant.stop();
    await Promise.all([mail.stop(), hook.stop(), bot.stop()]);
  });

  it('an e-mail goes out by SMTP, in the words of whoever reads it (F-ALT-09)', async () => {
    const alert = await plant.overfill();
    await plant.deliveryOf(alert.id, 'email', ({ status }) => status === 'sent');
    const found = mails(mail, 'texnolog@plant.example').at(-1) ?? '';
    assert.match(found, /X-Qoida-Delivery: [0-9a-f-]{36}/i);
    assert.match(found, /X-Priority: 1/i);
    assert.ok(decoded(found).includes(`https://plant.example/alerts/${alert.id}`));
    assert.ok(decoded(found).includes('bakda 120 kg'));
    const { routed_to, history } = (await admin.get(`/alerts/${alert.id}`)).body;
    assert.equal(routed_to.length, 1);
    assert.equal(history[1].change, 'told');
  });

  it('what is on the screen needs nothing set up, and who has no address is named', async () => {
    await plant.platform.as('texnolog', { username: 'texnolog_two' });
    const alert = await plant.overfill();
    await plant.deliveryOf(alert.id, 'in_app', ({ status }) => status === 'sent');
    await plant.deliveryOf(alert.id, 'email', ({ status }) => status === 'sent');
    const left = await plant.deliveryOf(alert.id, 'email', ({ status }) => status === 'skipped');
    assert.deepEqual([left.failure, left.recipient], ['no_address', 'texnolog_two']);
  });

  it('a message that did not leave is tried again, and given up where that helps nobody', async () => {
    mail.faults.push({ code: 451, text: 'try later' });
    const alert = await plant.overfill();
    const sent = await plant.deliveryOf(alert.id, 'email', ({ status }) => status === 'sent');
    assert.equal(sent.attempts, 2);
    mail.faults.push({ code: 550, text: 'no such mailbox' });
    const next = await plant.overfill();
    const dead = await plant.deliveryOf(next.id, 'email', ({ status }) => status === 'dead');
    assert.equal(dead.failure, 'smtp_550');
    const given = await admin.get('/deliveries?status=dead');
    assert.ok(given.body.items.some((one: Delivery) => one.id === dead.id));
    assert.equal((await admin.post(`/deliveries/${dead.id}/retry`)).status, 200);
    await plant.deliveryOf(next.id, 'email', ({ status }) => status === 'sent');
    const again = await admin.post(`/deliveries/${dead.id}/retry`);
    assert.deepEqual([again.status, again.body.error.reason], [409, 'delivery_not_dead']);
  });

  it('a webhook is signed, escalation goes to who is told later (F-ALT-09)', async () => {
    await plant.setHook(`${hook.url}/in`);
    const alert = await plant.overfill(130);
    await plant.deliveryOf(alert.id, 'webhook', ({ status }) => status === 'sent');
    const posted = hook.posted.findLast(({ body }) => body.includes(alert.id));
    const signature = String(posted?.headers['x-qoida-signature']);
    const [, at, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    const expected = createHmac('sha256', SECRET).update(`${at}.${posted?.body}`).digest('hex');
    assert.equal(hex, expected);
    const body = JSON.parse(posted?.body ?? '{}');
    assert.deepEqual([body.reason, body.severity, body.alert.value], ['escalated', 'P1', 130]);
    assert.equal(posted?.headers['x-qoida-delivery'], body.id);
  });

  it('what several roles are told at one moment is one message in the one place of a webhook', async () => {
    await plant.publish(
      'plant.both',
      `alert for_both
  severity P3
  when tank.filled as f where f.level_kg > 500 kg
  group by f.tank_id
  notify texnolog via webhook
  notify direktor, texnolog via webhook
  message "Tank {f.code} runs over"`,
    );
    const tank = await plant.newTank();
    await plant.fill(tank, 501);
    const alert = await plant.alertOf('for_both', tank, 'open', 'plant.both');
    await plant.deliveryOf(alert.id, 'webhook', ({ status }) => status === 'sent');
    const { deliveries } = (await admin.get(`/alerts/${alert.id}`)).body;
    assert.deepEqual(
      deliveries.map(({ channel, recipient }: Delivery) => [channel, recipient]),
      [['webhook', 'texnolog, direktor']],
    );
    assert.equal(hook.posted.filter(({ body }) => body.includes(alert.id)).length, 1);
  });

  it('an acknowledged alert escalates to nobody', async () => {
    const alert = await plant.overfill();
    assert.equal((await texnolog.post(`/alerts/${alert.id}/ack`)).status, 200);
    const other = await plant.overfill();
    await plant.deliveryOf(other.id, 'webhook', ({ status }) => status === 'sent');
    const { deliveries } = (await admin.get(`/alerts/${alert.id}`)).body;
    assert.ok(!deliveries.some(({ channel }: Delivery) => channel === 'webhook'));
  });

  it('no redirect is followed', async () => {
    hookAnswers.push({ status: 302, body: {}, location: `${bot.url}/elsewhere` });
    const { status, failure } = await plant.test('webhook');
    assert.deepEqual([status, failure], ['dead', 'http_302']);
    assert.ok(!bot.posted.some(({ path }) => path === '/elsewhere'));
  });

  it('Telegram: a test finds a wrong token and an unknown chat', async () => {
    const set = (bot_token: string) =>
      admin.put('/channels/telegram', { settings: { bot_token, api_url: bot.url } });
    await set('99999:wrongwrongwrong');
    assert.equal((await plant.test('telegram', '777')).failure, 'sign_in_refused');
    await set(BOT);
    assert.equal((await plant.test('telegram', '404')).failure, 'telegram_400');
    assert.equal((await plant.test('telegram', '777')).status, 'sent');
    const bad = await admin.post('/channels/telegram/test', { address: 'me' });
    assert.deepEqual([bad.status, bad.body.error.reason], [422, 'address_invalid']);
  });

  it('secrets never come back, and stay when they are left out', async () => {
    const { items } = (await admin.get('/channels')).body;
    const text = JSON.stringify(items);
    for (const secret of ['right-password', BOT, SECRET]) assert.ok(!text.includes(secret));
    const email = items.find((one: { name: string }) => one.name === 'email');
    assert.deepEqual(email.secrets_kept, ['password']);
    const { host, port, security, from, username } = email.settings;
    const settings = { host, port, security, from, username };
    assert.equal((await admin.put('/channels/email', { settings })).status, 200);
    assert.equal((await plant.test('email', 'somebody@plant.example')).status, 'sent');
    const rows = await plant.platform.asOwner(`select * from channels`);
    const audit = await plant.platform.asOwner(
      `select * from audit_log where object_type = 'channel'`,
    );
    for (const secret of ['right-password', BOT, SECRET])
      assert.ok(!JSON.stringify([rows, audit]).includes(secret));
  });

  it('a secret that is kept goes nowhere else: for another server it is given again', async () => {
    const thief = await mailServer();
    const { items } = (await admin.get('/channels')).body;
    const { settings } = items.find((one: { name: string }) => one.name === 'email');
    for (const other of [{ port: thief.port }, { security: 'starttls' }, { host: 'localhost' }]) {
      const moved = await admin.put('/channels/email', { settings: { ...settings, ...other } });
      assert.deepEqual([moved.status, moved.body.error.reason], [422, 'secrets_again']);
      assert.deepEqual(moved.body.error.details.lacking, ['password']);
    }
    const bot_api = await admin.put('/channels/telegram', { settings: { api_url: hook.url } });
    assert.equal(bot_api.body.error.reason, 'secrets_again');
    const renamed = { ...settings, from: 'alerts@plant.example' };
    assert.equal((await admin.put('/channels/email', { settings: renamed })).status, 200);
    assert.equal(thief.mails.length, 0);
    await thief.stop();
  });

  it('wrong settings are refused with what to do, and only keepers see them', async () => {
    const bad = await admin.put('/channels/webhook', {
      settings: { url: 'ftp://x', secret: SECRET },
    });
    assert.deepEqual([bad.status, bad.body.error.reason], [422, 'invalid_input']);
    assert.equal((await texnolog.get('/channels')).status, 403);
    assert.equal((await admin.put('/channels/pigeon', {})).status, 404);
    const wrong = await texnolog.put('/addresses/email', { address: 'nobody' });
    assert.deepEqual([wrong.status, wrong.body.error.reason], [422, 'address_invalid']);
  });

  it('repeats for who has not taken it up, bundled and not faster than the pace', async () => {
    await texnolog.put('/addresses/telegram', { address: '555' });
    const full = await Promise.all([plant.newTank(), plant.newTank(), plant.newTank()]);
    for (const tank of full) await admin.post(`/tanks/${tank}/set`, { level_kg: 60 });
    await until(
      () => bot.posted.filter(({ body }) => body.includes('"555"')).length >= 2 || null,
      'two messages',
    );
    const { items } = (await admin.get('/tanks?page_size=200')).body;
    for (const { id } of items) await admin.post(`/tanks/${id}/set`, { level_kg: 0 });
  });

  it('a silence leaves messages out or holds them; P1 passes where it says so', async () => {
    const hour = (offset: number) => new Date(Date.now() + offset * 3_600_000).toISOString();
    const window = {
      kind: 'once',
      from_at: hour(-1),
      to_at: hour(1),
      reason: 'works on the server',
    };
    const drop = await admin.post('/silences', { ...window, mode: 'drop', p1_passes: false });
    assert.equal(drop.status, 201, JSON.stringify(drop.body));
    const quiet = await plant.overfill();
    const left = await plant.deliveryOf(quiet.id, 'email', ({ status }) => status === 'silenced');
    assert.equal(left.failure, 'silence');
    await plant.deliveryOf(quiet.id, 'in_app', ({ status }) => status === 'sent');
    await admin.post(`/silences/${drop.body.id}/end`);
    const hold = await admin.post('/silences', { ...window, channel: 'email', p1_passes: false });
    const held = await plant.overfill();
    await plant.deliveryOf(
      held.id,
      'email',
      (one) => one.status === 'ready' && one.failure === 'silence',
    );
    await admin.post(`/silences/${hold.body.id}/end`);
    await plant.deliveryOf(held.id, 'email', ({ status }) => status === 'sent');
    const passing = await admin.post('/silences', { ...window, mode: 'drop' });
    const loud = await plant.overfill();
    await plant.deliveryOf(loud.id, 'email', ({ status }) => status === 'sent');
    await admin.post(`/silences/${passing.body.id}/end`);
    assert.equal((await texnolog.post('/silences', window)).status, 403);
    const bad = await admin.post('/silences', { kind: 'weekly', from_time: '25:00', reason: 'x' });
    assert.deepEqual([bad.status, bad.body.error.reason], [422, 'silence_hours']);
  });
});

const mails = (server: { mails: readonly { to: readonly string[]; raw: string }[] }, to: string) =>
  server.mails.filter((one) => one.to.includes(to)).map(({ raw }) => raw);
