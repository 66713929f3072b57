import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../api/errors.ts';

export interface RateLimits {
  /** @throws Refusal rate_limited with the seconds to wait */
  take(bucket: 'user' | 'check', key: string): Promise<void>;
}

/** Requests per minute by bucket (F-SEC-09); kept in this process's memory. */
export function createRateLimits(perMinute: { user: number; check: number }): RateLimits {
  const buckets = { user: aMinute(perMinute.user), check: aMinute(perMinute.check) };
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
  const byName = aMinute(10);
  const byAddress = aMinute(60);
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

export interface RegistrationGuard {
  /**
   * Counts an attempt before it is judged: a name that is taken is told only so often.
   * @throws Refusal rate_limited after 10 a minute for one address
   */
  attempt(ip: string): Promise<void>;
}

/** Slows down the making of accounts, and asking for names, by address. */
export function createRegistrationGuard(): RegistrationGuard {
  const byAddress = aMinute(10);
  return { attempt: (ip) => take(byAddress, ip) };
}

/** Lets so many through in a minute and key; kept in this process's memory. */
export const aMinute = (points: number): RateLimiterMemory =>
  new RateLimiterMemory({ points, duration: 60 });

/** Counts one more of a key. @throws Refusal rate_limited with the seconds to wait */
export async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw tooMany(limiter, refused);
  }
}

/** Costs nothing itself. @throws Refusal rate_limited when nothing is left */
export async function refuseTired(limiter: RateLimiterMemory, key: string): Promise<void> {
  const spent = await limiter.get(key);
  if (spent !== null && spent.remainingPoints <= 0) throw tooMany(limiter, spent);
}

function tooMany({ points }: RateLimiterMemory, { msBeforeNext }: RateLimiterRes): Refusal {
  const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const details = { limit: points, retry_after: retryAfter };
  const message = `Too many requests; try again in ${retryAfter} s`;
  return new Refusal('rate_limited', 'rate_limited', message, details, { retryAfter });
}
