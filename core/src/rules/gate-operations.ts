import { conflict, forbidden } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { id, integer, oneOf, text } from '../api/fields.ts';
import type { Actor, OperationDef, Tx } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { settingsForRules } from './asked-with.ts';
import { boundIn } from './bound-rules.ts';
import { closeGate } from './gate-closing.ts';
import { gateView, listGates, releaseOf } from './gate-view.ts';
import type { RecheckParts } from './recheck.ts';
import { recordAtRelease, stillTrue } from './recheck.ts';
import { gateLog } from './records.ts';
import type { RuleRuntime } from './runtime.ts';

export interface GateParts {
  readonly runtime: RuleRuntime;
  readonly recheck: RecheckParts;
  readonly zone: string;
}

/** Gates that were hit, and their release by a person with a reason. */
export function gateOperations({ runtime, recheck, zone }: GateParts): OperationDef[] {
  const readerOf = (db: Tx, actor: Actor) => ({
    actor,
    parts: recheck,
    standing: runtime.snapshot(db.organizationId),
  });
  return [
    operation({
      name: 'gate.list',
      http: 'GET /gates',
      summary: { uz: 'To‘siqlar', ru: 'Запреты', en: 'Gates that were hit' },
      roles: '*',
      effect: 'read',
      input: {
        session_id: id('session').optional(),
        gate: text({ maxLength: 200 }).optional(),
        state: oneOf('open', 'released', 'all').default('open'),
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      run: ({ db, input, actor }) => listGates(db, input, readerOf(db, actor)),
    }),
    operation({
      name: 'gate.release',
      http: 'POST /gates/:gate_id/release',
      status: 200,
      summary: { uz: 'To‘siqni ochish', ru: 'Снять запрет', en: 'Release a gate' },
      roles: '*',
      effect: 'record',
      input: { gate_id: id('gate_log'), note: text({ pattern: '\\S', maxLength: 1000 }) },
      facts: { gate: byId(gateLog, 'gate_id', { lock: true }) },
      async run({ db, facts, input, actor, now, settings }) {
        const { gate } = facts;
        if (gate.released_at !== null)
          throw conflict('already_released', 'This gate is released already', {
            released_at: gate.released_at,
          });
        const env = { now, zone, settings: settingsForRules(settings) };
        const standing = runtime.snapshot(db.organizationId);
        // A gate that an object has bound at its start is looked at again by the rules of its start.
        const declared = recheck.operation(gate.point)?.facts ?? {};
        const objects = boundIn(declared, gate.object_ref);
        const snapshot = await runtime.bound.of(db, objects, standing);
        const { releasable, roles, whenClear } = releaseOf(gate, snapshot);
        if (!releasable) {
          throw conflict('not_releasable', `${gate.gate} is never released; remove its cause`, {
            gate: gate.gate,
          });
        }
        if (!roles.some((role) => actor.roles.includes(role))) {
          throw forbidden('role_required', `${gate.gate} is released by ${roles.join(', ')}`, {
            roles,
          });
        }
        if (whenClear && (await stillTrue(db, gate, snapshot, env, recheck))) {
          throw conflict('condition_still_true', `The cause of ${gate.gate} is still there`, {
            gate: gate.gate,
          });
        }
        const recorded = await recordAtRelease(db, gate, snapshot, recheck);
        const by = { now, by: actor.id, note: input.note, facts: recorded };
        const released = await closeGate(db, gate.id, by);
        return gateView(released, readerOf(db, actor));
      },
    }),
  ];
}
