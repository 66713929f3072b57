import { canonicalJson, payloadHash } from '../canonical.ts';
import type { CoveredDecision } from './decisions.ts';
import { endorses, keyIdOf, type PublicKey, verifyText } from './keys.ts';
import { merkleRoot } from './merkle.ts';

/** The first said of chains only how far they had come; it proves nothing to who has not the secret. */
const FORMATS = {
  first: 'qoida.audit.checkpoint.v1',
  present: 'qoida.audit.checkpoint.v2',
} as const;

/** How far the chain of one object had come. */
export interface Covered {
  readonly object_type: string;
  readonly object_id: string;
  readonly entries: number;
  readonly last_sig: string;
  /** The first entry of those that `digest` is the hash over; both null in the first format. */
  readonly since: number | null;
  readonly digest: string | null;
}

/** The signed part of a checkpoint and its signature. */
export interface Checkpoint {
  readonly number: number;
  readonly at: Date;
  /** Hash of the checkpoint before; '' for the first. */
  readonly prev: string;
  /** Chains that had grown since then, and the Merkle root over them. */
  readonly changed: number;
  readonly root: string;
  /** All objects and all their entries up to here. */
  readonly objects: number;
  readonly entries: number;
  /** Decisions that were kept since then, and the Merkle root over them; both null in the first format. */
  readonly decisions: number | null;
  readonly decisions_root: string | null;
  readonly key_id: string;
  readonly signature: string;
}

/** A checkpoint as it is kept elsewhere, one JSON object: it proves itself without the database. */
export interface CheckpointFile extends Omit<Checkpoint, 'at'> {
  readonly format: string;
  readonly organization_id: string;
  readonly at: string;
  /** From the first key to the one that signed. */
  readonly keys: readonly PublicKey[];
  /** `[object_type, object_id, entries, last_sig, since, digest]` of each changed chain. */
  readonly heads: readonly Head[];
  /** `[id, digest]` of each decision. */
  readonly decided: readonly (readonly [string, string])[];
}

type Head =
  | readonly [string, string, number, string]
  | readonly [string, string, number, string, number, string];

const headOf = ({ object_type, object_id, entries, last_sig, since, digest }: Covered): Head =>
  since === null || digest === null
    ? [object_type, object_id, entries, last_sig]
    : [object_type, object_id, entries, last_sig, since, digest];

/** The root over chains, in the order of type and id, whatever order they come in. */
export const rootOf = (covered: readonly Covered[]): string =>
  merkleRoot(covered.map((one) => canonicalJson(headOf(one))).sort());

/** The same over decisions. */
export const rootOfDecisions = (decided: readonly CoveredDecision[]): string =>
  merkleRoot(decided.map(({ decision_id, digest }) => canonicalJson([decision_id, digest])).sort());

const formatOf = ({ decisions_root }: Pick<Checkpoint, 'decisions_root'>): string =>
  decisions_root === null ? FORMATS.first : FORMATS.present;

/** What a checkpoint's signature covers. */
export function signedText(
  organizationId: string,
  checkpoint: Omit<Checkpoint, 'signature' | 'at'> & { readonly at: Date | string },
): string {
  const { number, at, prev, changed, root, objects, entries, key_id } = checkpoint;
  const { decisions, decisions_root } = checkpoint;
  return canonicalJson({
    format: formatOf(checkpoint),
    ...(decisions_root === null ? {} : { decisions, decisions_root }),
    organization_id: organizationId,
    number,
    at: at instanceof Date ? at : new Date(at),
    prev,
    changed,
    root,
    objects,
    entries,
    key_id,
  });
}

/** The name of a checkpoint in the next one. */
export const hashOf = (
  organizationId: string,
  checkpoint: Omit<Checkpoint, 'at'> & { readonly at: Date | string },
): string => payloadHash([signedText(organizationId, checkpoint), checkpoint.signature]);

/** What a checkpoint names. */
export interface CheckpointLists {
  readonly covered: readonly Covered[];
  readonly decided: readonly CoveredDecision[];
}

/** A checkpoint with all that somebody needs who has no database. */
export function fileOf(
  organizationId: string,
  checkpoint: Checkpoint,
  { covered, decided }: CheckpointLists,
  keys: readonly PublicKey[],
): CheckpointFile {
  const signer = keys.findIndex(({ key_id }) => key_id === checkpoint.key_id);
  return {
    format: formatOf(checkpoint),
    organization_id: organizationId,
    ...checkpoint,
    at: checkpoint.at.toISOString(),
    keys: keys.slice(0, signer + 1).map(({ number, key_id, public_key, endorsement }) => ({
      number,
      key_id,
      public_key,
      endorsement,
    })),
    heads: covered.map(headOf),
    decided: decided.map(({ decision_id, digest }) => [decision_id, digest]),
  };
}

