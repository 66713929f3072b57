import type { BaseContext, Gates } from '@qoida/core';
import { byId, id, instant, operation, text, user } from '@qoida/core';
import { actingUser } from '../people.ts';
import { TEX } from '../roles.ts';
import { userQualification, workcenter } from './records.ts';

/** F-OP-24: the technologist grants, and prolongs by granting again. */
export const grantQualification = operation({
  name: 'qualification.grant',
  http: 'POST /master/qualifications',
  summary: { uz: 'Malaka berish', ru: 'Присвоить квалификацию', en: 'Grant a qualification' },
  roles: [TEX],
  effect: 'record',
  input: {
    user_id: id('user'),
    code: text({ maxLength: 64 }),
    valid_until: instant().optional(),
  },
  facts: { user: byId(user, 'user_id') },
  closes: ['e3_qualification'],
  async run(context) {
    const { db, facts, input, now } = context;
    if (input.valid_until === null || input.valid_until > now) await closeGates(context);
    const granted = {
      valid_until: input.valid_until,
      granted_by: actingUser(context),
      granted_on: now.toISOString().slice(0, 10),
    };
    const held = await db.of(userQualification).find({ user_id: facts.user.id, code: input.code });
    if (held !== null) return db.of(userQualification).update(held.id, granted);
    return db
      .of(userQualification)
      .insert({ user_id: facts.user.id, code: input.code, ...granted });
  },
});

/** F-GATE-05: what he was refused for at places that ask for this qualification is no longer so. */
async function closeGates({ db, facts, input, gates }: Granting): Promise<void> {
  const places = await db.of(workcenter).list({ required_qualification: input.code });
  if (places.length === 0) return;
  const objects = places.map((place) => ({ workcenter: place.id, user: facts.user.id }));
  await gates.close('e3_qualification', objects, 'qualified');
}

interface Granting extends Pick<BaseContext, 'db'> {
  readonly gates: Gates;
  readonly facts: { readonly user: { readonly id: string } };
  readonly input: { readonly code: string };
}

export const withdrawQualification = operation({
  name: 'qualification.withdraw',
  http: 'DELETE /master/qualifications/:qualification_id',
  summary: {
    uz: 'Malakani bekor qilish',
    ru: 'Отозвать квалификацию',
    en: 'Withdraw a qualification',
  },
  roles: [TEX],
  effect: 'record',
  input: { qualification_id: id('user_qualification') },
  facts: { held: byId(userQualification, 'qualification_id', { lock: true }) },
  async run({ db, facts }) {
    await db.of(userQualification).remove(facts.held.id);
    return { id: facts.held.id, withdrawn: true };
  },
});
