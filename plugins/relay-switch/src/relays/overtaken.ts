import { byId, type Facts, id, operation, type RunContext, type Shape } from '@qoida/core';
import { PRIORITIES, relay, relayCommand } from '../records.ts';
import { relaySettingsOf } from '../settings.ts';
import { isHeld, rankOf } from './priority.ts';

/** Whether a command must not go out any more: the platform's own, right before each is sent. */
export const overtaken = operation({
  name: 'relay.overtaken',
  summary: {
    uz: 'Yuqoriroq huquqli buyruq keldimi',
    ru: 'Пришла ли команда с более высоким приоритетом',
    en: 'Whether a command was overtaken',
  },
  roles: [],
  effect: 'read',
  input: { command_id: id('relay_command') },
  facts: { command: byId(relayCommand, 'command_id') },
  async run({ facts: { command }, ...context }) {
    const { device_id, priority } = command;
    const relays = await context.db.of(relay).list({ device_id });
    const held = relays.some(
      (one) =>
        (command.relay === null || command.relay === one.relay) &&
        isHeld(one, context.now) &&
        rankOf(one.held_priority ?? 'automation') > rankOf(priority),
    );
    return { overtaken: held || (await cameHigher(context, command.id)) };
  },
});

/**
 * Whether a command of higher rank for one of its relays is under way, or has come after it and may have moved
 * them: also one that holds nothing, or was let go of since.
 */
async function cameHigher(
  { db, now, settings }: Pick<RunContext<Shape, Facts>, 'db' | 'now' | 'settings'>,
  commandId: string,
): Promise<boolean> {
  const { COMMAND_ACK_TIMEOUT_MS } = relaySettingsOf(settings);
  const answeredIn = new Date(now.getTime() - COMMAND_ACK_TIMEOUT_MS);
  const higher = await db.sql(
    `with mine as (
       select *, expires_at - make_interval(secs => ttl_ms / 1000.0) as kept_at
         from relay_commands where id = ?)
     select 1 from mine join relay_commands other on other.device_id = mine.device_id
      where array_position(?::text[], other.priority) > array_position(?::text[], mine.priority)
        and (mine.relay is null or other.relay is null or mine.relay = other.relay)
        and (case when other.status = 'pending' then other.expires_at > ?
             else other.status in ('ok', 'late', 'unconfirmed', 'error')
               and other.answered_at >= mine.kept_at and other.expires_at > mine.kept_at end)
        -- No command lasts as long; it lets the index do the work.
        and other.created_at > mine.created_at - interval '10 minutes'
      limit 1`,
    [commandId, PRIORITIES, PRIORITIES, answeredIn],
  );
  return higher.length > 0;
}
