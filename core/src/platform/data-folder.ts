import { resolve } from 'node:path';
import { loadSecrets, type Settings } from '../config/index.ts';
import { makeDataFolder } from '../postgres/index.ts';

/**
 * The folder of everything the platform keeps, made when missing, and the secrets in it.
 * @throws PostgresError when nothing can be kept there
 */
export function openDataFolder(settings: Settings) {
  const dataDir = resolve(settings.QOIDA_DATA);
  makeDataFolder(dataDir);
  return { dataDir, secrets: loadSecrets(dataDir, settings) };
}
