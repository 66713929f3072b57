import { byId, id, instant, operation, text, user } from '@qoida/core';
import { actingUser } from '../people.ts';
import { TEX } from '../roles.ts';
import { userQualification } from './records.ts';

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
  async run(context) {
    const { db, facts, input, now } = context;
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
