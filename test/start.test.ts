import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { clientOf, signIn, until } from '@qoida/core/testing';
import { ordinaryUser } from './support/ordinary-user.ts';
import { Bench, isAlive, noServerIn, postmasterOf, serversIn } from './support/running.ts';

const ADMIN = { username: 'birinchi', full_name: 'Birinchi Admin', password: 'Correct-Horse-42' };
const LINK = /First administrator \(this link works once\): (http:\S+)/;

describe('a start of the platform', function () {
  this.timeout(600_000); // two starts, each with its own patience
  const bench = new Bench();
  before(function () {
    if (process.platform === 'linux') return;
    console.log('      not shown: processes are looked for in /proc, which is Linux');
    this.skip();
  });
  after(() => bench.tidies());

  it('from an empty folder gives a link for the first administrator that works once, and keeps what was made', async () => {
    const dataDir = join(bench.folder(), 'data');
    const first = bench.starts(dataDir);
    const url = await first.ready();
    assert.match(first.said, /Creating the database/);
    const link = new URL(LINK.exec(first.said)?.[1] ?? assert.fail(first.said));
    assert.equal(link.origin, url);
    const setup = { ...ADMIN, token: link.searchParams.get('token') };

    const made = await clientOf(url, '').post('/auth/setup', setup);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const admin = clientOf(url, made.body.access);
    const device = await admin.post('/devices', { code: 'scale-1', device_type: 'scale' });
    assert.equal(device.status, 201, JSON.stringify(device.body));
    const again = await clientOf(url, '').post('/auth/setup', { ...setup, username: 'ikkinchi' });
    assert.deepEqual([again.status, again.body.error.reason], [401, 'setup_token_invalid']);
    assert.equal(await first.stops(), 0, first.said);

    const second = bench.starts(dataDir);
    const client = await signIn(await second.ready(), ADMIN.username, ADMIN.password);
    assert.doesNotMatch(second.said, LINK);
    assert.doesNotMatch(second.said, /Creating the database|migrate/);
    const kept = await client.get('/devices/scale-1');
    assert.equal(kept.body.id, device.body.id, JSON.stringify(kept.body));
    assert.equal(await second.stops(), 0, second.said);
  });

  it('with --demo fills the plant and writes its users and device secrets down', async () => {
    const dataDir = bench.folder();
    const platform = bench.starts(dataDir, { demo: true });
    const url = await platform.ready();
    assert.doesNotMatch(platform.said, LINK);
    const file = join(dataDir, 'demo.json');
    assert.equal(statSync(file).mode & 0o077, 0, 'others may read the demo passwords');
    const { users, devices } = JSON.parse(readFileSync(file, 'utf8'));
    const operator = await signIn(url, users.operator.username, users.operator.password);
    assert.equal((await operator.get('/me')).body.user.username, users.operator.username);
    assert.match(devices['scale-E1-pack-01'].secret, /\S{20}/);
    assert.equal(await platform.stops(), 0, platform.said);
  });

  for (const [setting, value, sentence] of [
    [
      'QOIDA_PORT',
      'eighty',
      'Setting QOIDA_PORT: "eighty" is not a whole number between 0 and 65535. Example: QOIDA_PORT=8080',
    ],
    [
      'LOG_LEVEL',
      'loud',
      'Setting LOG_LEVEL: "loud" is none of debug, info, warn, error. Example: LOG_LEVEL=info',
    ],
    [
      'VT_GATE_HARD',
      'perhaps',
      'Setting VT_GATE_HARD: "perhaps" is neither true nor false. Example: VT_GATE_HARD=true',
    ],
  ] as const) {
    it(`stops at ${setting}=${value} with the setting's name, its fault and an example`, async () => {
      const dataDir = bench.folder();
      const platform = bench.starts(dataDir, { env: { [setting]: value } });
      assert.equal(await platform.ended(), 3, platform.said);
      assert.equal(platform.said.trim(), sentence);
      assert.deepEqual(readdirSync(dataDir), []);
    });
  }

  it('stops at a setting of a file that nobody knows', async () => {
    const dataDir = bench.folder();
    const file = join(dataDir, 'local.json');
    writeFileSync(file, '{ "QOIDA_PROT": 8080 }');
    const platform = bench.starts(dataDir, { env: { QOIDA_CONFIG: file } });
    assert.equal(await platform.ended(), 3, platform.said);
    assert.match(platform.said, /^Setting QOIDA_PROT: is not a setting \(in .*local\.json\)/);
  });

  it('stops in one sentence when the port is taken, and leaves no database running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const dataDir = bench.folder();
    const platform = bench.starts(dataDir, { env: { QOIDA_PORT: port } });
    assert.equal(await platform.ended(), 3, platform.said);
    const [last] = platform.said.trim().split('\n').slice(-1);
    assert.match(last ?? '', new RegExp(`^The port is taken: .*${port}\\. Set QOIDA_PORT to`));
    await noServerIn(dataDir);
    other.close();
  });

  it('on a folder that is in use stops in one sentence and disturbs nothing', async () => {
    const dataDir = bench.folder();
    const first = bench.starts(dataDir);
    const url = await first.ready();
    const second = bench.starts(dataDir);
    assert.equal(await second.ended(), 3, second.said);
    assert.match(
      second.said,
      new RegExp(`is in use: Qoida already runs on it \\(process ${first.pid}\\)`),
    );
    assert.equal((await fetch(`${url}/ready`)).status, 200);
    assert.equal(await first.stops(), 0, first.said);
  });

  it('as an ordinary user', async function () {
    const user = ordinaryUser();
    if (typeof user === 'string') {
      console.log(`      not shown: ${user}`);
      this.skip();
    }
    const folder = bench.folder();
    chownSync(folder, user.uid, user.gid);
    const dataDir = join(folder, 'data');
    const platform = bench.starts(dataDir, { user });
    await platform.ready();
    assert.equal(statSync(join(dataDir, 'pg')).uid, user.uid);
    assert.equal(statSync(`/proc/${postmasterOf(dataDir)}`).uid, user.uid);
    assert.equal(await platform.stops(), 0, platform.said);
  });
});

