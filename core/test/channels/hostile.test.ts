import assert from 'node:assert/strict';
import { createServer as createHttp, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { until } from '../../src/testing/index.ts';
import { httpServer, type Posted } from './servers.ts';
import { BOT_TOKEN, ChannelPlant } from './support.ts';

/** Listens on a free port of this machine. */
const listening = async (server: Pick<Server, 'listen' | 'address'>): Promise<number> => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', () => ready()));
  return (server.address() as AddressInfo).port;
};

describe('servers that mean no good', function () {
  this.timeout(120_000);
  let plant: ChannelPlant;
  let url: string;
  let port: number;
  let tlsPort: number;
  const sockets = new Set<Socket>();
  const behave: Record<string, (response: ServerResponse) => void> = {};
  const web = createHttp((request, response) => {
    request.resume();
    request.on('end', () => behave[request.url ?? '']?.(response));
  });
  /** Greets and then answers a line every second, for ever: no silence that a time-out would see. */
  const dripping = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('220 hello\r\n');
    const timer = setInterval(() => socket.write('250-one more\r\n'), 1_000);
    socket.on('close', () => clearInterval(timer));
  });
  const withOwnCertificate = new SMTPServer({ secure: true });

  before(async () => {
    plant = await ChannelPlant.start();
    url = `http://127.0.0.1:${await listening(web)}`;
    port = await listening(dripping);
    withOwnCertificate.on('error', () => undefined);
    tlsPort = await listening(withOwnCertificate.server);
  });
  after(async () => {
    await plant.stop();
    for (const socket of sockets) socket.destroy();
    web.closeAllConnections();
    await Promise.all([
      new Promise((ended) => web.close(ended)),
      new Promise((ended) => dripping.close(ended)),
      new Promise<void>((ended) => withOwnCertificate.close(() => ended())),
    ]);
  });

  it('an SMTP server that never comes to an end is given up, and holds up no other channel', async () => {
    behave['/good'] = (response) => response.end('{}');
    await plant.setHook(`${url}/good`);
    await plant.set('email', {
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'qoida@plant.example',
    });
    const slow = plant.test('email', 'somebody@plant.example');
    assert.equal((await plant.test('webhook')).status, 'sent');
    const { status, failure } = await slow;
    assert.deepEqual([status, failure], ['dead', 'timeout']);
  });

  it('an answer that breaks off is told as what it is', async () => {
    behave['/middle'] = (response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('half', () => response.destroy());
    };
    await plant.setHook(`${url}/middle`);
    const { status, failure } = await plant.test('webhook');
    assert.deepEqual([status, failure], ['dead', 'unreachable']);
  });

  it('of an answer without end only the beginning is read', async () => {
    behave['/big'] = (response) => {
      const part = Buffer.alloc(1 << 20, 'a');
      const more = () => {
        while (!response.destroyed && response.write(part));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    await plant.setHook(`${url}/big`);
    assert.equal((await plant.test('webhook')).status, 'sent');
  });

  it('a certificate that nobody vouches for is refused, in words for a person', async () => {
    await plant.setHook(`https://127.0.0.1:${tlsPort}/`);
    const hook = await plant.test('webhook');
    assert.equal(hook.failure, 'tls_failed', String(hook.message));
    assert.doesNotMatch(hook.message ?? '', /node/i);
    await plant.set('email', {
      host: '127.0.0.1',
      port: tlsPort,
      security: 'tls',
      from: 'qoida@plant.example',
    });
    assert.equal((await plant.test('email', 'somebody@plant.example')).failure, 'tls_failed');
    await plant.set(
      'email',
      {
        host: '127.0.0.1',
        port,
        security: 'starttls',
        from: 'qoida@plant.example',
      },
      false,
    );
  });

  it('a webhook that asks for time gets it, and nothing else goes there meanwhile', async () => {
    let asked = 0;
    behave['/busy'] = (response) => {
      asked += 1;
      response.writeHead(429, { 'retry-after': '600' }).end();
    };
    await plant.setHook(`${url}/busy`);
    await plant.platform.as('texnolog');
    const alert = await plant.overfill();
    const { next_at, failure } = await plant.deliveryOf(
      alert.id,
      'webhook',
      (one) => one.failure !== null,
    );
    assert.equal(failure, 'http_429');
    assert.ok(Date.parse(next_at ?? '') - Date.now() > 300_000, String(next_at));
    const before = asked;
    const next = await plant.overfill();
    await plant.deliveryOf(next.id, 'webhook', ({ status }) => status === 'ready');
    await plant.deliveryOf(next.id, 'in_app', ({ status }) => status === 'sent');
    assert.equal(asked, before);
    assert.equal((await plant.test('webhook')).failure, 'http_429', 'a test goes at once');
  });

  it('what became of a message is kept in the end, and it is not sent again', async () => {
    const ids: string[] = [];
    const hook = await httpServer(({ headers }: Posted) => {
      ids.push(String(headers['x-qoida-delivery']));
      return { status: 200, body: {} };
    });
    await plant.platform.asOwner(
      `create function no_outcome() returns trigger language plpgsql as
         $$ begin if new.status = 'sent' then raise exception 'the disk is full'; end if; return new; end $$;
       create trigger no_outcome before update on alert_deliveries for each row execute function no_outcome();`,
    );
    await plant.setHook(hook.url);
    const sent = plant.test('webhook');
    await until(() => ids.length === 1, 'the message to arrive');
    await plant.platform.asOwner('drop trigger no_outcome on alert_deliveries');
    assert.equal((await sent).status, 'sent');
    assert.equal(ids.length, 1);
    await hook.stop();
  });

  it('a Bot API that answers nonsense, or asks for time, is told as such', async () => {
    let answer: unknown = null;
    const bot = await httpServer(({ path }: Posted) => ({
      status: 200,
      body: path.endsWith('getMe') ? { ok: true, result: {} } : answer,
    }));
    await plant.set('telegram', { bot_token: BOT_TOKEN, api_url: bot.url });
    for (const nonsense of [null, [], 7, { ok: 'yes' }]) {
      answer = nonsense;
      assert.equal((await plant.test('telegram', '777')).failure, 'answer_unreadable');
    }
    answer = { ok: false, error_code: 429, description: 7, parameters: { retry_after: 'soon' } };
    assert.equal((await plant.test('telegram', '777')).failure, 'telegram_429');
    await bot.stop();
  });
});
