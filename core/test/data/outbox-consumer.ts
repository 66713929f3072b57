/** A consumer in a process of its own: prints each delivered event and takes `DELAY_MS` for it. */
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, startOutbox } from '../../src/data/index.ts';

const { OWNER_DSN = '', APP_PASSWORD = '', DELAY_MS = '0' } = process.env;
const say = (level: string) => (_fields: object, message: string) =>
  process.stderr.write(`${level} ${message}\n`);
const log = { debug() {}, info() {}, warn: say('warn'), error: say('error') };
const core = { owner: 'core', folder: new URL('../../migrations/', import.meta.url) };
const db = await openDatabase({
  ownerDsn: OWNER_DSN,
  appPassword: APP_PASSWORD,
  records: [],
  migrations: [core],
  log,
});
await startOutbox(db, {
  log,
  async deliver(events) {
    for (const event of events) {
      process.stdout.write(`${event.stream} ${event.payload.n}\n`);
      await pause(Number(DELAY_MS));
    }
    return undefined;
  },
});
