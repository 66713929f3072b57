import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from './exit.ts';

/**
 * Writes a small plugin that runs: a record, an operation, an event, a gate in the rules language,
 * a migration and a test.
 * @returns the files written
 * @throws CommandError when the folder is there already
 */
export function writePlugin(name: string, parent: string): string[] {
  const folder = join(parent, name);
  if (existsSync(folder)) throw new CommandError(`${folder} is there already; nothing was written`);
  const files = filesOf(name, name.replaceAll('-', '_'));
  return Object.entries(files).map(([file, content]) => {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  });
}

function filesOf(name: string, id: string): Record<string, string> {
  return {
    'package.json': onOneLine('files', `${JSON.stringify(manifest(name), null, 2)}\n`),
    'README.md': readme(name, id),
    'tsconfig.json':
      '{\n  "extends": "../../tsconfig.base.json",\n  "compilerOptions": { "types": ["node", "mocha"] },\n  "include": ["src", "test"]\n}\n',
    'src/index.ts': source(name, id),
    [`rules/${name}.qoida`]: rules(id),
    [`migrations/202601010000_${id}.sql`]: migration(id),
    [`test/${name}.test.ts`]: test(name, id),
  };
}

/** A short list on one line, as the formatter of the repository has it. */
const onOneLine = (key: string, json: string) =>
  json.replace(new RegExp(`("${key}": )\\[([^\\]]*)\\]`), (_, head: string, list: string) => {
    const items = list.split(',').map((item) => item.trim());
    return `${head}[${items.join(', ')}]`;
  });

const manifest = (name: string) => ({
  name: `@qoida/plugin-${name}`,
  version: '0.1.0',
  license: 'Apache-2.0',
  type: 'module',
  exports: {
    '.': { 'qoida-src': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
  },
  files: ['dist', 'rules', 'migrations', 'README.md'],
  dependencies: { '@qoida/core': '0.1.0' },
});

const source = (
  name: string,
  id: string,
) => `import { definePlugin, event, id, operation, quantity, record, text } from '@qoida/core';

const entry = record(
  '${id}_entry',
  '${id}_entries',
  { label: text({ maxLength: 200 }), weight_kg: quantity('kg', { resolution: 0.001, min: 0 }) },
  { api: { path: '${name}/entries', read: '*', sort: 'created_at desc' } },
);

const entryAdded = event(
  '${id}.added',
  { entry_id: id('${id}_entry'), weight_kg: quantity('kg') },
  { title: { uz: 'Yozuv qo‘shildi', ru: 'Запись добавлена', en: 'Entry added' } },
);

const addEntry = operation({
  name: '${id}.add',
  http: 'POST /${name}/entries',
  summary: { uz: 'Yozuv qo‘shish', ru: 'Добавить запись', en: 'Add an entry' },
  roles: '*',
  effect: 'record',
  input: {
    label: text({ maxLength: 200 }),
    weight_kg: quantity('kg', { resolution: 0.001, min: 0 }),
  },
  emits: [entryAdded],
  async run({ input, db, emit }) {
    const row = await db.of(entry).insert(input);
    await emit(entryAdded, { entry_id: row.id, weight_kg: row.weight_kg });
    return row;
  },
});

export default definePlugin({
  name: '${id}',
  version: '0.1.0',
  title: '${name}',
  records: [entry],
  events: [entryAdded],
  operations: [addEntry],
  rules: [new URL('../rules/${name}.qoida', import.meta.url)],
  migrations: new URL('../migrations/', import.meta.url),
});
`;

const rules = (id: string) => `module ${id}

gate ${id}_too_heavy
  on ${id}.add
  block when input.weight_kg > 100 kg
  message "{input.label} weighs {input.weight_kg}, at most 100 kg are allowed"
  release never

test "a heavy entry is refused"
  given input = { label: "stone", weight_kg: 120 kg }
  when ${id}.add
  expect blocked by ${id}_too_heavy
`;

const migration = (id: string) => `-- up
create table ${id}_entries (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  label text not null check (char_length(label) <= 200),
  weight_kg numeric(14,3) not null check (weight_kg >= 0)
);
select qoida_tenant_table('${id}_entries');

-- down
drop table ${id}_entries;
`;

const test = (name: string, id: string) => `import assert from 'node:assert/strict';
import { startTestPlatform, type TestPlatform } from '@qoida/core/testing';
import plugin from '../src/index.ts';

describe('${name}', () => {
  let platform: TestPlatform;
  before(async () => {
    platform = await startTestPlatform({ plugins: [plugin] });
  });
  after(() => platform.stop());

  it('keeps an entry and refuses one that is too heavy', async () => {
    const add = (label: string, weight_kg: number) =>
      platform.admin.post('/${name}/entries', { label, weight_kg });
    assert.equal((await add('box', 20.52)).status, 201);
    const refused = await add('stone', 120);
    assert.equal(refused.status, 409);
    assert.equal(refused.body.error.reason, '${id}_too_heavy');
    const { body } = await platform.admin.get('/${name}/entries');
    assert.equal(body.total, 1);
  });
});
`;

const readme = (name: string, id: string) => `# ${name}

A record (\`${id}_entry\`), an operation (\`${id}.add\`, POST /api/v1/${name}/entries), an event
(\`${id}.added\`) and a gate (\`rules/${name}.qoida\`). Run its test with
\`npm test -- plugins/${name}/test/*.test.ts\`.
`;
