import type pg from 'pg';
import type { RecordDef } from '../../api/records.ts';
import { byName } from './ddl.ts';
import { differencesOf } from './differences.ts';
import { readSchema } from './read.ts';

/** Holds the schema against the records. @throws Error naming every difference */
export async function checkDrift(
  client: Pick<pg.ClientBase, 'query'>,
  records: readonly RecordDef[],
): Promise<void> {
  const differences = differencesOf(records, await readSchema(client), byName(records));
  if (differences.length === 0) return;
  const list = differences.map(({ what }) => `  - ${what}`).join('\n');
  throw new Error(`the database doesn't match the records; write a migration for:\n${list}`);
}
