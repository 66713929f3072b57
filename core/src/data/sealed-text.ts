import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const PREFIX = 'sealed:v1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Under which key, and where: a sealed text that is copied to another place doesn't open there. */
export interface SealedFor {
  readonly purpose: 'device secrets' | 'channel secrets' | 'approval inputs';
  /** What it belongs to, as the id of its row. */
  readonly place: string;
  readonly serverSecret: string;
}

/** Seals a text with AES-256-GCM under a key derived from SERVER_SECRET for this purpose. */
export function sealText(text: string, { purpose, place, serverSecret }: SealedFor): string {
  const iv = randomBytes(IV_BYTES);
  const key = keyOf(serverSecret, purpose);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws Error when it was sealed for another place, under another SERVER_SECRET, or changed since */
export function openText(sealed: string, { purpose, place, serverSecret }: SealedFor): string {
  if (!sealed.startsWith(PREFIX)) throw new Error('it is not sealed the way this version knows');
  const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(serverSecret, purpose), iv, {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(place))
    .setAuthTag(tag);
  return (
    decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') +
    decipher.final('utf8')
  );
}

const keyOf = (serverSecret: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', serverSecret, '', `qoida ${purpose} v1`, 32));
