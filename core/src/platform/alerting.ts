import {
  type Alerts,
  alertClosed,
  alertOperations,
  closeOfDevice,
  deviceEventsOf,
  platformStanding,
  readStanding,
  startAlerts,
} from '../alerts/index.ts';
import type { ChannelDef } from '../api/channels.ts';
import type { Say } from '../api/locale.ts';
import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';
import type { StandingFact } from '../api/standing.ts';
import type { AutomationOptions } from '../automations/index.ts';
import {
  channelOperations,
  type News,
  platformChannels,
  type Sender,
  startSender,
} from '../channels/index.ts';
import type { Database, OutboxOptions } from '../data/index.ts';
import type { EndsWithDevice } from '../devices/index.ts';
import type { RuleRuntime } from '../rules/index.ts';
import { mayHear } from '../stream/index.ts';
import { languageEvents } from './core-plugin.ts';
import type { Log } from './progress.ts';

export const channelsOf = (plugins: readonly Plugin[]): readonly ChannelDef[] => [
  ...platformChannels,
  ...plugins.flatMap((plugin) => plugin.channels ?? []),
];
export const standingOf = (plugins: readonly Plugin[]): readonly StandingFact[] => [
  ...platformStanding,
  ...plugins.flatMap((plugin) => plugin.standing ?? []),
];

export interface AlertingParts {
  readonly plugins: readonly Plugin[];
  readonly runtime: RuleRuntime;
  readonly organizationId: string;
  readonly serverSecret: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly now: () => Date;
  readonly log: Log;
}

export interface Alerting {
  operations(say: Say): readonly OperationDef[];
  /** Closes what only a device could have ended that is being removed. */
  ending(say: Say): EndsWithDevice;
  /** Looks after alerts and sends their messages from now on. */
  start(db: Database, news: News): { stop(): Promise<void> };
  /** Looks for messages at once. */
  wake(): void;
  /** Reads standing facts for rules that act by themselves. */
  readonly facts: NonNullable<AutomationOptions['facts']>;
  /** The same consumers of events, and the alerts before them, in one transaction. */
  before(others: Pick<OutboxOptions, 'deliver'>): Pick<OutboxOptions, 'deliver'>;
}

/** Alerts and the channels that tell of them, put together. */
export function createAlerting(parts: AlertingParts): Alerting {
  const { plugins, runtime, zone, serverSecret, settings } = parts;
  const channels = channelsOf(plugins);
  const known = deviceEventsOf([
    ...languageEvents,
    ...plugins.flatMap(({ events = [] }) => events),
  ]);
  const publicUrl =
    typeof settings.QOIDA_PUBLIC_URL === 'string' ? settings.QOIDA_PUBLIC_URL : null;
  const running: { alerts?: Alerts; sender?: Sender } = {};
  const wake = () => running.sender?.wake();
  return {
    operations: (say) => [
      ...alertOperations({ runtime, zone, mayHear: mayHear(plugins), say }),
      ...channelOperations({ channels: () => channels, serverSecret: () => serverSecret, wake }),
    ],
    ending: (say) => ({
      emits: [alertClosed],
      end: (context, device) => closeOfDevice(context, device, { runtime, known, say }),
    }),
    wake,
    start(db, news) {
      const { organizationId, now, log } = parts;
      const shared = {
        db,
        organizationId,
        channels,
        deviceEvents: known,
        publicUrl,
        settings,
        zone,
        now,
        log,
      };
      const sender = startSender({ ...shared, serverSecret, news });
      const declared = standingOf(plugins);
      const alerts = startAlerts({ ...shared, runtime, declared, onNotices: wake });
      Object.assign(running, { alerts, sender });
      runtime.onSwap(() => alerts.wake());
      return {
        async stop() {
          await alerts.stop();
          await sender.stop();
        },
      };
    },
    facts: (tx, names, now) =>
      readStanding(tx, names, now, {
        declared: standingOf(plugins),
        zone,
        settings,
        log: parts.log,
      }),
    before: ({ deliver }) => ({
      async deliver(events, tx) {
        const told = await running.alerts?.take(events, tx);
        const done = await deliver(events, tx);
        return () => {
          told?.();
          done?.();
        };
      },
    }),
  };
}

/** What the language knows of the platform's own: how things stand, and by what people are reached. */
export const alertingCatalog = { channels: platformChannels, standing: platformStanding };
