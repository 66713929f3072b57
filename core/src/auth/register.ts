import { Refusal } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import type { Auth, Credentials, SignedIn } from './auth.ts';
import type { Caller } from './families.ts';
import { REGISTRATION, registrationClosed, userRegister } from './registration.ts';
import { turns } from './turns.ts';

/** Whether people register themselves; where they wait, an administrator lets each of them in. */
export type RegistrationState = 'closed' | 'open' | 'waits';

export interface NewPerson extends Credentials {
  readonly full_name: string;
  readonly locale?: Actor['locale'];
}

/** Of the request that asks. */
export interface RegistrationCall {
  readonly caller: Caller;
  readonly locale: Actor['locale'];
  readonly traceId: string;
  readonly idempotencyKey?: string;
}

export interface Registration {
  state(): Promise<RegistrationState>;
  /** What has to hold before anything that was sent is looked at. @throws Refusal forbidden registration_closed */
  refuseClosed(): Promise<void>;
  /**
   * Makes an account down the one road and signs in with it: whoever repeats the call with its
   * idempotency key has to know the password as well.
   * @returns null where an administrator has still to let them in
   * @throws Refusal registration_closed, username_taken, invalid_username, invalid_full_name, weak_password
   */
  register(given: NewPerson, call: RegistrationCall): Promise<SignedIn | null>;
}

export interface RegistrationParts {
  readonly auth: Pick<Auth, 'login' | 'needsSetup'>;
  /** The one road. */
  readonly run: (call: {
    operation: string;
    input: unknown;
    actor: Actor;
    traceId: string;
    ip: string;
    idempotencyKey?: string;
  }) => Promise<unknown>;
  readonly settings: {
    readonly REGISTRATION_ROLE: string | null;
    readonly REGISTRATION_WAITS: boolean;
  };
  /** The one that this platform serves: strangers have no other. */
  readonly organizationId: string;
}

/** How people come in by themselves. */
export function createRegistration(parts: RegistrationParts): Registration {
  const { auth, run, settings, organizationId } = parts;
  // Each holds a connection of the database while its password is hashed.
  const inTurn = turns({ atOnce: 2, waiting: 30 });
  const state = async (): Promise<RegistrationState> => {
    if (settings.REGISTRATION_ROLE === null || (await auth.needsSetup(organizationId)))
      return 'closed';
    return settings.REGISTRATION_WAITS ? 'waits' : 'open';
  };
  return {
    state,
    async refuseClosed() {
      if ((await state()) === 'closed') throw registrationClosed();
    },
    async register(given, { caller, locale, traceId, idempotencyKey }) {
      const actor: Actor = {
        kind: 'system',
        id: null,
        // Idempotency keys are each caller's own: strangers shall not meet in them.
        name: `${REGISTRATION} ${given.username.trim().toLowerCase()}`,
        roles: [],
        locale,
        organizationId,
      };
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      const { name: operation } = userRegister;
      await inTurn(() => run({ operation, input: given, actor, traceId, ip: caller.ip, ...key }));
      return auth.login(given, caller).catch(unlessWaiting);
    },
  };
}

function unlessWaiting(error: unknown): null {
  if (error instanceof Refusal && error.reason === 'registration_waits') return null;
  throw error;
}
