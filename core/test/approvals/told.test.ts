import assert from 'node:assert/strict';
import { type TestClient, until } from '../../src/testing/index.ts';
import { httpServer, type Mail, mailServer } from '../channels/servers.ts';
import { decoded } from '../channels/support.ts';
import { expectStatus, openYard, type Yard } from './support.ts';

const HOUR_MS = 3_600_000;
const SECRET = 'a-secret-of-sixteen';
const SETTINGS = {
  QOIDA_PUBLIC_URL: 'https://plant.example',
  CHANNEL_PACE_SEC: '0',
  CHANNEL_RETRY_SEC: '1',
  CHANNELS_LOCAL: 'true',
};

describe('approvals reach people by the channels', function () {
  this.timeout(120_000);
  let yard: Yard;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  before(async () => {
    mail = await mailServer();
    yard = await openYard(SETTINGS);
    await set('email', {
      settings: {
        host: '127.0.0.1',
        port: mail.port,
        security: 'none',
        username: 'plant',
        password: 'right-password',
        from: 'qoida@plant.example',
      },
    });
    for (const name of ['operator', 'chief', 'texnolog', 'direktor'] as const)
      await reachable(yard[name], name);
  });
  beforeEach(async () => {
    await settled();
    mail.mails.length = 0;
  });
  after(async () => {
    await yard.plant.stop();
    await mail.stop();
  });

  const set = async (name: string, given: object) =>
    expectStatus(await yard.plant.admin.put(`/channels/${name}`, given), 200);
  const reachable = async (client: TestClient, name: string) =>
    expectStatus(await client.put('/addresses/email', { address: `${name}@plant.example` }), 200);
  /** Nothing is to be told, nothing waits and nothing is on its way. */
  const settled = (held = 0) =>
    until(async () => {
      const [left] = await yard.plant.asOwner<{ to_tell: string; going: string }>(
        `select (select count(*) from approval_requests where tell_at is not null or outcome in ('ready', 'running')) as to_tell,
           (select count(*) from alert_deliveries where status in ('ready', 'sending')) as going`,
      );
      return Number(left?.to_tell) === 0 && Number(left?.going) === held;
    }, 'all messages to leave');
  const textOf = ({ raw }: Mail) => decoded(raw);
  const to = (name: string) =>
    mail.mails.filter(({ to: all }) => all.includes(`${name}@plant.example`)).map(textOf);
  const counts = () =>
    Object.fromEntries(
      ['operator', 'chief', 'texnolog', 'direktor'].map((name) => [name, to(name).length]),
    );
  /** Holds all e-mail until it is ended. */
  async function hold(): Promise<() => Promise<unknown>> {
    const now = Date.now() + yard.clock.offset;
    const at = (hours: number) => new Date(now + hours * HOUR_MS).toISOString();
    const once = { kind: 'once', mode: 'hold', channel: 'email', from_at: at(-1), to_at: at(24) };
    const { id } = expectStatus(
      await yard.plant.admin.post('/silences', { ...once, p1_passes: false, reason: 'night' }),
      201,
    );
    return () => yard.plant.admin.post(`/silences/${id}/end`);
  }
  const held = (approval: string, count: number) =>
    until(async () => {
      const rows = await yard.plant.asOwner(
        `select 1 from alert_deliveries where approval_id = $1 and failure = 'silence' and status = 'ready'`,
        [approval],
      );
      return rows.length === count;
    }, 'messages to be held back');

  it('whoever decides is asked at his step, whoever asked hears the end; each once', async () => {
    const crate = await yard.newCrate();
    const { code } = await yard.crateOf(crate);
    const approval = await yard.ask(crate);
    await settled();
    assert.deepEqual(counts(), { operator: 0, chief: 1, texnolog: 0, direktor: 0 });
    const [asked = ''] = to('chief');
    assert.match(asked, new RegExp(`Ship ${code} with 500 kg`));
    assert.match(asked, /Waits for your approval/);
    assert.match(asked, /Operation: Ship a crate/);
    assert.match(asked, /Asked by: test_operator/);
    assert.match(asked, /Until: \d{4}-\d\d-\d\d \d\d:\d\d/);
    assert.ok(asked.includes(`https://plant.example/approvals/${approval}`));

    await yard.approve(yard.chief, approval);
    await settled();
    assert.deepEqual(counts(), { operator: 0, chief: 1, texnolog: 1, direktor: 1 });
    // One of two: the other was told already.
    await yard.approve(yard.texnolog, approval);
    await settled();
    assert.deepEqual(counts(), { operator: 0, chief: 1, texnolog: 1, direktor: 1 });
    await yard.approve(yard.direktor, approval);
    await yard.ended(approval);
    await settled();
    assert.deepEqual(counts(), { operator: 1, chief: 1, texnolog: 1, direktor: 1 });
    assert.match(to('operator')[0] ?? '', /Approved and done/);
    assert.match(to('operator')[0] ?? '', new RegExp(`Ship ${code} with 500 kg`));
  });

  it('a rejection comes with its reason, and so does what could not be done', async () => {
    const rejected = await yard.ask(await yard.newCrate());
    expectStatus(
      await yard.chief.post(`/approvals/${rejected}/reject`, { comment: 'it leaks' }),
      200,
    );
    await settled();
    assert.match(to('operator')[0] ?? '', /Rejected: test_sex_boshligi — it leaks/);
    mail.mails.length = 0;

    const crate = await yard.newCrate();
    const approval = await yard.ask(crate);
    await yard.approve(yard.chief, approval);
    await yard.approve(yard.texnolog, approval);
    expectStatus(await yard.operator.post(`/crates/${crate}/put`, { place: 'gone' }), 200);
    await yard.approve(yard.direktor, approval);
    assert.equal((await yard.ended(approval)).outcome, 'refused');
    await settled();
    assert.match(to('operator')[0] ?? '', /Approved, but not done: It is gone\./);
  });

  it('who asked is not told to decide; who stands in for somebody away is', async () => {
    const deputy = await yard.as('otk', 'deputy');
    await reachable(deputy, 'deputy');
    const { items } = (await yard.plant.admin.get('/users?page_size=200')).body;
    const { id } = items.find(({ username }: { username: string }) => username === 'deputy');
    const to_at = new Date(Date.now() + HOUR_MS).toISOString();
    const given = { to: id, to_at, reason: 'on leave' };
    const delegation = expectStatus(await yard.chief.post('/approvals/delegations', given), 201);
    const asked = await yard.ask(await yard.newCrate());
    await settled();
    assert.equal(to('chief').length, 1);
    assert.match(to('deputy')[0] ?? '', /In place of: test_sex_boshligi/);
    // A request of the chief's own is nobody's to decide in his place.
    const own = await yard.ask(await yard.newCrate(), yard.chief);
    await settled();
    assert.deepEqual([to('chief').length, to('deputy').length], [1, 1]);
    await yard.chief.delete(`/approvals/delegations/${delegation.id}`);
    expectStatus(await yard.operator.post(`/approvals/${asked}/withdraw`, {}), 200);
    expectStatus(await yard.chief.post(`/approvals/${own}/withdraw`, {}), 200);
  });

  it('what was withdrawn, decided or has expired while it waited is not sent', async () => {
    const over = await hold();
    const withdrawn = await yard.ask(await yard.newCrate());
    const decided = await yard.ask(await yard.newCrate());
    const stays = await yard.ask(await yard.newCrate());
    for (const one of [withdrawn, decided, stays]) await held(one, 1);
    expectStatus(await yard.operator.post(`/approvals/${withdrawn}/withdraw`, {}), 200);
    expectStatus(await yard.approve(yard.chief, decided), 200);
    await held(decided, 3);
    await over();
    await settled();
    assert.deepEqual(counts(), { operator: 0, chief: 1, texnolog: 1, direktor: 1 });
    const left = await yard.plant.asOwner<{ approval_id: string; failure: string }>(
      `select approval_id, failure from alert_deliveries where channel = 'email' and status = 'skipped'
        and approval_id = any($1::uuid[])`,
      [[withdrawn, decided, stays]],
    );
    assert.deepEqual(
      new Set(left.map((one) => `${one.approval_id} ${one.failure}`)),
      new Set([`${withdrawn} approval_over`, `${decided} approval_over`]),
    );
    expectStatus(await yard.operator.post(`/approvals/${stays}/withdraw`, {}), 200);
    await settled();
    assert.equal(to('operator').length, 0);
  });

  it('who may decide no more when a message leaves is told nothing of it', async () => {
    const leaver = await yard.as('sex_boshligi', 'second_chief');
    await reachable(leaver, 'leaver');
    const over = await hold();
    const approval = await yard.ask(await yard.newCrate());
    await held(approval, 2);
    const { items } = (await yard.plant.admin.get('/users?page_size=200')).body;
    const { id } = items.find(({ username }: { username: string }) => username === 'second_chief');
    expectStatus(await yard.plant.admin.patch(`/users/${id}`, { position: 'otk' }), 200);
    await over();
    await settled();
    assert.deepEqual([to('chief').length, to('leaver').length], [1, 0]);
    expectStatus(await yard.operator.post(`/approvals/${approval}/withdraw`, {}), 200);
  });

  it('a channel says whether it carries approvals; a webhook has them when it was asked to', async () => {
    const hook = await httpServer(() => ({ status: 200, body: {} }));
    const place = { settings: { url: hook.url, secret: SECRET } };
    assert.equal((await set('webhook', place)).approvals, false);
    const shown = expectStatus(await yard.plant.admin.get('/channels'), 200).items;
    assert.deepEqual(
      Object.fromEntries(
        shown.map(({ name, approvals }: { name: string; approvals: boolean }) => [name, approvals]),
      ),
      { in_app: true, email: true, telegram: true, sms: false, webhook: false },
    );
    const unheard = await yard.ask(await yard.newCrate());
    await settled();
    assert.equal(hook.posted.length, 0);

    await set('webhook', { ...place, approvals: true });
    const mailOnly = {
      ...(shown.find(({ name }: { name: string }) => name === 'email').settings ?? {}),
    };
    await set('email', { settings: mailOnly, approvals: false });
    mail.mails.length = 0;
    const approval = await yard.ask(await yard.newCrate());
    await settled();
    assert.equal(mail.mails.length, 0);
    assert.equal(hook.posted.length, 1);
    const [posted] = hook.posted;
    const { reason, alert, approval: told } = JSON.parse(posted?.body ?? '{}');
    assert.deepEqual([reason, alert, told.id, told.state], ['asked', null, approval, 'pending']);
    assert.match(posted?.headers['x-qoida-signature'] as string, /^t=\d+,v1=[0-9a-f]{64}$/);
    await set('webhook', { ...place, approvals: false });
    await set('email', { settings: mailOnly, approvals: true });
    await hook.stop();
    for (const one of [unheard, approval])
      expectStatus(await yard.operator.post(`/approvals/${one}/withdraw`, {}), 200);
  });

  it('a message is readable for whom it is for and for who sees every request, for nobody else', async () => {
    const approval = await yard.ask(await yard.newCrate(), yard.chief, 'scrap');
    await settled();
    const mine = async (client: TestClient) => {
      const { items } = expectStatus(
        await client.get('/deliveries?reason=asked&page_size=200'),
        200,
      );
      return items.filter((one: { approval_id: string }) => one.approval_id === approval);
    };
    const integrator = await yard.as('integrator');
    assert.ok((await mine(yard.texnolog)).every(({ body }: { body: string }) => body !== null));
    const hidden = await mine(integrator);
    assert.ok(hidden.length > 0);
    assert.ok(
      hidden.every(
        (one: { subject: unknown; body: unknown }) => one.subject === null && one.body === null,
      ),
    );
    expectStatus(await yard.chief.post(`/approvals/${approval}/withdraw`, {}), 200);
  });

  it('nobody decided: he is reminded once before it expires, and who asked hears that it has', async () => {
    const approval = await yard.ask(await yard.newCrate());
    await settled();
    assert.equal(to('chief').length, 1);
    yard.clock.offset += 22.5 * HOUR_MS;
    await until(async () => to('chief').length === 2, 'the reminder');
    assert.match(to('chief')[1] ?? '', /Still waits for your approval/);
    yard.clock.offset += 2 * HOUR_MS;
    await until(async () => to('operator').length === 1, 'the end');
    await settled();
    assert.match(to('operator')[0] ?? '', /Nobody decided in time/);
    assert.equal(to('chief').length, 2);
    const [{ state } = { state: '' }] = await yard.plant.asOwner<{ state: string }>(
      'select state from approval_requests where id = $1',
      [approval],
    );
    assert.equal(state, 'expired');
  });
});
