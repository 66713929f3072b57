import type { BaseContext } from '@qoida/core';

/** The person who acts, for `created_by` and its like; null when a device or the platform acts. */
export const actingUser = (context: BaseContext): string | null =>
  context.actor.kind === 'user' ? context.actor.id : null;
