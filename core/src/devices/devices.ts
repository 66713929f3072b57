import type { DeviceHealth, DeviceModel } from '../api/devices.ts';
import type { Database, DataLog } from '../data/index.ts';
import { DEVICES_CHANNEL } from './door.ts';
import { type DrivenLine, driveLine } from './drivers/driven-line.ts';
import { HealthBook } from './drivers/health-book.ts';
import type { DriverTiming } from './drivers/line-worker.ts';
import { type DrivenDevice, isOpenLink, isPlayedDialIn, linesOf } from './drivers/lines.ts';
import { Played } from './drivers/played.ts';
import { playedSwitches } from './drivers/played-switches.ts';
import { seqSource } from './drivers/seq.ts';
import type { Ingest } from './ingest.ts';
import type { Links } from './links/links.ts';
import { deviceActor, type RunAs } from './links/run-as.ts';
import type { LiveStream } from './live.ts';
import { dueToTell } from './presence.ts';

export interface DevicesOptions {
  readonly db: Database;
  readonly models: readonly DeviceModel[];
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly stream?: LiveStream;
  readonly links: Links;
  /** Runs an operation as a device. */
  readonly run: RunAs;
  readonly log: DataLog;
  readonly organizationId: string;
  /** Plays the devices whose line names no address with their plugins' simulators. */
  readonly simulate: boolean;
  readonly now: () => Date;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly timing?: DriverTiming;
  /** Time between the signs of life that are kept (30 s unless said). */
  readonly heartbeatMs?: number;
}

/** The drivers of this platform at work. */
export interface Devices {
  /** How the driven devices are at this moment. */
  health(): DeviceHealth[];
  /** From now on devices can dial in at this address; those that are played do. */
  open(url: string): Promise<void>;
  stop(): Promise<void>;
}

const HEARTBEAT_MS = 30_000;
/** How often it is looked whose coming or going has waited long enough to be told. */
const PRESENCE_MS = 2_000;

/**
 * Starts a supervised worker for each line with devices that a plugin drives, and follows changes of
 * the devices: a changed line starts anew, the others run on.
 */
export async function startDevices(options: DevicesOptions): Promise<Devices> {
  const running = new RunningDevices(options);
  await running.start();
  return running;
}

class RunningDevices implements Devices {
  readonly #options: DevicesOptions;
  readonly #health: HealthBook;
  readonly #lines = new Map<string, DrivenLine>();
  readonly #storedSeq = new Map<string, number>();
  readonly #nextSeq: (deviceId: string) => number;
  #misfits: string[] = [];
  /** Simulators of devices that drivers reach, and of those that dial in by themselves. */
  readonly #onLines: Played;
  readonly #dialing: Played;
  #url: string | null = null;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;
  #changes: { stop(): Promise<void> } | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #presence: NodeJS.Timeout | undefined;

  constructor(options: DevicesOptions) {
    this.#options = options;
    this.#health = new HealthBook(options.organizationId, options.stream);
    this.#nextSeq = seqSource(options.now(), this.#storedSeq);
    const { models, log } = options;
    const again = () => void this.#again();
    this.#onLines = new Played({ models, log, again });
    this.#dialing = new Played({ models, log, again });
  }

