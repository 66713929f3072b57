import { setTimeout as pause } from 'node:timers/promises';
import { type ChannelDef, ChannelFault, type ChannelMessage } from '../api/channels.ts';
import type { Tx } from '../api/operations.ts';
import { type Database, type DataLog, Gather, OwnedTask } from '../data/index.ts';
import { type Claimed, claim, type Delivery } from './claim.ts';
import { keepOutcomes, LONGEST_WAIT_MS, type Outcome } from './outcome.ts';
import { postJson } from './outgoing.ts';
import type { QueueParts } from './queue.ts';
import { alertsOf, approvalOf, rowOf } from './reading.ts';
import { settingsOf } from './store.ts';
import { composed } from './wording.ts';

export interface SenderOptions {
  readonly db: Database;
  readonly organizationId: string;
  readonly channels: readonly ChannelDef[];
  readonly serverSecret: string;
  readonly publicUrl: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly now: () => Date;
  readonly log: DataLog;
  /** What has messages of its own beside alerts. */
  readonly news: News;
}

/** Something else that tells people: it words its messages, the queue sends them. */
export interface News {
  /** Puts what is to be told now into the queue; what can't be told now it tries again itself. */
  tell(parts: QueueParts): Promise<void>;
  /** Which of the messages that wait help nobody any more, by their ids. */
  overtaken(tx: Tx, rows: readonly Delivery[], now: Date): Promise<ReadonlySet<string>>;
}

export interface Sender {
  /** Looks for messages at once. */
  wake(): void;
  stop(): Promise<void>;
}

const SEND_MS = 20_000;
/** Messages of one channel that are on their way at once: mail servers take no crowd. */
const SIDE_BY_SIDE = 8;
const KEEP_AGAIN_MS = 1_000;

/**
 * Sends what is queued: at least once, bundled for one person, held back or left out by silences, tried
 * again with growing waits, given up after ten attempts and shown to a person. One node of the cluster does it.
 */
export function startSender(options: SenderOptions): Sender {
  const sender = new QueueSender(options);
  sender.start();
  return sender;
}

class QueueSender implements Sender {
  readonly #options: SenderOptions;
  readonly #task: OwnedTask;
  readonly #channels: ReadonlyMap<string, ChannelDef>;
  readonly #outcomes: Gather<Outcome>;
  /** Channels that are sending: a slow one holds up nobody but itself. */
  readonly #sending = new Map<string, Promise<unknown>>();
  /** Until when a channel wants to be left alone. */
  readonly #paused = new Map<string, Date>();

