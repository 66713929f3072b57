import assert from 'node:assert/strict';
import { type ExecFileException, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { APP_PASSWORD, type TestDatabase, testDatabase } from '../../src/testing/index.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CORE = new URL('../../src/index.ts', import.meta.url).href;
const MIGRATION = 'migrations/202601010000_boxes.sql';

/** What a small plugin consists of; each test breaks one thing. */
const CODE = `
import { definePlugin, event, operation, record, text } from '${CORE}';
const box = record('box', 'boxes', { label: text({ maxLength: 50 }) });
const packed = event('box.packed', { label: text() });
const pack = operation({
  name: 'box.pack', http: 'POST /boxes', summary: 'Pack', roles: '*', effect: 'record',
  input: { label: text({ maxLength: 50 }) }, emits: [packed],
  run: ({ input, db }) => db.of(box).insert(input),
});
export default definePlugin({
  name: 'boxes', version: '1.0.0', title: 'Boxes', records: [box], events: [packed], operations: [pack],
  rules: [new URL('rules/boxes.qoida', import.meta.url)],
  migrations: new URL('migrations/', import.meta.url),
  messages: { box_full: { uz: 'Quti to‘la', ru: 'Коробка полна', en: 'The box is full' } },
});
`;
const UP = `create table boxes (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  label text not null check (char_length(label) <= 50)
);
select qoida_tenant_table('boxes');
`;
const WHOLE: Readonly<Record<string, string>> = {
  'plugin.ts': CODE,
  [MIGRATION]: `-- up\n${UP}\n-- down\ndrop table boxes;\n`,
  'rules/boxes.qoida':
    'module boxes\n\ngate no_stones\n  on box.pack\n  block when input.label = "stone"\n  message "No stones"\n  release never\n',
};

describe('a plugin that is wrong stops the start in sentences', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'qoida-plugins-'));
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
    const secrets = JSON.stringify({ DB_APP_PASSWORD: APP_PASSWORD });
    writeFileSync(join(dataDir, 'secrets.json'), secrets, { mode: 0o600 });
  });
  after(async () => {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  let written = 0;
  /** Writes a plugin, some files otherwise than the whole one. @returns where its code is */
  const plugin = (files: Readonly<Record<string, string>> = {}, without: string[] = []): string => {
    written += 1;
    const folder = join(dataDir, `plugin-${written}`);
    for (const [name, text] of Object.entries({ ...WHOLE, ...files })) {
      if (without.includes(name)) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return pathToFileURL(join(folder, 'plugin.ts')).href;
  };
  const start = (...plugins: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const env = {
        ...process.env,
        QOIDA_DATA: dataDir,
        QOIDA_PORT: '0',
        DB_DSN: database.ownerDsn,
        PLUGINS: plugins.join(','),
      };
      const args = ['-C', 'qoida-src', MAIN, 'start'];
      execFile(process.execPath, args, { env }, (error: ExecFileException | null, _out, said) =>
        resolve({ code: Number(error?.code ?? 0), said }),
      );
    });
  const refused = async (expected: RegExp, ...plugins: string[]) => {
    const { code, said } = await start(...plugins);
    assert.match(said, expected);
    assert.equal(code, 3, said);
    assert.doesNotMatch(said, /^\s+at (async )?\w+.*\(/m, 'a stack trace is for faults of ours');
  };

  it('no such package', () =>
    refused(
      /^Plugin @qoida\/plugin-nowhere: is not installed\. Install it, or take it out of PLUGINS$/m,
      '@qoida/plugin-nowhere',
    ));

  it('code that throws as it loads, with the place', () =>
    refused(
      /can't be loaded: boom\n\s+at file:.*plugin\.ts:\d+/,
      plugin({ 'plugin.ts': `${CODE}\nthrow new Error('boom');\n` }),
    ));

  it('code that is not TypeScript, with the place', () =>
    refused(
      /can't be loaded: .*\n\s+at (file:)?\S*plugin\.ts:\d+/,
      plugin({ 'plugin.ts': `${CODE}\nconst x: = 3;\n` }),
    ));

  it('two packages of one name', () =>
    refused(
      /^Plugin boxes: two packages have this name in definePlugin\(\), \S+plugin-\d+\/plugin\.ts and \S+plugin-\d+\/plugin\.ts/m,
      plugin(),
      plugin(),
    ));

  it('a name that is the platform’s own', () =>
    refused(
      /plugin\.ts: "core" in definePlugin\(\) is the platform's own name/,
      plugin({ 'plugin.ts': CODE.replace("name: 'boxes'", "name: 'core'") }),
    ));

  it('what another plugin declares already: everything at once, with both names', async () => {
    const second = CODE.replace("name: 'boxes'", "name: 'crates'");
    const { code, said } = await start(plugin(), plugin({ 'plugin.ts': second }));
    assert.equal(code, 3);
    for (const what of [
      'record "box"',
      'table "boxes"',
      'event "box.packed"',
      'operation "box.pack"',
      'route "POST /boxes"',
      'message "box_full"',
    ])
      assert.ok(said.includes(`crates: the ${what} belongs to the plugin boxes`), said);
  });

  it('a route or a list that the platform has already, before the database is touched', async () => {
    const http = (route: string) => plugin({ 'plugin.ts': CODE.replace('POST /boxes', route) });
    for (const [route, told] of [
      ['POST /auth/login', 'POST /auth/login'],
      ['POST /devices/:box/heartbeat', 'POST /devices/:…/heartbeat'],
      ['POST /rules/rehearse', 'POST /rules/rehearse'],
    ] as const)
      await refused(
        RegExp(`^ {2}boxes: the route "${told}" is the platform's own; give it another name$`, 'm'),
        http(route),
      );
    await refused(
      /^ {2}boxes: the route "POST \/operations\/rules\.check" of box\.pack lies below \/operations, where/m,
      http('POST /operations/rules.check'),
    );
    const listed = "{ label: text({ maxLength: 50 }) }, { api: { path: 'users', read: '*' } });";
    await refused(
      /^ {2}boxes: the list "users" is the platform's own; give it another name$/m,
      plugin({ 'plugin.ts': CODE.replace('{ label: text({ maxLength: 50 }) });', listed) }),
    );
    assert.equal((await database.asOwner("select to_regclass('boxes') as found"))[0]?.found, null);
  });

  it('a migration with a fault, with file and line; none of it is kept', async () => {
    const broken = UP.replace('label text', 'label texd');
    await refused(
      /migration boxes\/202601010000_boxes \(migrate\): type "texd" does not exist\n\s+in \S+202601010000_boxes\.sql, line 6; nothing of it was kept/,
      plugin({ [MIGRATION]: `-- up\n${broken}\n-- down\ndrop table boxes;\n` }),
    );
    const [row] = await database.asOwner("select to_regclass('boxes') as found");
    assert.equal(row?.found, null);
  });

  it('a migration without its two parts, and a folder that is not there', async () => {
    await refused(
      /boxes\/202601010000_boxes needs the lines "-- up" and "-- down" \(\S+\.sql\)/,
      plugin({ [MIGRATION]: UP }),
    );
    await refused(/the migrations of boxes can't be read: .*migrations/, plugin({}, [MIGRATION]));
  });

  it('rules that are not there, don’t compile, or are called as those of another plugin', async () => {
    await refused(
      /The rules of the plugin boxes can't be read: .*boxes\.qoida/,
      plugin({}, ['rules/boxes.qoida']),
    );
    await refused(
      /The rules boxes of the plugin boxes \(\S+boxes\.qoida\) don't compile:\n {2}Q2006 line 4:6 .*`box\.pakc`.*did you mean `box\.pack`/,
      plugin({
        'rules/boxes.qoida': (WHOLE['rules/boxes.qoida'] ?? '').replace('box.pack', 'box.pakc'),
      }),
    );
    const other = `import { definePlugin } from '${CORE}';
export default definePlugin({ name: 'crates', version: '1.0.0', title: 'Crates',
  rules: [new URL('rules/boxes.qoida', import.meta.url)] });`;
    await refused(
      /Two rule files are called "module boxes": one of the plugin boxes \(\S+\), one of the plugin crates \(\S+\)\. Give one/,
      plugin(),
      plugin({ 'plugin.ts': other }),
    );
  });

  it('records that differ from the tables, with what prints the migration', () =>
    refused(
      /the database doesn't match the records; write a migration for:\n {2}- boxes\.color .*\n`npx qoida migrate draft PLUGIN` prints/,
      plugin({
        'plugin.ts': CODE.replace(
          '{ label: text({ maxLength: 50 }) });',
          '{ label: text({ maxLength: 50 }), color: text({ maxLength: 9 }) });',
        ),
      }),
    ));
});
