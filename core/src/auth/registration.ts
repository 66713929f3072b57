import { conflict, forbidden, invalid, Refusal } from '../api/errors.ts';
import { event } from '../api/events.ts';
import { flag, id, oneOf, text } from '../api/fields.ts';
import { operation, type RunContext, type Tx } from '../api/operations.ts';
import { checkPassword } from './passwords.ts';
import { role, serviceToken } from './records.ts';
import { needsSetup } from './setup.ts';
import { createUser, usernameOf } from './users.ts';

/** Who acts where nobody is signed in yet. */
export const REGISTRATION = 'registration';

/** Somebody has registered: who listens may greet them, or let them in. */
export const userRegistered = event(
  'user.registered',
  { user_id: id('user'), username: text(), position: text(), waits: flag() },
  {
    title: {
      uz: 'Kimdir ro‘yxatdan o‘tdi',
      ru: 'Кто-то зарегистрировался',
      en: 'Somebody has registered',
    },
  },
);

const INPUT = {
  username: text({ maxLength: 64 }),
  full_name: text({ maxLength: 200 }),
  password: text({ maxLength: 200, secret: true }),
  locale: oneOf('uz', 'ru', 'en').default('uz'),
};

/** Makes the account of somebody who registers. No role does it: its door is `POST /auth/register`. */
export const userRegister = operation({
  name: 'user.register',
  summary: { uz: 'Ro‘yxatdan o‘tish', ru: 'Зарегистрироваться', en: 'Register' },
  roles: [],
  effect: 'record',
  input: INPUT,
  emits: [userRegistered],
  run: register,
});

async function register(context: RunContext<typeof INPUT, Record<never, never>>): Promise<object> {
  const { db, input, settings, emit } = context;
  const position = settings.REGISTRATION_ROLE;
  // A first person who is no administrator would take the set-up link away from the one who has it.
  if (typeof position !== 'string' || (await needsSetup(db))) throw registrationClosed();
  const waits = settings.REGISTRATION_WAITS === true;
  const full_name = fullNameOf(input.full_name);
  const username = usernameOf(input.username);
  // Told before the name is looked for: who asks for a name that is free has made an account.
  checkPassword(input.password, username);
  await takeName(db, username);
  const { id: userId } = await createUser(db, {
    ...input,
    username,
    full_name,
    position,
    status: waits ? 'waiting' : 'active',
  }).catch((error: unknown) => {
    throw error instanceof Refusal && error.reason === 'already_exists'
      ? usernameTaken(username)
      : error;
  });
  await emit(userRegistered, { user_id: userId, username, position, waits });
  return { id: userId, username };
}

/** A letter at least, and nothing that can't be seen or changes how what stands beside it is read. */
const READABLE = /^(?!.*[\p{C}\p{Zl}\p{Zp}])(?!.*\p{M}{4}).*\p{L}/u;

/** A name as people see it in lists: composed, with single spaces. @throws Refusal invalid_full_name */
function fullNameOf(given: string): string {
  const name = given
    .normalize('NFC')
    .trim()
    .replaceAll(/\p{Zs}+/gu, ' ');
  if (READABLE.test(name)) return name;
  throw invalid('invalid_full_name', 'A name has letters, and no characters that can’t be seen');
}

/**
 * Keeps the name for this transaction. A name of another organisation is taken too: two of one name
 * could sign in to neither. So are those of roles and programs, which others would believe.
 * @throws Refusal username_taken
 */
async function takeName(tx: Tx, username: string): Promise<void> {
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('qoida.username ' || ?, 0))", [
    username,
  ]);
  const holders = await tx.sql('select user_id from qoida_login_lookup(?)', [username]);
  const spokenFor =
    username === REGISTRATION ||
    holders.length > 0 ||
    (await tx.of(role).find({ code: username })) !== null ||
    (await tx.of(serviceToken).find({ name: username })) !== null;
  if (spokenFor) throw usernameTaken(username);
}

/** What a house that lets nobody register answers. */
export const registrationClosed = () =>
  forbidden('registration_closed', 'Nobody registers here; ask an administrator');

const usernameTaken = (username: string) =>
  conflict('username_taken', 'This username is taken; choose another', { username });
