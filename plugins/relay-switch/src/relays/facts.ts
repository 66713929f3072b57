import {
  type BaseContext,
  type FactContext,
  found,
  notFound,
  type RowOf,
  recordOf,
  rows,
} from '@qoida/core';
import { relay } from '../records.ts';

type RelayRow = RowOf<typeof relay>;

/** The device that was loaded before, by the input `device_id`. */
const deviceOf = ({ facts }: Pick<FactContext, 'facts'>) =>
  facts.device as { readonly id: string; readonly code: string };

/**
 * The relay that `device_id` and `relay` name together, locked. Stands after the fact `device`.
 * @throws Refusal not_found where the device has none of that index
 */
export const oneRelay = found(relay, async (context) => {
  const where = { device_id: deviceOf(context).id, relay: Number(context.input.relay) };
  const row = await context.db.of(relay).find(where, { lock: true });
  if (row === null) throw notFound('relay', String(where.relay));
  return row;
});

/**
 * All relays of the device, in their order, locked: with the fact named `lines` rules say `each line`. Stands after the fact `device`.
 * @throws Refusal not_found where the device has no relays
 */
export const allRelays = rows({ relay: recordOf(relay) }, async (context) => {
  const { id, code } = deviceOf(context);
  return (await relaysOf(context, id, code, { lock: true })).map((row) => ({ relay: row }));
});

/** @throws Refusal not_found where the device has no relays */
export async function relaysOf(
  { db }: Pick<BaseContext, 'db'>,
  device_id: string,
  code: string,
  options: { readonly lock?: boolean } = {},
): Promise<RelayRow[]> {
  const all = await db.of(relay).list({ device_id }, { sort: 'relay', ...options });
  if (all.length === 0) throw notFound('relay of the device', code);
  return all;
}
