import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { canonicalJson } from '../canonical.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A key as checkpoints travel with it: everybody may have it. */
export interface PublicKey {
  readonly number: number;
  readonly key_id: string;
  /** SPKI, DER, base64url. */
  readonly public_key: string;
  /** The signature of the key before it over this one; '' for the first. */
  readonly endorsement: string;
}

/** A key as it is kept: the private half sealed under SERVER_SECRET. */
export interface StoredKey extends PublicKey {
  readonly sealed: string;
}

/** Who may sign in the name of which organisation. */
export interface KeyPlace {
  readonly organizationId: string;
  readonly serverSecret: string;
}

/** A fresh Ed25519 key, endorsed by the present one where there is one. */
export function makeKey(place: KeyPlace, present: StoredKey | null): StoredKey {
  const pair = generateKeyPairSync('ed25519');
  const der = pair.publicKey.export({ type: 'spki', format: 'der' });
  const open = {
    number: (present?.number ?? 0) + 1,
    key_id: keyIdOf(der),
    public_key: der.toString('base64url'),
  };
  return {
    ...open,
    endorsement: present === null ? '' : signText(unsealKey(present, place), endorsed(open, place)),
    sealed: sealKey(pair.privateKey, open.key_id, place),
  };
}

/** The name of a key: the first 32 hexadecimal digits of the SHA-256 of its public half. */
export const keyIdOf = (der: Buffer): string =>
  createHash('sha256').update(der).digest('hex').slice(0, 32);

/** @throws Error when it was sealed for another place or under another SERVER_SECRET, or was changed */
export function unsealKey(key: StoredKey, place: KeyPlace): KeyObject {
  const bytes = Buffer.from(key.sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(place), bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(boundTo(key.key_id, place))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const der = Buffer.concat([
    decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
    decipher.final(),
  ]);
  return createPrivateKey({ key: der, type: 'pkcs8', format: 'der' });
}

/** Whether the key is this installation's own: its private half opens and belongs to the public one. */
export function isOwnKey(key: StoredKey, place: KeyPlace): boolean {
  try {
    const der = createPublicKey(unsealKey(key, place)).export({ type: 'spki', format: 'der' });
    return der.toString('base64url') === key.public_key && keyIdOf(der) === key.key_id;
  } catch {
    return false;
  }
}

/** Whether `present` vouches for `next` with its signature. */
export const endorses = (present: PublicKey, next: PublicKey, organizationId: string): boolean =>
  verifyText(present, endorsed(next, { organizationId }), next.endorsement);

export const signText = (key: KeyObject, text: string): string =>
  sign(null, Buffer.from(text), key).toString('base64url');

/** Whether a text was signed with a key; false also for a key or signature that is none. */
export function verifyText(key: PublicKey, text: string, signature: string): boolean {
  try {
    const der = Buffer.from(key.public_key, 'base64url');
    if (keyIdOf(der) !== key.key_id) return false;
    const open = createPublicKey({ key: der, type: 'spki', format: 'der' });
    return verify(null, Buffer.from(text), open, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

const endorsed = (
  { number, key_id, public_key }: Omit<PublicKey, 'endorsement'>,
  { organizationId }: Pick<KeyPlace, 'organizationId'>,
): string =>
  canonicalJson({
    format: 'qoida.audit.key.v1',
    organization_id: organizationId,
    number,
    key_id,
    public_key,
  });

function sealKey(key: KeyObject, keyId: string, place: KeyPlace): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(place), iv).setAAD(boundTo(keyId, place));
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const sealed = Buffer.concat([cipher.update(der), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

const boundTo = (keyId: string, { organizationId }: KeyPlace) =>
  Buffer.from(`${organizationId} ${keyId}`);

const sealingKey = ({ serverSecret }: KeyPlace) =>
  Buffer.from(hkdfSync('sha256', serverSecret, '', 'qoida audit keys v1', 32));
