import { byId, device, id, operation } from '@qoida/core';
import type { DeviceRole } from '../records.ts';
import { actorMay, mayAt, standingAt } from './may.ts';

interface UserOfDevice {
  readonly user_id: string;
  readonly username: string;
  readonly full_name: string;
  readonly position: string;
  readonly role: DeviceRole;
  readonly active: boolean;
  readonly roles: readonly string[];
}

/**
 * To whom a device was given, and what whoever asks may do with it (S-OP-16). Nobody stands in the list of a
 * device that is everybody's whose role allows it.
 */
export const usersOfDevice = operation({
  name: 'relay.users',
  http: 'GET /devices/:device_id/users',
  summary: {
    uz: 'Qurilma kimlarga berilgan',
    ru: 'Кому дано устройство',
    en: 'To whom a device was given',
  },
  roles: '*',
  effect: 'read',
  input: { device_id: id('device') },
  facts: { device: byId(device, 'device_id') },
  async run({ facts, ...context }) {
    const { db } = context;
    const standing = await standingAt(context, facts.device.id);
    const rows = await db.sql<UserOfDevice>(
      `select u.id as user_id, u.username, u.full_name, u.position, d.role, u.status = 'active' as active,
         array(select r.code from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = u.id)
           || u.position as roles
       from user_devices d join users u on u.id = d.user_id where d.device_id = ?
       order by array_position(array['owner', 'controller', 'viewer'], d.role), u.full_name, u.username`,
      [facts.device.id],
    );
    return {
      device_id: facts.device.id,
      code: facts.device.code,
      given: standing.given,
      own: standing.own,
      may_switch: actorMay(context, standing, 'switch'),
      may_configure: actorMay(context, standing, 'configure'),
      items: rows.map(({ roles, ...row }) => {
        const theirs = { roles, own: row.role, given: true };
        return {
          ...row,
          may_switch: row.active && mayAt(theirs, 'switch'),
          may_configure: row.active && mayAt(theirs, 'configure'),
        };
      }),
    };
  },
});