  async start(): Promise<void> {
    const { db, log } = this.#options;
    this.#changes = await db.listen(DEVICES_CHANNEL, () => void this.#again());
    await this.#again();
    this.#heartbeat = setInterval(() => {
      this.#noteHeartbeats().catch((error: unknown) =>
        log.warn({ error: String(error) }, 'heartbeats could not be kept'),
      );
    }, this.#options.heartbeatMs ?? HEARTBEAT_MS);
    this.#presence = setInterval(() => {
      this.#tellPresence().catch((error: unknown) =>
        log.warn({ error: String(error) }, 'who came and went could not be told'),
      );
    }, PRESENCE_MS);
  }

  health(): DeviceHealth[] {
    return this.#health.list();
  }

  async open(url: string): Promise<void> {
    this.#url = url;
    await this.#again();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#heartbeat);
    clearInterval(this.#presence);
    await this.#changes?.stop();
    await this.#turn;
    await Promise.all([...this.#lines.values()].map((line) => line.stop()));
    await this.#stopSimulators();
  }

  /** Looks at the devices once more; one look at a time. */
  #again(): Promise<void> {
    const { log } = this.#options;
    this.#turn = this.#turn
      .then(() => (this.#stopped ? undefined : this.#reconcile()))
      .catch((error: unknown) => log.error({ err: error }, 'devices could not be started'));
    return this.#turn;
  }

  async #reconcile(): Promise<void> {
    const { models } = this.#options;
    const devices = await this.#load();
    if (this.#options.simulate) await this.#followSimulated(devices);
    const { lines, misfits } = linesOf(devices, models, (device) => this.#onLines.linkOf(device));
    const wanted = new Map(lines.map((line) => [line.key, line]));
    const gone = [...this.#lines].filter(([key]) => !wanted.has(key));
    await Promise.all(gone.map(([, line]) => line.stop()));
    for (const [key, { line }] of gone) {
      this.#lines.delete(key);
      for (const { code } of line.devices) this.#health.forget(code);
    }
    for (const code of this.#misfits) this.#health.forget(code);
    this.#misfits = misfits.map(({ code }) => code);
    for (const { code, reason } of misfits)
      this.#health.change(code, 'stopped', this.#options.now(), reason);
    for (const [key, line] of wanted) {
      if (!this.#lines.has(key)) this.#lines.set(key, this.#drive(line));
    }
  }

  #drive(line: Parameters<typeof driveLine>[0]): DrivenLine {
    return driveLine(line, { ...this.#options, health: this.#health, nextSeq: this.#nextSeq });
  }

  /** Active devices with a driver, and the highest number stored of each that is new here. */
  async #load(): Promise<DrivenDevice[]> {
    const { db, organizationId } = this.#options;
    return db.read(organizationId, async (tx) => {
      const devices = await tx.sql<DrivenDevice>(
        `select id, code, driver_model, division_kg, line from devices
         where active and driver_model is not null and jsonb_typeof(line) = 'object' order by code`,
      );
      const fresh = devices.map(({ id }) => id).filter((id) => !this.#storedSeq.has(id));
      const stored = await tx.sql<{ id: string; seq: number }>(
        `select d.id, k.seq from unnest(?::uuid[]) as d (id) cross join lateral (
           select seq from scale_event_keys where device_id = d.id order by seq desc limit 1) k`,
        [fresh],
      );
      for (const id of fresh)
        this.#storedSeq.set(id, stored.find((row) => row.id === id)?.seq ?? -1);
      return devices;
    });
  }

  /** Plays what is to be played, and keeps where each takes its orders. */
  async #followSimulated(devices: readonly DrivenDevice[]): Promise<void> {
    const { models } = this.#options;
    const dialIn = devices.filter((device) => isPlayedDialIn(device, models));
    const onLines = devices.filter((device) => isOpenLink(device) && !dialIn.includes(device));
    const changed = [
      await this.#onLines.follow(onLines),
      this.#url !== null &&
        (await this.#dialing.follow(
          [],
          await playedSwitches(dialIn, { ...this.#options, url: this.#url }),
        )),
    ];
    if (changed.includes(true)) await this.#keepControlPorts([...onLines, ...dialIn]);
  }

  async #keepControlPorts(devices: readonly DrivenDevice[]): Promise<void> {
    const { db, organizationId } = this.#options;
    const played = devices.flatMap(({ id, code }) => {
      const port = this.#onLines.controlPortOf(code) ?? this.#dialing.controlPortOf(code);
      return port === undefined ? [] : [{ id, port }];
    });
    await db.transaction(organizationId, async (tx) => {
      await tx.sql('delete from device_simulators');
      await tx.sql(
        'insert into device_simulators (device_id, control_port) select * from unnest(?::uuid[], ?::integer[])',
        [played.map(({ id }) => id), played.map(({ port }) => port)],
      );
    });
  }

  async #stopSimulators(): Promise<void> {
    if (!this.#options.simulate) return;
    await Promise.all([this.#onLines.stop(), this.#dialing.stop()]);
    await this.#keepControlPorts([]);
  }

  async #tellPresence(): Promise<void> {
    const { db, organizationId, now, run } = this.#options;
    for (const { id, code } of await dueToTell(db, organizationId, now())) {
      const actor = deviceActor({ id, code, organizationId });
      await run({ operation: 'device.tell_presence', input: { device_id: id }, actor });
    }
  }

  /** A driven device that is well, and one that is connected, gives its sign of life here, as gateways do over HTTP. */
  async #noteHeartbeats(): Promise<void> {
    const { db, organizationId, now, links } = this.#options;
    const well = this.#health.list().filter(({ state }) => state === 'ok');
    const connected = links.online();
    if (well.length + connected.length === 0) return;
    await db.transaction(organizationId, (tx) =>
      tx.sql(
        'update devices set last_heartbeat_at = ? where removed_at is null and (code = any(?::text[]) or (online and id = any(?::uuid[])))',
        [now(), well.map(({ code }) => code), connected],
      ),
    );
  }
}
