import { Refusal } from '../api/errors.ts';
import { aMinute, take } from '../http/index.ts';
import type { Guards } from './types.ts';

const TRIES_PER_MINUTE = 60;
const MAX_SESSIONS = 20;

/** Bounds what one person or address may do over all their connections. @param perMinute commands a minute and person */
export function createGuards(perMinute: number): Guards {
  const tries = aMinute(TRIES_PER_MINUTE);
  const commands = aMinute(perMinute);
  const sessions = new Map<string, number>();
  return {
    attempt: (ip) => take(tries, ip),
    signedIn: (ip) => void tries.reward(ip, 1),
    enter(name) {
      const open = sessions.get(name) ?? 0;
      if (open >= MAX_SESSIONS)
        throw new Refusal(
          'rate_limited',
          'too_many_sessions',
          `Only ${MAX_SESSIONS} connections at a time are let in`,
          { most: MAX_SESSIONS },
        );
      sessions.set(name, open + 1);
      return () => {
        const left = (sessions.get(name) ?? 1) - 1;
        if (left > 0) sessions.set(name, left);
        else sessions.delete(name);
      };
    },
    command: (name) => take(commands, name),
  };
}
