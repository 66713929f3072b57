import type { ClientSocket } from '../client-socket/index.ts';
import type { Database } from '../data/index.ts';
import type { SocketDoor } from '../devices/index.ts';
import type { Metrics } from '../http/index.ts';
import { answers } from './readiness.ts';

export interface WatchedParts {
  readonly db: Database;
  readonly organizationId: string;
  /** Where devices come in, and where people and programs do. */
  readonly sockets: Pick<SocketDoor, 'sessions'>;
  readonly clients: Pick<ClientSocket, 'sessions'>;
}

/** What is counted whenever somebody asks for the measurements (S-MET-03). */
export function watchPlatform(metrics: Metrics, parts: WatchedParts): void {
  const { db, organizationId, sockets, clients } = parts;
  metrics.watch(
    'ws_sessions',
    'Open WebSocket connections of this node, by who is at their other end',
    async () => ({ device: sockets.sessions(), client: clients.sessions() }),
    'kind',
  );
  metrics.watch('database_up', 'Whether the database answers: 1, or 0 (F-ALT-02)', async () =>
    (await answers(() => db.read(organizationId, (tx) => tx.sql('select 1')))) ? 1 : 0,
  );
  metrics.watch('devices_online', 'Devices that are switched on and connected', () =>
    db.read(organizationId, async (tx) => {
      const [row] = await tx.sql<{ count: number }>(
        'select count(*) as count from devices where online and active',
      );
      return row?.count ?? 0;
    }),
  );
}
