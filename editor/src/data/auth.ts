import type { TokenAnswer } from './access.ts';
import { access, change, get, request } from './http.ts';

export type Role =
  | 'admin'
  | 'direktor'
  | 'texnolog'
  | 'sex_boshligi'
  | 'operator'
  | 'shop_op'
  | 'main_ombor'
  | 'fg_ombor'
  | 'otk'
  | 'moliya'
  | 'integrator'
  | 'drabilka_op';

export interface Me {
  readonly id: string;
  readonly username: string;
  readonly full_name: string;
  readonly role: Role;
  readonly roles: readonly Role[];
  readonly locale?: 'uz' | 'ru' | 'en';
}

/** F-API-010. @throws ApiError bad_credentials, rate_limited */
export async function signIn(username: string, password: string): Promise<void> {
  access.take(await request('POST', '/auth/login', { body: { username, password } }));
}

/** Signs in with a password that somebody else set, by choosing one's own. @throws ApiError weak_password */
export async function choosePassword(
  username: string,
  password: string,
  newPassword: string,
): Promise<void> {
  const body = { username, password, new_password: newPassword };
  access.take(await request('POST', '/auth/password', { body }));
}

/** The one-time link of the first administrator. @throws ApiError when the link is used or unknown */
export async function setUp(input: {
  token: string;
  username: string;
  full_name: string;
  password: string;
  locale: string;
}): Promise<void> {
  access.take(await request('POST', '/auth/setup', { body: input }));
}

/** Whether people register themselves here; where they wait, an administrator lets each of them in. */
export type RegistrationState = 'closed' | 'open' | 'waits';

/** What the pages outside have to know before anybody has signed in. */
export const askDoor = () =>
  get<{ needed: boolean; registration: RegistrationState }>('/auth/setup');

export interface NewPerson {
  readonly full_name: string;
  readonly username: string;
  readonly password: string;
  readonly locale: string;
}

/**
 * Makes an account and signs in with it (S-M1-04).
 * @param key the same for the same person, so that a lost answer makes nobody twice
 * @returns false where an administrator has still to let them in
 * @throws ApiError username_taken, invalid_username, invalid_full_name, weak_password, registration_closed
 */
export async function register(person: NewPerson, key: string): Promise<boolean> {
  const answer = await request<TokenAnswer | { waiting: true }>('POST', '/auth/register', {
    body: person,
    idempotencyKey: key,
  });
  if ('waiting' in answer) return false;
  access.take(answer);
  return true;
}

/** Gives this browser the pass that opens Node-RED. @throws ApiError role_required */
export const openFlows = () => change('POST', '/auth/node-red', {});

/** Takes up the session that the browser's cookie still holds. False when there is none. */
export const resume = () => access.renew();

export async function signOut(): Promise<void> {
  await change('POST', '/auth/logout', {});
  access.forget();
}

/** Who is signed in, as the platform said with the token. */
export const signedInAs = (): Me | null => (access.user() as Me | undefined) ?? null;
