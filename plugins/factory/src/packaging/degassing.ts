import { byId, conflict, id, operation } from '@qoida/core';
import { packageDegassed } from '../events.ts';
import { SEX, TEX } from '../roles.ts';
import { session } from '../session/records.ts';
import { lockedPackage } from './lock.ts';
import { packageRecord } from './records.ts';

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
  async run(context) {
    const row = await lockedPackage(context, context.facts.package);
    if (row.degaz_status !== 'pending' || row.status === 'void') {
      throw conflict('degaz_not_pending', 'The package waits for no degassing', {
        degaz_status: row.degaz_status,
        status: row.status,
      });
    }
    const done = await context.db.of(packageRecord).update(row.id, { degaz_status: 'done' });
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
  async run({ db, facts, emit }) {
    const packages = db.of(packageRecord);
    const session_id = facts.session.id;
    const waiting = await packages.list({ session_id, degaz_status: 'pending' }, { lock: true });
    const pending = waiting.filter((row) => row.status !== 'void');
    for (const row of pending) {
      await packages.update(row.id, { degaz_status: 'done' });
      await emit(packageDegassed, { package_id: row.id, session_id });
    }
    return { session_id, done: pending.length };
  },
});
