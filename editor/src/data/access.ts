/** What the platform answers to a sign-in and to a renewal. The refresh token travels as an HttpOnly cookie. */
export interface TokenAnswer {
  readonly access: string;
  /** Who it is for. */
  readonly user?: unknown;
}

export interface AccessOptions {
  /** Asks the platform for a new access token; undefined when the session is over. Throws when it can't be reached. */
  readonly renew: () => Promise<TokenAnswer | undefined>;
  readonly now: () => number;
  /** Runs `work` alone among all tabs of this browser: the refresh token rotates and may be used once only. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Schedules `work` after so many milliseconds; returns what cancels it. */
  readonly later: (work: () => void, ms: number) => () => void;
  readonly onEnd: () => void;
}

export interface Access {
  /** The token in hand, renewed first when it is about to end. Undefined: nobody is signed in. */
  token(): Promise<string | undefined>;
  /** Whom the platform named when it gave the token in hand. */
  user(): unknown;
  take(answer: TokenAnswer): void;
  /** Asks for a new token once, however many callers wait. True when there is one. */
  renew(): Promise<boolean>;
  forget(): void;
}

/** Renewal happens this long before the end, so that no request meets an ended token. */
const MARGIN_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Moment at which a JWT ends, in milliseconds; 0 when the token says nothing of it. */
export function endOf(token: string): number {
  try {
    const payload = token.split('.')[1] ?? '';
    const json: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const exp = (json as { exp?: unknown }).exp;
    return typeof exp === 'number' ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}

/** Keeps the access token in memory only and renews it silently. */
export function createAccess(options: AccessOptions): Access {
  let current: string | undefined;
  let named: unknown;
  let running: Promise<boolean> | undefined;
  let cancelTimer: (() => void) | undefined;

  function take({ access, user }: TokenAnswer): void {
    current = access;
    named = user;
    cancelTimer?.();
    const left = endOf(access) - MARGIN_MS - options.now();
    if (left > 0) cancelTimer = options.later(() => void renew(), Math.min(left, LONGEST_TIMER_MS));
  }

  function forget(): void {
    current = undefined;
    named = undefined;
    cancelTimer?.();
    cancelTimer = undefined;
  }

  async function ask(): Promise<boolean> {
    const before = current;
    const answer = await options.exclusively(options.renew);
    // Whoever signed in or out meanwhile has the last word.
    if (current !== before) return current !== undefined;
    if (answer !== undefined) {
      take(answer);
      return true;
    }
    const wasIn = current !== undefined;
    forget();
    if (wasIn) options.onEnd();
    return false;
  }

  function renew(): Promise<boolean> {
    running ??= ask()
      .catch(() => false)
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  async function token(): Promise<string | undefined> {
    if (current === undefined) return undefined;
    const end = endOf(current);
    if (end !== 0 && end - options.now() < MARGIN_MS / 2) await renew();
    return current;
  }

  return { token, user: () => named, take, renew, forget };
}
