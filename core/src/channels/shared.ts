import type { ChannelDef } from '../api/channels.ts';
import { conflict, invalid } from '../api/errors.ts';
import { integer, oneOf } from '../api/fields.ts';

export interface ChannelOperationParts {
  /** All that plugins declare; known once they are all there. */
  readonly channels: () => readonly ChannelDef[];
  readonly serverSecret: () => string;
  /** Told, after the commit, that a message waits. */
  readonly wake: () => void;
}

/** Who sets up how the plant reaches people. */
export const CHANNEL_KEEPERS = ['integrator', 'admin'] as const;

/** @throws Refusal address_invalid */
export function checkAddress(def: ChannelDef, address: string): void {
  if (def.address === undefined)
    throw conflict('channel_without_addresses', 'This channel needs no address', {
      channel: def.name,
    });
  if (!new RegExp(def.address.pattern, 'u').test(address))
    throw invalid(
      'address_invalid',
      `An address of this channel looks like ${def.address.example}`,
      {
        channel: def.name,
        example: def.address.example,
      },
    );
}

/** Filters and pages that lists of this area share. */
export const paged = () => ({
  page: integer({ min: 1 }).default(1),
  page_size: integer({ min: 1, max: 200 }).default(50),
});

export const deliveryStatus = () =>
  oneOf('ready', 'sending', 'sent', 'dead', 'skipped', 'silenced');
