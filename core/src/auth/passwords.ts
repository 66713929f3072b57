import { hash, verify } from '@node-rs/argon2';
import { invalid } from '../api/errors.ts';
import { turns } from './turns.ts';

const MIN_LENGTH = 8;
/** Longer texts would only cost memory and time. */
const MAX_LENGTH = 200;
/** Each run takes 19 MiB and a core for tens of milliseconds. */
const inTurn = turns({ atOnce: 2, waiting: 50 });

/** Argon2id with the library's defaults (19 MiB, 2 passes: OWASP's first choice). */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password));
}

/**
 * Compares a password with a stored hash; without a hash it takes the same time and says no,
 * so that nobody can tell by the clock whether a name exists.
 */
export async function passwordFits(stored: string | null, password: string): Promise<boolean> {
  if (password.length > MAX_LENGTH) return false;
  const against = stored ?? (await decoy());
  const fits = await inTurn(() => verify(against, password));
  return fits && stored !== null;
}

/** @throws Refusal validation_error weak_password */
export function checkPassword(password: string, username: string): void {
  const weak =
    password.length < MIN_LENGTH ||
    password.length > MAX_LENGTH ||
    password.toLowerCase() === username.toLowerCase() ||
    new Set(password).size < 4;
  if (!weak) return;
  throw invalid(
    'weak_password',
    `A password has ${MIN_LENGTH} to ${MAX_LENGTH} varied characters and isn't the name`,
    {
      min_length: MIN_LENGTH,
      max_length: MAX_LENGTH,
    },
  );
}

let decoyHash: Promise<string> | undefined;
function decoy(): Promise<string> {
  decoyHash ??= hashPassword('a password that nobody has');
  return decoyHash;
}
