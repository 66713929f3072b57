import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { APP_PASSWORD } from '../../src/testing/database.ts';
import {
  clientOf,
  signIn,
  type TestClient,
  type TestDatabase,
  testDatabase,
  until,
} from '../../src/testing/index.ts';
import { crates } from './crates.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const PASSWORD = 'Correct-Horse-42';
const KILLS = Number(process.env.QOIDA_KILLS ?? 3);
const AT_A_TIME = 8;
const ASKING = `module plant.asking
requires crates

automation moves_what_is_shipped
  when crate.shipped as e
  do crate.move(crate_id: e.crate_id, place: "gate") then crate.load(crate_id: e.crate_id, load_kg: 7 kg)
`;

interface Running {
  readonly process: ChildProcess;
  readonly url: string;
  readonly admin: TestClient;
}

describe(`approved operations and kill -9, ${KILLS} times`, function () {
  this.timeout(60_000 + KILLS * 20_000);
  let database: TestDatabase;
  let dataDir: string;
  let running: Running | undefined;

  before(async () => {
    const folder = crates.migrations as URL;
    database = await testDatabase({ migrations: [{ owner: crates.name, folder }] });
    dataDir = mkdtempSync(join(tmpdir(), 'qoida-killed-'));
    const secrets = JSON.stringify({ DB_APP_PASSWORD: APP_PASSWORD });
    writeFileSync(join(dataDir, 'secrets.json'), secrets, { mode: 0o600 });
  });
  after(async () => {
    await kill();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<Running> {
    const child = spawn(process.execPath, ['-C', 'qoida-src', CHILD], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        DB_DSN: database.ownerDsn,
        QOIDA_DATA: dataDir,
        QOIDA_PORT: '0',
        NODE_RED: 'false',
        API_RATE_LIMIT_RPM: '100000',
      },
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { url, localToken } = JSON.parse(line) as { url: string; localToken: string };
    running = { process: child, url, admin: clientOf(url, localToken) };
    return running;
  }
  async function kill(): Promise<void> {
    if (running === undefined) return;
    const ended = once(running.process, 'exit');
    running.process.kill('SIGKILL');
    await ended;
    running = undefined;
  }
  const person = async ({ url, admin }: Running, position: string): Promise<TestClient> => {
    const user = { username: position, full_name: position, position, password: PASSWORD };
    const made = await admin.post('/users', user);
    assert.ok(made.status === 201 || made.status === 409, JSON.stringify(made.body));
    return signIn(url, position, PASSWORD);
  };

  it('what was approved is run after the crash, and nothing twice (F-ARC-14)', async () => {
    const asked: string[] = [];
    let now = await start();
    for (let round = 0; round < KILLS; round += 1) {
      const operator = await person(now, 'operator');
      const chief = await person(now, 'sex_boshligi');
      const direktor = await person(now, 'direktor');
      const approvals: string[] = [];
      for (let i = 0; i < AT_A_TIME; i += 1) {
        const code = `K-${round}-${i}`;
        const { body } = await operator.post('/crates', { code, load_kg: 500 });
        const waiting = await operator.post(`/crates/${body.id}/move`, { place: 'yard' });
        assert.equal(waiting.status, 202, JSON.stringify(waiting.body));
        await chief.post(`/approvals/${waiting.body.approval_id}/approve`);
        approvals.push(waiting.body.approval_id);
        asked.push(body.id);
      }
      // The answers of the last votes are there; at some moment of the runs that follow, it dies.
      const last = approvals.map((id) => direktor.post(`/approvals/${id}/approve`));
      await Promise.all(last.slice(0, 1 + (round % AT_A_TIME)));
      const answered = Promise.allSettled(last);
      await kill();
      await answered;
      now = await start();
      const again = await person(now, 'direktor');
      for (const id of approvals) {
        const vote = await again.post(`/approvals/${id}/approve`);
        assert.ok(vote.status === 200 || vote.status === 409, JSON.stringify(vote.body));
      }
    }
    const [left] = await until(async () => {
      const rows = await database.asOwner<{ open: string }>(
        `select count(*) as open from approval_requests where outcome not in ('done')`,
      );
      return Number(rows[0]?.open) === 0 ? rows : null;
    }, 'all that was approved to be run');
    assert.ok(left);
    const crateRows = await database.asOwner<{ shipped: string }>(
      'select shipped from crates where id = any($1)',
      [asked],
    );
    assert.equal(crateRows.length, KILLS * AT_A_TIME);
    assert.deepEqual([...new Set(crateRows.map(({ shipped }) => Number(shipped)))], [1]);
    const [votes] = await database.asOwner<{ votes: string; people: string }>(
      'select count(*) as votes, count(distinct (request_id, person)) as people from approval_votes',
    );
    assert.deepEqual(
      [Number(votes?.votes), Number(votes?.people)],
      [KILLS * AT_A_TIME * 2, KILLS * AT_A_TIME * 2],
    );
  });

  it('what follows a decision is done once, and a rule that waited goes on once', async () => {
    let now = running ?? (await start());
    const texnolog = await person(now, 'texnolog');
    const made = await texnolog.post('/rules/modules', { name: 'plant.asking' });
    const given = { text: ASKING, base_version: made.body.version, note: 'it asks' };
    const first = await texnolog.post('/rules/modules/plant.asking/publish', given);
    const { loosened = [] } = first.body.error?.details ?? {};
    const accepts = loosened.map(({ guard }: { guard: string }) => guard);
    if (first.status >= 300)
      await texnolog.post('/rules/modules/plant.asking/publish', { ...given, accepts });
    const crates: string[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const operator = await person(now, 'operator');
      const chief = await person(now, 'sex_boshligi');
      const direktor = await person(now, 'direktor');
      for (let i = 0; i < AT_A_TIME; i += 1) {
        const code = `F-${round}-${i}`;
        const { body } = await operator.post('/crates', { code, load_kg: 5 });
        crates.push(body.id);
        // Half of them are lifted, which has effects; half are shipped, upon which the rule asks.
        const path = i % 2 === 0 ? 'lift' : 'ship';
        const { status } = await operator.post(`/crates/${body.id}/${path}`);
        assert.equal(status, path === 'lift' ? 202 : 200);
      }
      const decided = decideAll(chief).then(() => decideAll(direktor));
      // It dies while they decide: each time at another moment.
      await Promise.race([decided, pause(40 * round * (1 + (round % 3)))]);
      await kill();
      await decided.catch(() => undefined);
      now = await start();
    }
    const chief = await person(now, 'sex_boshligi');
    const direktor = await person(now, 'direktor');
    await until(async () => {
      await decideAll(chief);
      await decideAll(direktor);
      const [open] = await database.asOwner<{ requests: string; actions: string }>(
        `select (select count(*) from approval_requests where object_id = any($1)
                  and outcome <> 'done') as requests,
           (select count(*) from rule_actions where status <> 'done') as actions`,
        [crates],
      );
      const [runs] = await database.asOwner<{ runs: string }>(
        'select count(*) as runs from rule_runs',
      );
      const all = Number(runs?.runs) === crates.length;
      return all && Number(open?.requests) + Number(open?.actions) === 0;
    }, 'everything to be decided and done');
    const rows = await database.asOwner<{ code: string; shipped: string; load_kg: string }>(
      'select code, shipped, load_kg from crates where id = any($1)',
      [crates],
    );
    assert.equal(rows.length, KILLS * AT_A_TIME);
    for (const { code, shipped, load_kg } of rows) {
      const lifted = Number(code.split('-')[2]) % 2 === 0;
      assert.deepEqual([Number(shipped), Number(load_kg)], lifted ? [1, 6] : [2, 7], code);
    }
  });

  /** Agrees to all that waits for this person; what another has decided meanwhile is passed over. */
  async function decideAll(one: TestClient): Promise<void> {
    const { body } = await one.get('/approvals?box=inbox&page_size=200');
    for (const { approval_id } of body.items ?? [])
      await one.post(`/approvals/${approval_id}/approve`);
  }
});
