import { type Actor, conflict, forbidden, type RowOf } from '@qoida/core';
import { PRIORITIES, type Priority, type relay, type Source } from '../records.ts';
import { SAFETY } from '../roles.ts';
import { relaySettingsOf } from '../settings.ts';

type RelayRow = RowOf<typeof relay>;

/** In whose name a relay is switched, and with what weight. */
export interface Claim {
  readonly owner: string;
  readonly priority: Priority;
  readonly source: Source;
}

export const rankOf = (priority: Priority): number => PRIORITIES.indexOf(priority);

/**
 * The claim of whoever asks. Rules were published by a person who answers for them and may claim any
 * priority; people and programs at most their own, unless they have a role for safety.
 * @param asked the priority that the caller names, or null for the usual one
 * @throws Refusal forbidden priority_too_high
 */
export function claimOf(actor: Actor, asked: Priority | null): Claim {
  const own = usualOf(actor);
  const priority = asked ?? own.priority;
  const may =
    actor.kind === 'system' ||
    rankOf(priority) <= rankOf(own.priority) ||
    actor.roles.some((role) => (SAFETY as readonly string[]).includes(role));
  if (!may) {
    const message = `The priority ${priority} needs one of the roles ${SAFETY.join(', ')}`;
    throw forbidden('priority_too_high', message, { priority, roles: SAFETY });
  }
  return { ...own, priority };
}

function usualOf({ kind, name, roles }: Actor): Claim {
  if (kind === 'user') return { owner: name, priority: 'person', source: 'user' };
  if (kind === 'service') return { owner: name, priority: 'automation', source: 'service' };
  const scheduled = roles.some((role) => role.startsWith('schedule:'));
  const source = scheduled ? 'schedule' : 'automation';
  return { owner: name, priority: source, source };
}

/** How long the claim shall stand when nobody says: people for a while, safety until it is let go. */
export function usualHold(
  priority: Priority,
  settings: Readonly<Record<string, unknown>>,
): number | null {
  if (priority === 'safety') return null;
  return priority === 'person' ? relaySettingsOf(settings).RELAY_PERSON_HOLD_SEC : 0;
}

export const isHeld = (row: RelayRow, now: Date): boolean =>
  row.held_priority !== null && (row.held_until === null || row.held_until > now);

/**
 * Somebody of lower rank doesn't switch what another holds; equals may take over.
 * @throws Refusal relay_held with who holds it and until when
 */
export function refuseHeld(rows: readonly RelayRow[], { priority }: Claim, now: Date): void {
  const held = rows.find(
    (row) => isHeld(row, now) && rankOf(row.held_priority as Priority) > rankOf(priority),
  );
  if (held === undefined) return;
  throw relayHeld(held.relay, held.held_by ?? '', held.held_priority as Priority, held.held_until);
}

export function relayHeld(relay: number, by: string, priority: Priority, until: Date | null) {
  const moment = until?.toISOString() ?? null;
  // As people count relays and call rules; programs go by `relay` and `held_by`.
  const number = relay + 1;
  const holder = by.replace(/^(?:automation|schedule) (?:\S+\.)?/, '');
  const message = `Relay ${number} is held by ${holder}${moment === null ? '' : ` until ${moment}`}`;
  return conflict('relay_held', message, {
    relay,
    number,
    holder,
    held_by: by,
    held_priority: priority,
    until: moment,
  });
}
