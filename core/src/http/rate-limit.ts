import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../api/errors.ts';

export interface RateLimits {
  /** @throws Refusal rate_limited with the seconds to wait */
  take(bucket: 'user' | 'check', key: string): Promise<void>;
}

/** Requests per minute by bucket (F-SEC-09); kept in this process's memory. */
export function createRateLimits(perMinute: { user: number; check: number }): RateLimits {
  const buckets = { user: limiter(perMinute.user), check: limiter(perMinute.check) };
  return { take: (bucket, key) => take(buckets[bucket], key) };
}

export interface LoginGuard {
  /**
   * Counts an attempt before it is judged.
   * @throws Refusal rate_limited after 10 a minute for one name or 60 for one address
   */
  attempt(ip: string, username: string): Promise<void>;
  /** A right password clears the name's count. */
  succeeded(ip: string, username: string): Promise<void>;
}

/** Slows down guessing of passwords by address and name, and by address over all names. */
export function createLoginGuard(): LoginGuard {
  const byName = limiter(10);
  const byAddress = limiter(60);
  const nameKey = (ip: string, username: string) => `${ip} ${username.toLowerCase().slice(0, 64)}`;
  return {
    async attempt(ip, username) {
      await take(byAddress, ip);
      await take(byName, nameKey(ip, username));
    },
    async succeeded(ip, username) {
      await byName.delete(nameKey(ip, username));
    },
  };
}

const limiter = (points: number) => new RateLimiterMemory({ points, duration: 60 });

async function take(bucket: RateLimiterMemory, key: string): Promise<void> {
  try {
    await bucket.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const retryAfter = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw new Refusal(
      'rate_limited',
      'rate_limited',
      `Too many requests; try again in ${retryAfter} s`,
      { limit: bucket.points, retry_after: retryAfter },
      { retryAfter },
    );
  }
}
