import { byId, conflict, type Gates, id, operation } from '@qoida/core';
import { packageDegassed } from '../events.ts';
import { paged, pageOf } from '../paging.ts';
import { DIR, FGO, OPR, OTK, SEX, TEX } from '../roles.ts';
import { session } from '../session/records.ts';
import { lockedPackage } from './lock.ts';
import { packageRecord } from './records.ts';

/** Gates that stop or warn as long as a package gives off gas (F-GATE-02). */
const DEGAS_GATES = ['degaz_gate', 'degaz_notice'] as const;

async function closeDegasGates(gates: Gates, packages: readonly { id: string }[]): Promise<void> {
  const objects = packages.map(({ id }) => ({ package: id }));
  for (const gate of DEGAS_GATES) await gates.close(gate, objects, 'degassed');
}

/** F-SM-13: `pending` → `done`, and no way back. */
export const degasPackage = operation({
  name: 'package.degaz_done',
  http: 'POST /packages/:package_id/degaz/done',
  status: 200,
  summary: { uz: 'Degazatsiya tugadi', ru: 'Дегазация выполнена', en: 'Degassing is done' },
  roles: [SEX, TEX],
  effect: 'record',
  input: { package_id: id('package') },
  facts: { package: byId(packageRecord, 'package_id') },
  emits: [packageDegassed],
  closes: DEGAS_GATES,
  async run(context) {
    const row = await lockedPackage(context, context.facts.package);
    if (row.degaz_status !== 'pending' || row.status === 'void') {
      throw conflict('degaz_not_pending', 'The package waits for no degassing', {
        degaz_status: row.degaz_status,
        status: row.status,
      });
    }
    const done = await context.db.of(packageRecord).update(row.id, { degaz_status: 'done' });
    await closeDegasGates(context.gates, [row]);
    await context.emit(packageDegassed, { package_id: row.id, session_id: row.session_id });
    return done;
  },
});

/** F-API-128: all packages of a session at once; those that wait for none are left as they are. */
export const degasSession = operation({
  name: 'session.degaz_done',
  http: 'POST /sessions/:session_id/degaz/done',
  status: 200,
  summary: {
    uz: 'Sessiya paketlarining degazatsiyasi tugadi',
    ru: 'Дегазация упаковок сессии выполнена',
    en: 'Degassing of a session is done',
  },
  roles: [SEX, TEX],
  effect: 'record',
  input: { session_id: id('session') },
  facts: { session: byId(session, 'session_id', { lock: true }) },
  emits: [packageDegassed],
  closes: DEGAS_GATES,
  async run({ db, facts, emit, gates }) {
    const packages = db.of(packageRecord);
    const session_id = facts.session.id;
    const waiting = await packages.list({ session_id, degaz_status: 'pending' }, { lock: true });
    const pending = waiting.filter((row) => row.status !== 'void');
    for (const row of pending) {
      await packages.update(row.id, { degaz_status: 'done' });
      await emit(packageDegassed, { package_id: row.id, session_id });
    }
    await closeDegasGates(gates, pending);
    return { session_id, done: pending.length };
  },
});

/** F-OP-07: what still gives off gas, the session that has waited longest first. */
export const degasQueue = operation({
  name: 'degaz.queue',
  http: 'GET /degaz/queue',
  summary: { uz: 'Degazatsiya navbati', ru: 'Очередь дегазации', en: 'What waits for degassing' },
  roles: [SEX, TEX, OPR, OTK, DIR, FGO],
  effect: 'read',
  input: {
    workcenter_id: id('workcenter').optional(),
    ...paged(),
  },
  run: ({ db, input }) => pageOf(db, QUEUE, [input.workcenter_id], input),
});

/** What stands in a session is summed over all of its packages, also over those of other pages. */
const QUEUE = `
with wanted as (select ?::uuid as workcenter_id)
select p.id, p.session_id, p.sku_id, p.qr_code, p.status, p.weight_kg, p.degaz_status, p.created_at,
       k.code as sku, w.code as workcenter, s.partiya_no,
       count(*) over (partition by p.session_id) as session_packages,
       sum(p.weight_kg) over (partition by p.session_id) as session_kg,
       min(p.created_at) over (partition by p.session_id) as session_since, count(*) over () as total
from packages p
cross join wanted
join sessions s on s.id = p.session_id
join skus k on k.id = p.sku_id
join workcenters w on w.id = s.workcenter_id
where p.degaz_status = 'pending' and p.status <> 'void'
  and (wanted.workcenter_id is null or s.workcenter_id = wanted.workcenter_id)
order by session_since, p.session_id, p.created_at, p.id
limit ? offset ?`;
