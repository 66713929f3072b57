import type { Database } from '../../data/index.ts';
import { NO_SECRET, unseal } from '../sealing.ts';
import type { DrivenDevice } from './lines.ts';
import type { PlayedSwitch } from './simulators.ts';

export interface PlayedSwitchParts {
  readonly db: Database;
  readonly organizationId: string;
  /** With SERVER_SECRET, under which the devices' secrets are sealed. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The platform's own address. */
  readonly url: string;
}

/** What the simulator needs to play these devices: it dials in as they would, with their own token. */
export async function playedSwitches(
  devices: readonly DrivenDevice[],
  { db, organizationId, settings = {}, url }: PlayedSwitchParts,
): Promise<PlayedSwitch[]> {
  if (devices.length === 0) return [];
  const rows = await db.read(organizationId, (tx) =>
    tx.sql<{ id: string; secret_ref: string }>(
      'select id, secret_ref from devices where id = any(?::uuid[])',
      [devices.map(({ id }) => id)],
    ),
  );
  return devices.flatMap(({ id, code, driver_model, line }) => {
    const sealed = rows.find((row) => row.id === id)?.secret_ref ?? NO_SECRET;
    if (sealed === NO_SECRET) return [];
    const { current } = unseal(sealed, id, String(settings.SERVER_SECRET));
    return [
      {
        model: driver_model,
        code,
        url: url.replace(/^http/, 'ws'),
        token: `${code}.${current}`,
        more: line.simulator as Readonly<Record<string, unknown>>,
      },
    ];
  });
}
