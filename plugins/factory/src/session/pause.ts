import { byId, conflict, id, operation, text, via } from '@qoida/core';
import { sessionPaused, sessionResumed } from '../events.ts';
import { workcenter } from '../master/records.ts';
import { OPR, SEX, TEX } from '../roles.ts';
import { session } from './records.ts';
import { requireFree } from './start.ts';

/** The reason that ends production and so frees the work centre (F-OP-11). */
const SHIFT_END = 'shift_end';

export const pauseSession = operation({
  name: 'session.pause',
  http: 'PATCH /sessions/:session_id/pause',
  summary: { uz: 'Sessiyani to‘xtatib turish', ru: 'Поставить на паузу', en: 'Pause a session' },
  roles: [SEX, TEX, OPR],
  effect: 'record',
  input: { session_id: id('session'), reason: text({ maxLength: 200 }) },
  facts: { session: byId(session, 'session_id', { lock: true }) },
  emits: [sessionPaused],
  async run({ db, input, facts, now, emit }) {
    if (facts.session.status !== 'opened') {
      throw conflict('session_not_open', 'Only an open session can be paused', {
        status: facts.session.status,
      });
    }
    const ended = input.reason === SHIFT_END ? (facts.session.production_ended_at ?? now) : null;
    await db.of(session).update(facts.session.id, {
      status: 'paused',
      pause_reason: input.reason,
      ...(ended === null ? {} : { production_ended_at: ended }),
    });
    await emit(sessionPaused, { session_id: facts.session.id, reason: input.reason });
    return { id: facts.session.id, status: 'paused', reason: input.reason };
  },
});

/**
 * A resumed session runs again: what `shift_end` or a refused close had ended starts anew, if its
 * work centre is still free. A reopened session never takes the machine back (F-OP-09).
 */
export const resumeSession = operation({
  name: 'session.resume',
  http: 'PATCH /sessions/:session_id/resume',
  summary: { uz: 'Sessiyani davom ettirish', ru: 'Продолжить сессию', en: 'Resume a session' },
  roles: [SEX, TEX],
  effect: 'record',
  input: { session_id: id('session') },
  facts: {
    session: byId(session, 'session_id', { lock: true }),
    workcenter: via('session.workcenter_id', workcenter),
  },
  emits: [sessionResumed],
  async prepare(context) {
    const { facts } = context;
    if (facts.session.status !== 'paused') {
      throw conflict('session_not_paused', 'Only a paused session can be resumed', {
        status: facts.session.status,
      });
    }
    if (occupies(facts.session)) await requireFree(context, facts.workcenter);
    return undefined;
  },
  async run({ db, facts, emit }) {
    await db.of(session).update(facts.session.id, {
      status: 'opened',
      pause_reason: null,
      ...(occupies(facts.session) ? { production_ended_at: null } : {}),
    });
    await emit(sessionResumed, { session_id: facts.session.id });
    return { id: facts.session.id, status: 'opened' };
  },
});

const occupies = (row: { production_ended_at: Date | null; reopen_count: number }) =>
  row.production_ended_at !== null && row.reopen_count === 0;