export const coveredIn = (file: CheckpointFile): Covered[] =>
  file.heads.map(([object_type, object_id, entries, last_sig, since = null, digest = null]) => ({
    object_type,
    object_id,
    entries,
    last_sig,
    since,
    digest,
  }));

const decidedIn = (file: CheckpointFile): CoveredDecision[] =>
  file.decided.map(([decision_id, digest]) => ({ decision_id, digest, decided_at: null }));

export type FileFault =
  | 'not_a_checkpoint'
  | 'signature_wrong'
  | 'root_wrong'
  | 'key_not_endorsed'
  | 'key_not_trusted';

/** A checkpoint out of a file, of either format; null for what is none. */
export function fileIn(given: unknown): CheckpointFile | null {
  if (typeof given !== 'object' || given === null) return null;
  const first = { decisions: null, decisions_root: null, decided: [] };
  const file = { ...((given as CheckpointFile).format === FORMATS.first ? first : {}), ...given };
  return isFile(file) ? file : null;
}

/**
 * What is wrong with a checkpoint by itself; null when it holds.
 * @param trusted ids of keys that its holder knows to be right; one of them must be in its line of keys
 */
export function faultOfFile(given: unknown, trusted: readonly string[] = []): FileFault | null {
  const file = fileIn(given);
  if (file === null) return 'not_a_checkpoint';
  const { keys, organization_id } = file;
  const signer = keys.at(-1);
  if (signer === undefined || signer.key_id !== file.key_id) return 'key_not_endorsed';
  for (const [at, key] of keys.entries()) {
    if (keyIdOf(Buffer.from(key.public_key, 'base64url')) !== key.key_id) return 'key_not_endorsed';
    const before = keys[at - 1];
    if (key.number !== at + 1) return 'key_not_endorsed';
    if (before !== undefined && !endorses(before, key, organization_id)) return 'key_not_endorsed';
  }
  if (trusted.length > 0 && !keys.some(({ key_id }) => trusted.includes(key_id)))
    return 'key_not_trusted';
  if (!verifyText(signer, signedText(organization_id, file), file.signature))
    return 'signature_wrong';
  const covered = coveredIn(file);
  if (covered.length !== file.changed || rootOf(covered) !== file.root) return 'root_wrong';
  if (file.decisions_root === null) return file.decided.length === 0 ? null : 'root_wrong';
  const decided = decidedIn(file);
  const good =
    decided.length === file.decisions && rootOfDecisions(decided) === file.decisions_root;
  return good ? null : 'root_wrong';
}

function isFile(given: object): given is CheckpointFile {
  const file = given as Record<string, unknown>;
  const present = file.format === FORMATS.present;
  const texts = ['organization_id', 'at', 'prev', 'root', 'key_id', 'signature'];
  const numbers = ['number', 'changed', 'objects', 'entries'];
  return (
    (present || file.format === FORMATS.first) &&
    (present
      ? typeof file.decisions_root === 'string' && Number.isSafeInteger(file.decisions)
      : file.decisions_root === null && file.decisions === null) &&
    Array.isArray(file.decided) &&
    file.decided.every(isDecided) &&
    texts.every((name) => typeof file[name] === 'string') &&
    !Number.isNaN(Date.parse(String(file.at))) &&
    numbers.every((name) => Number.isSafeInteger(file[name])) &&
    Array.isArray(file.keys) &&
    file.keys.every(isKey) &&
    Array.isArray(file.heads) &&
    file.heads.every((head) => isHead(head, present))
  );
}

const isKey = (given: unknown): boolean => {
  const key = given as Record<string, unknown> | null;
  return (
    typeof key === 'object' &&
    key !== null &&
    Number.isSafeInteger(key.number) &&
    [key.key_id, key.public_key, key.endorsement].every((text) => typeof text === 'string')
  );
};

const isHead = (head: unknown, present: boolean): boolean =>
  Array.isArray(head) &&
  head.length === (present ? 6 : 4) &&
  [head[0], head[1], head[3], head[5] ?? ''].every((text) => typeof text === 'string') &&
  [head[2], head[4] ?? 1].every(Number.isSafeInteger);

const isDecided = (given: unknown): boolean =>
  Array.isArray(given) && given.length === 2 && given.every((text) => typeof text === 'string');
