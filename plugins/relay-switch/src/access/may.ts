import { type BaseContext, type device, forbidden, type RowOf } from '@qoida/core';
import { type DeviceRole, deviceUser } from '../records.ts';
import { CONFIGURERS, SAFETY, SWITCHERS } from '../roles.ts';

type Need = 'switch' | 'configure';

/** Whose roles let them ask for it at all. */
const ASKERS: Readonly<Record<Need, readonly string[]>> = {
  switch: SWITCHERS,
  configure: CONFIGURERS,
};
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

/** Somebody at a device: who they are, what the device was given to them as, whether it was given to anybody. */
interface Standing {
  readonly roles: readonly string[];
  readonly own: DeviceRole | null;
  readonly given: boolean;
}

/**
 * A device that was given to somebody is switched by its owners and controllers and set up by its owners
 * (S-OP-16); one that was given to nobody by everybody whose role allows it.
 */
export function mayAt({ roles, own, given }: Standing, need: Need): boolean {
  const has = (wanted: readonly string[]) => roles.some((role) => wanted.includes(role));
  if (!has(ASKERS[need])) return false;
  if (has(EVERYWHERE[need]) || (!given && has(BY_ROLE[need]))) return true;
  return own === 'owner' || (need === 'switch' && own === 'controller');
}

/** How somebody stands at a device. */
export async function standingAt(
  { actor, db }: Pick<BaseContext, 'actor' | 'db'>,
  device_id: RowOf<typeof device>['id'],
): Promise<Standing> {
  const given = await db.of(deviceUser).list({ device_id });
  const own = given.find(({ user_id }) => user_id === actor.id)?.role ?? null;
  return { roles: actor.roles, own, given: given.length > 0 };
}

/** Whoever acts; rules and programs act for the plant, which answers for them, as far as their roles go. */
export const actorMay = (
  { actor }: Pick<BaseContext, 'actor'>,
  standing: Standing,
  need: Need,
): boolean =>
  actor.kind === 'user'
    ? mayAt(standing, need)
    : actor.kind === 'system' || actor.roles.some((role) => ASKERS[need].includes(role));

/** @throws Refusal forbidden device_not_yours */
export async function refuseStranger(
  context: Pick<BaseContext, 'actor' | 'db'>,
  { id, code }: RowOf<typeof device>,
  need: Need,
): Promise<void> {
  if (context.actor.kind !== 'user') return;
  const standing = await standingAt(context, id);
  if (mayAt(standing, need)) return;
  throw forbidden('device_not_yours', `You have no right to ${need} ${code}`, {
    code,
    need,
    role: standing.own,
  });
}
