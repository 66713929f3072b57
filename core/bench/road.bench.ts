/**
 * What gates add to an operation: the same operation over HTTP with the same facts, once without a
 * gate and once with three that pass; one after the other in changing order. With gates the decision
 * is kept too, with its inputs: that is a write of its own and stands in the figure.
 */
import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { byId, definePlugin, operation, quantity, record, text } from '@qoida/core';
import { busyness, line, quantile } from '../../dsl/bench/support/figures.ts';
import { createLog } from '../src/http/log.ts';
import { configure } from '../src/platform/configuration.ts';
import { startPlatform } from '../src/platform/start.ts';
import { startPostgres } from '../src/postgres/index.ts';
import { clientOf } from '../src/testing/index.ts';

const CALLS = Number(process.env.BENCH_CALLS ?? 1_000);
const title = (en: string) => ({ uz: en, ru: en, en });
const crate = record(
  'crate',
  'crates',
  { code: text({ maxLength: 20 }), weight_kg: quantity('kg', { resolution: 0.001 }) },
  { lockOrder: 20, api: { path: 'crates', read: '*' } },
);
const MIGRATION = `-- up
create table crates (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null check (char_length(code) <= 20),
  weight_kg numeric(14,3) not null
);
select qoida_tenant_table('crates');

-- down
drop table crates;
`;
const RULES = `module bench.crates

gate too_heavy
  on crate.gated
  block when crate.weight_kg > 50 kg
  message "{crate.code} weighs {crate.weight_kg}"

gate weight_unlikely
  on crate.gated
  block when abs(input.weight_kg - crate.weight_kg) > max(1% of crate.weight_kg, 5 kg)
  message "{input.weight_kg} is far from {crate.weight_kg}"

gate bad_code
  on crate.gated
  block when not starts_with(crate.code, "C")
  message "{crate.code} is no code of a crate"
`;
const folder = mkdtempSync(join(tmpdir(), 'qoida-bench-'));
// The database runs as a user of its own where this is run as root.
chmodSync(folder, 0o755);
const migrations = join(folder, 'migrations');
mkdirSync(migrations);
writeFileSync(join(migrations, '202611270100_crates.sql'), MIGRATION);
writeFileSync(join(folder, 'crates.qoida'), RULES);

const weigh = (name: 'plain' | 'gated') =>
  operation({
    name: `crate.${name}`,
    http: `POST /crates/:crate_id/${name}`,
    summary: title(name),
    roles: '*',
    effect: 'record',
    input: { crate_id: text({ maxLength: 40 }), weight_kg: quantity('kg', { resolution: 0.001 }) },
    facts: { crate: byId(crate, 'crate_id', { lock: true }) },
    run: ({ facts, input, db }) =>
      db.of(crate).update(facts.crate.id, { weight_kg: input.weight_kg }),
  });
const crates = definePlugin({
  name: 'crates',
  version: '1.0.0',
  title: title('Crates'),
  records: [crate],
  migrations: pathToFileURL(`${migrations}/`),
  rules: [pathToFileURL(join(folder, 'crates.qoida'))],
  operations: [
    weigh('plain'),
    weigh('gated'),
    operation({
      name: 'crate.create',
      http: 'POST /crates',
      summary: title('create'),
      roles: '*',
      effect: 'record',
      input: { code: text({ maxLength: 20 }) },
      run: ({ db, input }) => db.of(crate).insert({ code: input.code, weight_kg: 20 }),
    }),
  ],
});

const server = await startPostgres({ dataDir: join(folder, 'server') });
const env = {
  QOIDA_PORT: '0',
  QOIDA_DATA: join(folder, 'platform'),
  NODE_RED: 'false',
  API_RATE_LIMIT_RPM: '10000000',
  DB_DSN: server.superuserDsn,
  QOIDA_CONFIG: '/nowhere/local.json',
};
const platform = await startPlatform({
  configuration: await configure(env, [crates]),
  version: 'bench',
  demo: false,
  log: createLog({ level: 'error', readable: true }),
  progress: () => undefined,
});
try {
  const client = clientOf(platform.url, platform.localToken);
  const { body } = await client.post('/crates', { code: 'C-1' });
  const took: Record<'plain' | 'gated', number[]> = { plain: [], gated: [] };
  for (let call = 0; call < CALLS + 100; call += 1) {
    for (const name of call % 2 === 0
      ? (['plain', 'gated'] as const)
      : (['gated', 'plain'] as const)) {
      const start = performance.now();
      const { status } = await client.post(`/crates/${body.id}/${name}`, {
        weight_kg: 20 + (call % 9) / 10,
      });
      assert.equal(status, 201);
      // The first hundred warm it up.
      if (call >= 100) took[name].push(performance.now() - start);
    }
  }
  const row = (name: string, part: number) => {
    const [plain, gated] = [quantile(took.plain, part), quantile(took.gated, part)];
    return line(name, plain.toFixed(2), gated.toFixed(2), (gated - plain).toFixed(2));
  };
  console.log(line('', 'no gate, ms', '3 gates, ms', 'more, ms'));
  console.log(row('median', 0.5));
  console.log(row('p95', 0.95));
  console.log(`\n  ${CALLS} calls each over HTTP, one at a time; ${busyness()}`);
} finally {
  await platform.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
