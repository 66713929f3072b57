import type { Catalog } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { payloadHash } from '../data/canonical.ts';

/** The settings that rules could read, by their names in the language, and the zone; named by a hash. */
export interface AskedWith {
  readonly hash: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
}

type Settings = Readonly<Record<string, unknown>>;

const readable = new WeakMap<Settings, Settings>();

/**
 * Settings as the language reads them: `VT_GATE_HARD` is `settings.vt_gate_hard`.
 * @param settings one object for as long as they stand: it is gone through once
 */
export function settingsForRules(settings: Settings): Settings {
  const found = readable.get(settings);
  if (found !== undefined) return found;
  const lower = Object.entries(settings).map(([key, value]) => [key.toLowerCase(), value]);
  const made: Settings = Object.freeze(Object.fromEntries(lower));
  readable.set(settings, made);
  return made;
}

interface Known extends AskedWith {
  /** Organisations in which it is kept for certain. */
  readonly keptIn: Set<string>;
}

const known = new WeakMap<object, Known>();

/**
 * What rules are asked with: of all settings only those that the catalog shows, so no secret is kept.
 * @param settings by their key or as the language names them; one object for as long as they stand
 */
export function askedWith(
  catalog: Catalog,
  { settings, zone }: { settings: Readonly<Record<string, unknown>>; zone: string },
): AskedWith {
  const found = known.get(settings);
  if (found !== undefined && found.zone === zone) return found;
  const lower = settingsForRules(settings);
  const shown = Object.fromEntries(
    Object.keys(catalog.settings ?? {}).map((name) => [name, lower[name] ?? null]),
  );
  const made = {
    hash: payloadHash({ settings: shown, zone }),
    settings: shown,
    zone,
    keptIn: new Set<string>(),
  };
  known.set(settings, made);
  return made;
}

/**
 * Keeps the settings under their hash, in the transaction of what was decided with them.
 * @param afterCommit where given, later calls need no look at the database
 */
export async function keepSettings(
  tx: Tx,
  asked: AskedWith,
  afterCommit?: (work: () => void) => void,
): Promise<void> {
  const { keptIn } = asked as Partial<Known>;
  if (keptIn?.has(tx.organizationId)) return;
  await tx.sql(
    `insert into rule_settings (hash, settings, zone) values (?, ?::jsonb, ?)
     on conflict do nothing`,
    [asked.hash, JSON.stringify(asked.settings), asked.zone],
  );
  afterCommit?.(() => keptIn?.add(tx.organizationId));
}

/** The settings of an earlier decision; null where they were not kept. */
export async function settingsOfHash(tx: Tx, hash: string | null): Promise<AskedWith | null> {
  if (hash === null) return null;
  const [row] = await tx.sql<AskedWith>(
    'select hash, settings, zone from rule_settings where hash = ?',
    [hash],
  );
  return row ?? null;
}
