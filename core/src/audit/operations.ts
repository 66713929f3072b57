import { randomUUID } from 'node:crypto';
import type { OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { hashOf, lastCheckpoint, makeCheckpoint, rotateKey, writeAudit } from '../data/index.ts';

const KEEPERS = ['direktor', 'integrator', 'admin'] as const;

/** Changes of the audit's own state; everything else about it is read. */
export const auditOperations: readonly OperationDef[] = [
  operation({
    name: 'audit.checkpoint',
    http: 'POST /audit/checkpoints',
    status: 200,
    summary: {
      uz: 'Audit nazorat nuqtasini imzolash',
      ru: 'Подписать контрольную точку аудита',
      en: 'Sign a checkpoint of the audit log',
    },
    roles: KEEPERS,
    effect: 'record',
    input: {},
    async run({ db, now, settings }) {
      const serverSecret = String(settings.SERVER_SECRET);
      const { checkpoint, unsigned, more } = await makeCheckpoint(db, { serverSecret, now });
      const hash = checkpoint === null ? null : hashOf(db.organizationId, checkpoint);
      return { checkpoint: checkpoint === null ? null : { ...checkpoint, hash }, unsigned, more };
    },
  }),
  operation({
    name: 'audit.export',
    http: 'POST /audit/exports',
    summary: {
      uz: 'Audit jurnalini olib chiqish',
      ru: 'Выгрузить журнал аудита',
      en: 'Export the audit log',
    },
    roles: KEEPERS,
    effect: 'record',
    input: {},
    async run({ db, actor, now, traceId, settings }) {
      // It holds what people did and their data: who takes it along stands in the log itself (F-SEC-07).
      const id = randomUUID();
      const role = KEEPERS.find((one) => actor.roles.includes(one)) ?? actor.kind;
      const serverSecret = String(settings.SERVER_SECRET);
      const entry = { action: 'audit.export', actor, role, traceId, now, result: 'done' };
      const object = { object_type: 'audit_export', object_id: id };
      await writeAudit(db, { ...entry, serverSecret, object }, []);
      // Chains that are read later have come at least as far as the checkpoints say now.
      const last = await lastCheckpoint(db);
      const { organizationId: organization_id } = db;
      return { id, organization_id, at: now, by: actor.name, checkpoints: last?.number ?? 0 };
    },
  }),
  operation({
    name: 'audit.rotate_key',
    http: 'POST /audit/keys',
    summary: {
      uz: 'Nazorat nuqtalari uchun yangi kalit',
      ru: 'Новый ключ контрольных точек',
      en: 'A new key for checkpoints',
    },
    roles: ['integrator', 'admin'],
    effect: 'record',
    input: {},
    async run({ db, settings }) {
      const { number, key_id, public_key, endorsement } = await rotateKey(
        db,
        String(settings.SERVER_SECRET),
      );
      return { number, key_id, public_key, endorsement };
    },
  }),
];
