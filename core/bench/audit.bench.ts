/**
 * The audit log on 100,000 rows: how many a second are checked, in many short chains and in a few long
 * ones, and how long signing a checkpoint takes when all of them are new and when none is.
 */
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { busyness, line, timed, whole } from '../../dsl/bench/support/figures.ts';
import { sealHead, signContext, signRow } from '../src/data/audit/chain.ts';
import { makeCheckpoint, verifyAudit } from '../src/data/index.ts';
import { testDatabase } from '../src/testing/database.ts';

const SECRET = 'server-secret-001';
const ROWS = 100_000;
const BATCH = 5_000;
const test = await testDatabase();

/** Chains as the platform would have written them, put in at once. */
async function fill(organization: string, chains: number): Promise<void> {
  let rows: object[] = [];
  const heads: object[] = [];
  for (let chain = 0; chain < chains; chain += 1) {
    const place = { object_type: 'package', object_id: randomUUID() };
    let prev_sig = '';
    for (let position = 1; position <= ROWS / chains; position += 1) {
      const row = {
        id: randomUUID(),
        ts: new Date(),
        actor_id: randomUUID(),
        role: 'operator',
        action: 'package.create',
        ...place,
        diff: {
          old: { weight_kg: '20.520', status: 'new' },
          new: { weight_kg: '21.520', status: 'ok' },
        },
      };
      const sig_hash = signRow(SECRET, prev_sig, row);
      const context = { trace_id: randomUUID(), ip: '127.0.0.1', result: 'done' };
      const context_sig = signContext(SECRET, organization, sig_hash, context);
      rows.push({ ...row, ...context, position, prev_sig, sig_hash, context_sig });
      prev_sig = sig_hash;
      if (rows.length === BATCH) {
        await putRows(organization, rows);
        rows = [];
      }
    }
    const head = { ...place, last_sig: prev_sig, entries: ROWS / chains, context_from: 1 };
    heads.push({ ...head, seal: sealHead(SECRET, organization, head) });
  }
  await putRows(organization, rows);
  await test.asOwner(
    `insert into audit_heads (organization_id, object_type, object_id, last_sig, entries, context_from, seal, last_ts)
     select $2, object_type, object_id, last_sig, entries, context_from, seal, now() from jsonb_to_recordset($1::jsonb)
       as r (object_type text, object_id uuid, last_sig text, entries bigint, context_from bigint, seal text)`,
    [JSON.stringify(heads), organization],
  );
  await test.asOwner('analyze audit_log, audit_heads');
}

const putRows = (organization: string, rows: readonly object[]) =>
  test.asOwner(
    `insert into audit_log (organization_id, id, ts, position, actor_id, role, action, object_type, object_id,
       old_new_diff_json, prev_sig, sig_hash, context_sig, trace_id, ip, result)
     select $2, id, ts, position, actor_id, role, action, object_type, object_id, diff, prev_sig, sig_hash,
       context_sig, trace_id, ip, result from jsonb_to_recordset($1::jsonb)
       as r (id uuid, ts timestamptz, position bigint, actor_id uuid, role text, action text, object_type text,
         object_id uuid, diff jsonb, prev_sig text, sig_hash text, context_sig text, trace_id uuid, ip inet, result text)`,
    [JSON.stringify(rows), organization],
  );

console.log(line('', 'rows/s', 'loop p99 ms', 'sign all ms', 'sign none ms'));
for (const chains of [20_000, 10]) {
  const organization = await test.addOrganization(`bench${chains}`);
  await fill(organization, chains);
  const sign = async () => {
    for (let more = true; more; )
      ({ more } = await test.db.transaction(organization, (tx) =>
        makeCheckpoint(tx, { serverSecret: SECRET, now: new Date() }),
      ));
  };
  const first = await timed(sign);
  const nothing = await timed(sign);
  const held = monitorEventLoopDelay({ resolution: 5 });
  held.enable();
  const took = await timed(async () => {
    const { checked, faults } = await verifyAudit(test.db, organization, { serverSecret: SECRET });
    if (checked !== ROWS || faults.length > 0)
      throw new Error(`${checked} rows, ${faults.length} faults`);
  });
  held.disable();
  console.log(
    line(
      `${whole(chains)} chains of ${whole(ROWS / chains)} rows`,
      whole((ROWS / took) * 1000),
      (held.percentile(99) / 1e6).toFixed(0),
      whole(first),
      whole(nothing),
    ),
  );
}
console.log(`\n  100 000 rows each; sign: a checkpoint over all chains, over none; ${busyness()}`);
await test.close();
