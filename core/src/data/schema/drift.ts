import type pg from 'pg';
import type { RecordDef } from '../../api/records.ts';
import { byName } from './ddl.ts';
import { differencesOf } from './differences.ts';
import { readSchema } from './read.ts';

/** Declared records and tables differ: the platform would read or write what is not there. */
export class DriftError extends Error {
  constructor(differences: readonly string[]) {
    const list = differences.map((what) => `  - ${what}`).join('\n');
    super(
      `the database doesn't match the records; write a migration for:\n${list}\n` +
        '`npx qoida migrate draft PLUGIN` prints what a plugin lacks.',
    );
    this.name = 'DriftError';
  }
}

/** Holds the schema against the records. @throws DriftError naming every difference */
export async function checkDrift(
  client: Pick<pg.ClientBase, 'query'>,
  records: readonly RecordDef[],
): Promise<void> {
  const differences = differencesOf(records, await readSchema(client), byName(records));
  if (differences.length === 0) return;
  throw new DriftError(differences.map(({ what }) => what));
}