describe('the end of the platform', function () {
  this.timeout(600_000); // two starts, each with its own patience
  const bench = new Bench();
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });
  after(() => bench.tidies());

  it('by Ctrl-C is clean: everything is saved and no process is left', async () => {
    const dataDir = bench.folder();
    const platform = bench.starts(dataDir);
    await platform.ready();
    assert.ok(serversIn(dataDir).length > 1, 'a database with its helpers works there');
    assert.equal(await platform.stops(), 0, platform.said);
    assert.match(platform.said, /Stopped; everything is saved\.\s*$/);
    assert.deepEqual(serversIn(dataDir), []);
    assert.equal(existsSync(join(dataDir, 'pg', 'postmaster.pid')), false);
    assert.equal(existsSync(join(dataDir, 'run.json')), false, 'its pass is still lying about');
  });

  it('one press that arrives twice is one press', async () => {
    const dataDir = bench.folder();
    const platform = bench.starts(dataDir);
    await platform.ready();
    platform.process.kill('SIGINT');
    assert.equal(await platform.stops(), 0, platform.said);
    assert.match(platform.said, /Stopped; everything is saved\.\s*$/);
    assert.equal(existsSync(join(dataDir, 'run.json')), false);
  });

  it('by kill -9 takes the database with it', async () => {
    const dataDir = bench.folder();
    const platform = bench.starts(dataDir);
    await platform.ready();
    await platform.dies();
    await noServerIn(dataDir);
  });

  it('comes with the end of the starter, kill -9 included', async () => {
    const dataDir = bench.folder();
    const starter = bench.starts(dataDir, { starter: true });
    await starter.ready();
    const { pid } = starter;
    assert.notEqual(pid, starter.process.pid);
    assert.ok(isAlive(pid));
    starter.process.kill('SIGKILL');
    await until(() => !isAlive(pid), 'the platform has followed its starter');
    await noServerIn(dataDir);
    assert.equal(existsSync(join(dataDir, 'run.json')), false, 'it was no clean stop');
  });
});
