import type { Automations } from '../automations/index.ts';
import type { OutboxOptions } from '../data/index.ts';

export interface DeliverParts {
  readonly automations: Pick<Automations, 'take'>;
  readonly broker: { broadcast(name: string, payload: unknown): void };
}

/** Gives durable events to automations, in the transaction of the delivery, and tells other nodes of them. */
export function delivery({ automations, broker }: DeliverParts): Pick<OutboxOptions, 'deliver'> {
  return {
    async deliver(events, tx) {
      const taken = await automations.take(events, tx);
      return () => {
        taken?.();
        for (const event of events) broker.broadcast(event.name, event);
      };
    },
  };
}
