import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const PREFIX = 'sealed:v1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

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
 * Seals a device's secrets with AES-256-GCM under a key derived from SERVER_SECRET, for `secret_ref`.
 * The device's id is bound in, so a sealed text copied to another row doesn't open.
 */
export function seal(secrets: DeviceSecrets, deviceId: string, serverSecret: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(serverSecret), iv).setAAD(
    Buffer.from(deviceId),
  );
  const compact = [
    secrets.current,
    ...(secrets.previous ? [secrets.previous, secrets.previousUntil] : []),
  ];
  const sealed = Buffer.concat([cipher.update(JSON.stringify(compact), 'utf8'), cipher.final()]);
  return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** `secret_ref` of a device that has no secret yet (a CSV import can't bring one). */
export const NO_SECRET = 'none';

/** @throws Error when it was sealed for another device, under another SERVER_SECRET, or changed since */
export function unseal(secretRef: string, deviceId: string, serverSecret: string): DeviceSecrets {
  // Nobody knows a random secret: such a device can't sign until it is given one by a rotation.
  if (secretRef === NO_SECRET) return { current: newSecret() };
  if (!secretRef.startsWith(PREFIX))
    throw new Error('the secret is not sealed the way this version knows');
  const bytes = Buffer.from(secretRef.slice(PREFIX.length), 'base64url');
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(serverSecret), iv, {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(deviceId))
    .setAuthTag(tag);
  const text =
    decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') +
    decipher.final('utf8');
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

const keyOf = (serverSecret: string) =>
  Buffer.from(hkdfSync('sha256', serverSecret, '', 'qoida device secrets v1', 32));