  constructor(options: SenderOptions) {
    this.#options = options;
    const { db, organizationId, log, channels } = options;
    this.#channels = new Map(channels.map((def) => [def.name, def]));
    this.#outcomes = new Gather((all) =>
      db.transaction(organizationId, (tx) =>
        keepOutcomes(tx, all, { now: options.now(), retryMs: this.#ms('CHANNEL_RETRY_SEC'), log }),
      ),
    );
    this.#task = new OwnedTask({
      db,
      key: `qoida.messages ${organizationId}`,
      log,
      what: 'messages',
      takeOver: () => this.#takeOver(),
      work: () => this.#work(),
    });
  }

  start(): void {
    this.#task.start();
  }

  wake(): void {
    this.#task.wake();
  }

  stop(): Promise<void> {
    return this.#task.stop(() => Promise.all(this.#sending.values()));
  }

  /** A setting in seconds as milliseconds. */
  #ms(name: 'CHANNEL_RETRY_SEC' | 'CHANNEL_PACE_SEC'): number {
    return Number(this.#options.settings[name]) * 1000;
  }

  /** What an owner that is gone was sending may not have left: it is sent again, under the same id. */
  async #takeOver(): Promise<void> {
    const { db, organizationId } = this.#options;
    await db.transaction(organizationId, (tx) =>
      tx.sql(`update alert_deliveries set status = 'ready' where status = 'sending'`),
    );
  }

  async #work(): Promise<undefined> {
    const { channels, publicUrl, zone, news, now } = this.#options;
    await news.tell({ channels, publicUrl, zone, now: now() });
    while (!this.#task.isStopped) {
      const { more, bundles } = await this.#claim();
      for (const [channel, own] of Map.groupBy(bundles, ([first]) => first?.channel ?? '')) {
        const work = this.#sendAll(own).finally(() => {
          this.#sending.delete(channel);
          this.wake();
        });
        this.#sending.set(channel, work);
      }
      if (!more) return;
    }
  }

  #claim(): Promise<Claimed> {
    const { db, organizationId, zone, news } = this.#options;
    const now = this.#options.now();
    for (const [channel, until] of this.#paused) if (until <= now) this.#paused.delete(channel);
    return db.transaction(organizationId, (tx) =>
      claim(tx, {
        channels: this.#channels,
        busy: [...this.#sending.keys()],
        paused: [...this.#paused.keys()],
        zone,
        now,
        paceMs: this.#ms('CHANNEL_PACE_SEC'),
        overtaken: news.overtaken,
      }),
    );
  }

  async #sendAll(bundles: readonly Delivery[][]): Promise<void> {
    const queue = bundles.values();
    const work = async () => {
      for (const bundle of queue) await this.#keep(await this.#send(bundle));
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  }

  /** A message that left and is not known to have would be sent again: kept sooner or later. */
  async #keep(outcome: Outcome): Promise<void> {
    for (;;) {
      try {
        return await this.#outcomes.take([outcome]);
      } catch (error) {
        this.#options.log.error({ err: error }, 'what became of messages is not kept; tried again');
        if (this.#task.isStopped) return;
        await pause(KEEP_AGAIN_MS);
      }
    }
  }

  async #send(rows: readonly Delivery[]): Promise<Outcome> {
    const [first] = rows;
    const until = this.#paused.get(first?.channel ?? '');
    if (first === undefined || this.#task.isStopped)
      return { kind: 'untried', rows, until: this.#options.now() };
    if (until !== undefined && first.reason !== 'test') return { kind: 'untried', rows, until };
    const signal = AbortSignal.timeout(SEND_MS);
    try {
      await Promise.race([this.#deliver(first, rows, signal), late(signal)]);
      return { kind: 'sent', rows };
    } catch (error) {
      const fault = this.#faultOf(error);
      if (fault.afterMs !== null) this.#leaveAlone(first.channel, fault.afterMs);
      return { kind: 'failed', rows, fault };
    }
  }

  #leaveAlone(channel: string, ms: number): void {
    const until = this.#options.now().getTime() + Math.min(LONGEST_WAIT_MS, ms);
    this.#paused.set(channel, new Date(until));
  }

  #faultOf(error: unknown): ChannelFault {
    if (error instanceof ChannelFault) return error;
    this.#options.log.error({ err: error }, 'a channel broke');
    const said = error instanceof Error ? error.message : String(error);
    return new ChannelFault('internal', said, true);
  }

  async #deliver(first: Delivery, rows: readonly Delivery[], signal: AbortSignal): Promise<void> {
    const { db, organizationId, serverSecret, now, settings, publicUrl } = this.#options;
    const def = this.#channels.get(first.channel);
    if (def === undefined)
      throw new ChannelFault(
        'channel_gone',
        `No plugin brings the channel ${first.channel}`,
        false,
      );
    const { row, alerts, approval } = await db.read(organizationId, async (tx) => ({
      row: await rowOf(tx, def.name),
      alerts: await alertsOf(tx, rows, publicUrl),
      approval: rows.length === 1 ? await approvalOf(tx, first, publicUrl) : null,
    }));
    if (row?.enabled === false && first.reason !== 'test')
      throw new ChannelFault('channel_off', `The channel ${def.name} is switched off`, false);
    const parts = rows.map((one) => ({ ...one, standing: alerts.get(one.alert_id ?? '') }));
    const { longest = Number.POSITIVE_INFINITY } = def;
    const { subject, text } = composed(parts, { locale: first.locale, longest, publicUrl });
    const message: ChannelMessage = {
      id: first.id,
      subject,
      text,
      locale: first.locale,
      reason: first.reason,
      severity: rows.find(({ severity }) => severity === 'P1')?.severity ?? first.severity,
      at: first.meant_at,
      alert: rows.length === 1 ? (alerts.get(first.alert_id ?? '') ?? null) : null,
      approval,
    };
    const call = {
      settings: settingsOf(def, row, { organizationId, serverSecret }),
      address: first.address,
      message,
      signal,
      now: now(),
      post: postJson(settings.CHANNELS_LOCAL === true, signal),
    };
    if (first.reason === 'test') await def.test?.(call);
    await def.send(call);
  }
}

/** Ends a wait for a channel that heeds no signal. */
const late = (signal: AbortSignal): Promise<never> =>
  new Promise((_, fail) => {
    const tell = () =>
      fail(new ChannelFault('timeout', 'The channel did not finish in time', true));
    signal.addEventListener('abort', tell, { once: true });
  });
