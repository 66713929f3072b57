import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestClient } from '../../src/testing/index.ts';
import { httpServer, mailServer } from './servers.ts';
import { BOT_TOKEN, ChannelPlant, decoded } from './support.ts';

const BURST = 90;
const FIRINGS = 1_000;

describe('a flood of alerts', function () {
  this.timeout(180_000);
  let plant: ChannelPlant;
  let texnolog: TestClient;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  let bot: Awaited<ReturnType<typeof httpServer>>;
  const messages = () =>
    bot.posted
      .filter(({ path }) => path.endsWith('/sendMessage'))
      .map(({ body }) => JSON.parse(body) as { chat_id: string; text: string });
  const count = async (text: string) =>
    Number((await plant.platform.asOwner<{ count: string }>(text))[0]?.count);

  /** Events as if tanks had been filled, all in one moment. */
  async function fillAll(codes: readonly string[], level_kg: number): Promise<void> {
    await plant.platform.asOwner(
      `insert into outbox (organization_id, lane, stream, name, payload, actor, trace_id)
       select o.id, c.place % 8, 'tank:' || c.code, 'tank.filled',
         jsonb_build_object('tank_id', $2::text, 'code', c.code, 'level_kg', $3::int), '{}', gen_random_uuid()
       from organizations o, unnest($1::text[]) with ordinality as c (code, place)`,
      [codes, randomUUID(), level_kg],
    );
    await plant.settled();
  }
  const codes = (name: string, many: number) =>
    Array.from({ length: many }, (_, at) => `${name}${at}`);

  before(async () => {
    mail = await mailServer();
    bot = await httpServer(() => ({ status: 200, body: { ok: true, result: {} } }));
    plant = await ChannelPlant.start();
    texnolog = await plant.platform.as('texnolog', { locale: 'en' });
    await plant.setMail(mail.port);
    await plant.set('telegram', { bot_token: BOT_TOKEN, api_url: bot.url });
    await texnolog.put('/addresses/email', { address: 'texnolog@plant.example' });
    await texnolog.put('/addresses/telegram', { address: '555' });
  });
  after(async () => {
    await plant.stop();
    await Promise.all([mail.stop(), bot.stop()]);
  });

  it(`${FIRINGS} firings of one group are one alert, counted, and one message`, async () => {
    await fillAll(
      Array.from({ length: FIRINGS }, () => 'ONE'),
      41,
    );
    const alert = await plant.alertOf('half_full', 'ONE');
    assert.equal((await plant.admin.get(`/alerts/${alert.id}`)).body.count, FIRINGS);
    assert.equal(messages().length, 1);
    assert.equal(mail.mails.length, 1);
  });

  it('many groups at once are few messages, none too long: what does not fit is counted', async () => {
    bot.posted.length = 0;
    mail.mails.length = 0;
    await fillAll(codes('B', BURST), 42);
    assert.equal(await count(`select count(*) from alerts where group_key like 'B%'`), BURST);
    const told = messages();
    assert.ok(told.every(({ text }) => text.length <= 4096));
    assert.ok(told.length < BURST / 4, `${told.length} messages`);
    const named = new Set(told.flatMap(({ text }) => text.match(/Tank B\d+ /g) ?? []));
    const counted = told.reduce(
      (sum, { text }) => sum + Number(/and (\d+) more/.exec(text)?.[1] ?? 0),
      0,
    );
    assert.equal(named.size + counted, BURST);
    assert.ok(told.every(({ text }) => text.includes('https://plant.example/alerts')));
    assert.equal(
      await count(
        `select count(*) from alert_deliveries where status not in ('sent', 'skipped', 'dead')`,
      ),
      0,
    );
  });

  it('what a fact says stays one line, in the header and in the text', async () => {
    mail.mails.length = 0;
    const name = 'X\r\nBcc: a@b.c\u202Ed';
    await fillAll([name], 43);
    const [only] = mail.mails;
    assert.deepEqual(only?.to, ['texnolog@plant.example']);
    const [head = ''] = (only?.raw ?? '').split('\r\n\r\n');
    assert.doesNotMatch(head, /^Bcc:/im);
    assert.match(decoded(only?.raw ?? ''), /Tank X Bcc: a@b\.c d is half full/);
  });

  it('an address is one address, whatever it looks like', async () => {
    const operator = await plant.platform.as('operator', { locale: 'en' });
    assert.equal((await operator.put('/addresses/email', { address: 'all:a@b.c' })).status, 200);
    mail.mails.length = 0;
    await fillAll(['GROUP'], 44);
    assert.ok(!mail.mails.some(({ to }) => to.includes('a@b.c')));
  });

  it('groups that begin alike are not taken for each other, however long they are', async () => {
    const long = 'L'.repeat(1_400);
    await fillAll([`${long}1`, `${long}2`], 45);
    assert.equal(await count(`select count(*) from alerts where group_key like 'LLL%'`), 2);
  });
});
