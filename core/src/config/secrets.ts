import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateJson } from './private-file.ts';

const KEYS = ['JWT_SECRET', 'SERVER_SECRET', 'QC_SECRET'] as const;
type SecretKey = (typeof KEYS)[number];

/**
 * The secrets of this installation: those that are set, and for the rest ones made once and kept
 * in `secrets.json` of the data folder, readable by its owner alone. `DB_APP_PASSWORD` is made the same way.
 */
export function loadSecrets(
  dataDir: string,
  given: Readonly<Record<SecretKey, string | null>>,
): Record<SecretKey | 'DB_APP_PASSWORD' | 'NODE_RED_SECRET', string> {
  const path = join(dataDir, 'secrets.json');
  const kept: Record<string, string> = existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : {};
  let changed = false;
  const secret = (key: string) => {
    if (kept[key] === undefined) {
      kept[key] = randomBytes(32).toString('base64url');
      changed = true;
    }
    return kept[key];
  };
  const secrets = {
    JWT_SECRET: given.JWT_SECRET ?? secret('JWT_SECRET'),
    SERVER_SECRET: given.SERVER_SECRET ?? secret('SERVER_SECRET'),
    QC_SECRET: given.QC_SECRET ?? secret('QC_SECRET'),
    DB_APP_PASSWORD: secret('DB_APP_PASSWORD'),
    NODE_RED_SECRET: secret('NODE_RED_SECRET'),
  };
  if (changed) writePrivateJson(path, kept);
  return secrets;
}
