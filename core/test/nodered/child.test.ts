import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signPass } from '../../src/nodered/pass.ts';
import { until } from '../../src/testing/index.ts';
import { type FakePlatform, startFakePlatform } from './fake-platform.ts';
import {
  childOn,
  environmentOf,
  passOf,
  type RunningNodeRed,
  runNodeRed,
  SECRET,
  TOKEN,
} from './support.ts';

const PLATFORM_SECRETS = {
  JWT_SECRET: 'jwt-9f31',
  SERVER_SECRET: 'server-77ab',
  DB_DSN: 'postgres://owner:dsn-5c1e@localhost/q',
};

describe('Node-RED as a child of the platform', () => {
  let platform: FakePlatform;
  let red: RunningNodeRed;

  before(async () => {
    Object.assign(process.env, PLATFORM_SECRETS);
    platform = await startFakePlatform(() => ({ status: 201, body: { id: 'message-1' } }));
    red = await runNodeRed(platform.url);
  });
  after(async () => {
    for (const name of Object.keys(PLATFORM_SECRETS)) delete process.env[name];
    await red.stop();
    await platform.close();
  });

  const CLOSED = [
    ['GET', '/red/flows'],
    ['POST', '/red/flows'],
    ['GET', '/red/nodes'],
    ['DELETE', '/red/context/global/x'],
    ['GET', '/red/settings'],
    ['GET', '/red/context/global'],
    ['GET', '/red/qoida/meta/qoida_srv'],
  ] as const;
  for (const [method, path] of CLOSED) {
    it(`${method} ${path} without a pass is 401`, async () => {
      const answer = await red.request(path, {
        method,
        ...(method === 'POST' ? { body: [] } : {}),
      });
      assert.equal(answer.status, 401);
    });
  }

  for (const [name, pass] of [
    ['forged', signPass({ user: 'x', userId: 'x', permissions: '*', exp: 4e9 }, 'another secret')],
    ['expired', passOf('*', -1)],
    ['without a signature', passOf('*').split('.')[0]],
    [
      'with another payload',
      `${Buffer.from('{"user":"x","permissions":"*","exp":4e9}').toString('base64url')}.${passOf('*').split('.')[1]}`,
    ],
    ['no pass at all', 'x'],
  ] as const) {
    it(`a pass that is ${name} opens nothing`, async () => {
      assert.equal((await red.request('/red/flows', { pass: pass ?? '' })).status, 401);
    });
  }

  it('a pass to read shows the flows and changes none', async () => {
    const pass = passOf('read');
    const shown = await red.request('/red/flows', { pass });
    assert.equal(shown.status, 200);
    const flows = (await shown.json()) as { type: string }[];
    assert.ok(flows.some((node) => node.type === 'qoida-operation'));
    assert.equal((await red.request('/red/flows', { pass, method: 'POST', body: [] })).status, 401);
    assert.deepEqual(await (await red.request('/red/flows', { pass })).json(), flows);
  });

  it('installs no packages, whoever asks', async () => {
    const asked = {
      pass: passOf('*'),
      method: 'POST',
      body: { module: 'node-red-contrib-anything' },
    };
    assert.equal((await red.request('/red/nodes', asked)).status, 404);
  });

  it('brings the nodes of Qoida, and their server asks the platform what it can do', async () => {
    const answer = await red.request('/red/qoida/meta/qoida_srv', { pass: passOf('read') });
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), {
      events: [{ name: 'package.created' }],
      operations: [],
    });
  });

  it('the sample flow posts a message on a package', async () => {
    await platform.until(() => platform.resumed.length > 0);
    platform.emit('package.created', { qr_code: 'FG-2025-08-28-000001', weight_kg: 20.52 });
    await platform.until(() => platform.posted.length > 0);
    const [call] = platform.posted;
    assert.equal(call?.path, '/api/v1/operations/message.post');
    assert.equal(call?.authorization, `Bearer ${TOKEN}`);
    assert.deepEqual(call?.body, { level: 'info', text: 'FG-2025-08-28-000001: 20.520 kg' });
  });

  it('has none of the platform’s secrets but its own', function () {
    if (process.platform !== 'linux') this.skip(); // /proc tells
    const child = childOn(red.dataDir);
    assert.ok(child !== undefined);
    const environment = environmentOf(child);
    assert.equal(environment.QOIDA_RED_SECRET, SECRET);
    const allowed = [
      'PATH',
      'HOME',
      'TZ',
      'QOIDA_RED_PORT',
      'QOIDA_RED_SECRET',
      'QOIDA_URL',
      'QOIDA_TOKEN',
    ];
    assert.deepEqual(
      Object.keys(environment).filter((name) => !allowed.includes(name)),
      [],
    );
    const whole = JSON.stringify(environment) + readFileSync(`/proc/${child}/cmdline`, 'utf8');
    for (const secret of Object.values(PLATFORM_SECRETS)) assert.ok(!whole.includes(secret));
  });

  it('is started again when it is killed, with its flows', async function () {
    if (process.platform !== 'linux') this.skip();
    const killed = childOn(red.dataDir);
    assert.ok(killed !== undefined);
    process.kill(killed, 'SIGKILL');
    await until(() => red.nodeRed.port() === undefined);
    const answer = await red.request('/red/flows', { pass: passOf('read') });
    assert.equal(answer.status, 200);
    assert.notEqual(childOn(red.dataDir), killed);
  });

  it('ends when it is stopped', async function () {
    if (process.platform !== 'linux') this.skip();
    const child = childOn(red.dataDir);
    assert.ok(child !== undefined);
    await red.nodeRed.stop();
    assert.equal(childOn(red.dataDir), undefined);
    assert.equal(red.nodeRed.port(), undefined);
  });
});

describe('Node-RED and the end of its parent', () => {
  it('it ends when the process that started it is killed', async function () {
    if (process.platform !== 'linux') this.skip();
    const dataDir = mkdtempSync(join(tmpdir(), 'qoida-red-'));
    const file = fileURLToPath(new URL('holder.ts', import.meta.url));
    const holder = spawn(process.execPath, ['-C', 'qoida-src', file, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(holder.stdout, 'data');
      assert.notEqual(childOn(dataDir), undefined);
    } finally {
      holder.kill('SIGKILL');
    }
    await once(holder, 'exit');
    await until(() => childOn(dataDir) === undefined);
    rmSync(dataDir, { recursive: true });
  });
});
