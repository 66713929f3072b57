import type { DeviceRemoval } from '@qoida/core';
import { deviceUser, relay, relayCommand, relayInput } from '../records.ts';
import { CONFIGURERS } from '../roles.ts';
import { refuseStranger } from './may.ts';

/**
 * A device is removed by whoever sets it up, its owners among them. Its relays, its inputs and what people were
 * given at it go; its commands stay. Of one that is on its way nobody will learn what became of it (S-OP-23).
 */
export const removal: DeviceRemoval = {
  roles: CONFIGURERS,
  refuseStranger: (context, of) => refuseStranger(context, of, 'configure'),
  async end({ db, now }, { id: device_id }) {
    const ended = { status: 'unconfirmed', code: 'device_removed', answered_at: now } as const;
    for (const { id } of await db.of(relayCommand).list({ device_id, status: 'pending' }))
      await db.of(relayCommand).update(id, ended);
    for (const record of [deviceUser, relayInput, relay] as const) {
      const rows = db.of(record);
      for (const { id } of await rows.list({ device_id })) await rows.remove(id);
    }
  },
};
