import type { Gates } from '../api/gates.ts';
import { closeGate, openGatesOf } from '../rules/gate-closing.ts';
import type { WalkParts } from './parts.ts';

/** How an operation closes hits of gates whose cause it takes away; only of those that it declares. */
export const gatesOf = ({ tx, operation, call: { actor }, now }: WalkParts): Gates => ({
  async close(gate, objects, note) {
    if (!operation.closes.includes(gate))
      throw new Error(`${operation.name} doesn't declare that it closes ${gate}`);
    if (objects.some((object) => Object.keys(object).length === 0))
      throw new Error(`${operation.name} closes ${gate} of an object without an id`);
    const by = actor.kind === 'user' ? actor.id : null;
    const open = await openGatesOf(tx, gate, objects);
    for (const id of open) await closeGate(tx, id, { now, by, note, causeGone: true });
    return open.length;
  },
});
