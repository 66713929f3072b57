import type { Call } from './parts.ts';

/**
 * The secret by which a device was let in is not the one it has now: another node has replaced it, or removed the
 * device. Nothing was done; it has to prove itself anew.
 */
export class SecretReplaced extends Error {
  constructor() {
    super('the device has another secret by now');
  }
}

/**
 * Compares what a device was let in by with what stands in the database, where its operation reads the device
 * anyway. So no node goes on by a secret that another has replaced, not even until it is told.
 * @throws SecretReplaced
 */
export function refuseReplaced({ actor, secretRef }: Call, facts: object): void {
  if (secretRef === undefined) return;
  const own = Object.values(facts).find(
    (fact): fact is { secret_ref: unknown } =>
      typeof fact === 'object' && fact !== null && fact.id === actor.id && 'secret_ref' in fact,
  );
  if (own !== undefined && own.secret_ref !== secretRef) throw new SecretReplaced();
}
