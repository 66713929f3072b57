import type { BaseContext, FactContext, Gates, ValueOf } from '@qoida/core';
import {
  byId,
  conflict,
  id,
  integer,
  invalid,
  list,
  operation,
  recordOf,
  rows,
  text,
  user,
  via,
} from '@qoida/core';
import { workcenter } from '../master/records.ts';
import { SEX } from '../roles.ts';
import { session } from './records.ts';

export const operatorsField = () => list(id('user'), { min: 1, max: 2 });

/** Gates that judge who serves a work centre: once others do, nothing is left of what they refused. */
export const GATES_OF_PEOPLE = ['gt_2_extruder', 'e3_qualification'] as const;

/** F-GATE-04: an assignment that passes takes away the cause of those that did not, at its work centre. */
export async function closeGatesOfPeople(gates: Gates, place: { readonly id: string }) {
  for (const gate of GATES_OF_PEOPLE)
    await gates.close(gate, [{ workcenter: place.id }], 'other operators');
}

const operatorFact = {
  user: recordOf(user),
  /** Extruder lines he would serve, this one included (F-OP-23). */
  running_lines: integer(),
  /** Codes of what he is qualified for today. */
  qualifications: list(text()),
};
type OperatorFact = ValueOf<typeof operatorFact>;

interface LineOf {
  /** The session that is being changed; its own line is counted once, as the new one. */
  readonly sessionId: string | null;
  readonly workcenterType: string;
}

/** The operators named in the input, with what the gates of people judge. */
export const operatorFacts = rows(operatorFact, (context: FactContext) =>
  loadOperators(context, context.input.operators as readonly string[], lineOf(context)),
);

function lineOf(context: FactContext): LineOf {
  const facts = context.facts as { session?: { id: string }; workcenter: { type: string } };
  return { sessionId: facts.session?.id ?? null, workcenterType: facts.workcenter.type };
}

async function loadOperators(
  context: BaseContext,
  named: readonly string[],
  line: LineOf,
): Promise<OperatorFact[]> {
  const people = [];
  for (const idOrCode of named) people.push(await context.db.of(user).get(idOrCode));
  if (new Set(people.map((person) => person.id)).size < people.length) {
    throw invalid('operator_twice', 'The same operator is named twice');
  }
  const ids = people.map((person) => person.id);
  // Held until commit, so that two sessions started at once see each other's operators.
  await context.db.sql('select id from users where id = any(?) order by id for no key update', [
    ids,
  ]);
  const loaded: OperatorFact[] = [];
  for (const person of people) {
    if (person.status !== 'active') {
      throw conflict('operator_inactive', 'This operator is switched off', {
        user: person.username,
      });
    }
    loaded.push({
      user: person,
      running_lines: await runningLines(context, person.id, line),
      qualifications: await qualifications(context, person.id),
    });
  }
  return loaded;
}

async function runningLines(context: BaseContext, userId: string, line: LineOf): Promise<number> {
  const [row] = await context.db.sql<{ lines: number }>(
    `select count(*) as lines from sessions s join workcenters w on w.id = s.workcenter_id
     where s.status in ('opened', 'paused') and s.production_ended_at is null and w.type = 'extruder'
       and ? = any(s.operators) and s.id is distinct from ?`,
    [userId, line.sessionId],
  );
  return (row?.lines ?? 0) + (line.workcenterType === 'extruder' ? 1 : 0);
}

async function qualifications(context: BaseContext, userId: string): Promise<string[]> {
  const held = await context.db.sql<{ code: string }>(
    `select code from user_qualifications
     where user_id = ? and (valid_until is null or valid_until >= ?) order by code`,
    [userId, context.now],
  );
  return held.map((row) => row.code);
}

/** F-API-122: other operators for a running session, past the same gates as at the start (F-M3-03). */
export const changeOperators = operation({
  name: 'session.operators',
  http: 'PATCH /sessions/:session_id/operators',
  summary: {
    uz: 'Operatorlarni almashtirish',
    ru: 'Сменить операторов',
    en: 'Change the operators',
  },
  roles: [SEX],
  effect: 'record',
  input: { session_id: id('session'), operators: operatorsField() },
  facts: {
    session: byId(session, 'session_id', { lock: true }),
    workcenter: via('session.workcenter_id', workcenter),
    operators: operatorFacts,
  },
  async prepare({ facts }) {
    if (facts.session.status === 'closed') {
      throw conflict('session_closed', 'The session is closed', { session_id: facts.session.id });
    }
    return undefined;
  },
  closes: GATES_OF_PEOPLE,
  async run({ db, facts, gates }) {
    const operators = facts.operators.map((operator) => operator.user.id);
    await db.of(session).update(facts.session.id, { operators });
    await closeGatesOfPeople(gates, facts.workcenter);
    return { id: facts.session.id, operators };
  },
});
