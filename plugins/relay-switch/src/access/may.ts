import { type BaseContext, type device, forbidden, type RowOf } from '@qoida/core';
import { deviceUser } from '../records.ts';
import { CONFIGURERS, SAFETY, SWITCHERS } from '../roles.ts';

type Need = 'switch' | 'configure';

/** Whose roles let them switch, or set up, a device that belongs to nobody. */
const BY_ROLE: Readonly<Record<Need, readonly string[]>> = {
  switch: SWITCHERS.filter((role) => role !== 'relay_user'),
  configure: CONFIGURERS.filter((role) => role !== 'relay_user'),
};
/** Who may at every device: those who look after all of them, and safety wherever it switches. */
const EVERYWHERE: Readonly<Record<Need, readonly string[]>> = {
  switch: [...BY_ROLE.configure, ...SAFETY],
  configure: BY_ROLE.configure,
};

/**
 * A device that was given to somebody is switched by its owners and controllers and set up by its owners
 * (S-OP-16); one that was given to nobody by everybody whose role allows it. Rules and programs act for the
 * plant, which answers for them.
 * @throws Refusal forbidden device_not_yours
 */
export async function refuseStranger(
  { actor, db }: Pick<BaseContext, 'actor' | 'db'>,
  { id: device_id, code }: RowOf<typeof device>,
  need: Need,
): Promise<void> {
  const has = (roles: readonly string[]) => actor.roles.some((role) => roles.includes(role));
  if (actor.kind !== 'user' || has(EVERYWHERE[need])) return;
  const given = await db.of(deviceUser).list({ device_id });
  if (given.length === 0 && has(BY_ROLE[need])) return;
  const own = given.find(({ user_id }) => user_id === actor.id)?.role;
  if (own === 'owner' || (need === 'switch' && own === 'controller')) return;
  throw forbidden('device_not_yours', `You have no right to ${need} ${code}`, {
    code,
    need,
    role: own ?? null,
  });
}
