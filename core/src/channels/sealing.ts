import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const PREFIX = 'sealed:v1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export type ChannelSecrets = Readonly<Record<string, string>>;

/**
 * Seals a channel's secrets with AES-256-GCM under a key derived from SERVER_SECRET. The channel and its
 * organisation are bound in, so a sealed text copied to another row doesn't open.
 */
export function sealSecrets(secrets: ChannelSecrets, place: string, serverSecret: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(serverSecret), iv).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
  return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws Error when it was sealed for another channel, under another SERVER_SECRET, or changed since */
export function openSecrets(
  sealed: string | null,
  place: string,
  serverSecret: string,
): ChannelSecrets {
  if (sealed === null) return {};
  if (!sealed.startsWith(PREFIX))
    throw new Error('the secrets are not sealed as this version does');
  const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
  const decipher = createDecipheriv(
    'aes-256-gcm',
    keyOf(serverSecret),
    bytes.subarray(0, IV_BYTES),
    { authTagLength: TAG_BYTES },
  )
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text =
    decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') +
    decipher.final('utf8');
  return JSON.parse(text) as ChannelSecrets;
}

const keyOf = (serverSecret: string) =>
  Buffer.from(hkdfSync('sha256', serverSecret, '', 'qoida channel secrets v1', 32));
