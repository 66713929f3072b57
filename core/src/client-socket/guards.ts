import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../api/errors.ts';
import type { Guards } from './types.ts';

const TRIES_PER_MINUTE = 60;
const MAX_SESSIONS = 20;

/** Bounds what one person or address may do over all their connections. @param perMinute commands a minute and person */
export function createGuards(perMinute: number): Guards {
  const tries = new RateLimiterMemory({ points: TRIES_PER_MINUTE, duration: 60 });
  const commands = new RateLimiterMemory({ points: perMinute, duration: 60 });
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

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const retryAfter = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw new Refusal(
      'rate_limited',
      'rate_limited',
      `Too many requests; try again in ${retryAfter} s`,
      { limit: limiter.points, retry_after: retryAfter },
      { retryAfter },
    );
  }
}
