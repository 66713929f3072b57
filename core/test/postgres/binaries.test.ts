import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Binaries, findBinaries, prepareBinaries } from '../../src/postgres/binaries.ts';
import { chooseServerUser } from '../../src/postgres/identity.ts';
import { hold, letGo, ordinaryUser, temporaryFolder, tidyUp } from './support.ts';

describe("embedded PostgreSQL's programs", () => {
  after(tidyUp);

  it('get their library links back when the install script was blocked', () => {
    const found = withoutLinks();
    const folder = prepareBinaries(found, temporaryFolder(), chooseServerUser('/none'), () => {});
    assert.equal(folder, found.folder);
    assert.match(versionIn(folder), /^postgres \(PostgreSQL\) 18\./);
  });

  it("are copied to the data folder when the server's user can't reach them", function () {
    if (ordinaryUser() === undefined) this.skip(); // only root has a second user
    const found = withoutLinks();
    chmodSync(join(found.folder, '..'), 0o700);
    const home = temporaryFolder();
    const steps: string[] = [];
    const user = chooseServerUser('/none');
    const folder = prepareBinaries(found, home, user, ({ step }) => steps.push(step));
    assert.equal(folder, join(home, `postgres-${found.version}`));
    assert.match(versionIn(folder), /^postgres \(PostgreSQL\) 18\./);
    prepareBinaries(found, home, user, ({ step }) => steps.push(step));
    assert.deepEqual(steps, ['copying_binaries'], 'the copy is made once');
  });
});

describe('a data folder that only root may enter', () => {
  after(tidyUp);

  it('gets its database in /var/lib/qoida, with a link to it', async function () {
    if (ordinaryUser() === undefined) this.skip(); // only root has a second user
    const closed = temporaryFolder();
    chmodSync(closed, 0o700);
    const dataDir = join(closed, 'data');
    mkdirSync(join(closed, 'tmp'));
    // With another temporary folder named, the data folder counts as one that is there to stay.
    const env = { TMPDIR: join(closed, 'tmp') };
    const first = await hold(dataDir, { env });
    const cluster = readlinkSync(join(dataDir, 'pg'));
    try {
      assert.deepEqual(first.steps.slice(0, 1), ['outside_folder']);
      assert.match(cluster, /^\/var\/lib\/qoida\/data-\w+\/pg$/);
      await letGo(first);
      const second = await hold(dataDir, { env });
      assert.equal(realpathSync(second.socketDir), join(cluster, '..', 'run'));
      assert.deepEqual(second.steps, ['starting']);
      await letGo(second);
    } finally {
      rmSync(join(cluster, '..'), { recursive: true });
    }
  });
});

/** A copy of the programs as they come out of the package, before its install script has run. */
function withoutLinks(): Binaries {
  const found = findBinaries();
  const folder = join(temporaryFolder(), 'native');
  cpSync(found.folder, folder, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  for (const { target } of links) rmSync(join(folder, '..', target), { force: true });
  assert.equal(existsSync(join(folder, 'lib', 'libicui18n.so.60')), false);
  return { ...found, folder };
}

function versionIn(folder: string): string {
  return execFileSync(join(folder, 'bin', 'postgres'), ['--version'], { encoding: 'utf8' });
}
