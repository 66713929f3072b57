import { randomBytes } from 'node:crypto';
import { openText, sealText } from '../data/index.ts';

/** The secrets a device may sign with: its own and, for a day after a rotation, the one before. */
export interface DeviceSecrets {
  readonly current: string;
  readonly previous?: string;
  /** Milliseconds since 1970; the previous secret is good until then. */
  readonly previousUntil?: number;
}

/** A fresh secret of 256 random bits, as text for a person to paste into a gateway. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/**
 * Seals a device's secrets for `secret_ref`; the device's id is bound in.
 */
export function seal(secrets: DeviceSecrets, deviceId: string, serverSecret: string): string {
  const compact = [
    secrets.current,
    ...(secrets.previous ? [secrets.previous, secrets.previousUntil] : []),
  ];
  return sealText(JSON.stringify(compact), sealedFor(deviceId, serverSecret));
}

const sealedFor = (place: string, serverSecret: string) =>
  ({ purpose: 'device secrets', place, serverSecret }) as const;

/** `secret_ref` of a device that has no secret yet (a CSV import can't bring one). */
export const NO_SECRET = 'none';

/** @throws Error when it was sealed for another device, under another SERVER_SECRET, or changed since */
export function unseal(secretRef: string, deviceId: string, serverSecret: string): DeviceSecrets {
  // Nobody knows a random secret: such a device can't sign until it is given one by a rotation.
  if (secretRef === NO_SECRET) return { current: newSecret() };
  const text = openText(secretRef, sealedFor(deviceId, serverSecret));
  const [current, previous, previousUntil] = JSON.parse(text) as [string, string?, number?];
  return {
    current,
    ...(previous === undefined ? {} : { previous }),
    ...(previousUntil === undefined ? {} : { previousUntil }),
  };
}

/** A new secret beside the present one, which stays good for `overlapMs`. */
export function rotated(secrets: DeviceSecrets, now: Date, overlapMs: number): DeviceSecrets {
  return {
    current: newSecret(),
    previous: secrets.current,
    previousUntil: now.getTime() + overlapMs,
  };
}

/** The secrets that are good at this moment. */
export function usableSecrets(secrets: DeviceSecrets, now: Date): string[] {
  const overlaps = secrets.previous !== undefined && now.getTime() < (secrets.previousUntil ?? 0);
  return overlaps && secrets.previous !== undefined
    ? [secrets.current, secrets.previous]
    : [secrets.current];
}
