import pg from 'pg';
import { typeParsers } from '../data/values.ts';
import type { Reader } from './task.ts';

/** How the application's role gets in: plain data, for another thread. */
export type Access = Pick<
  pg.ClientConfig,
  'host' | 'port' | 'database' | 'user' | 'password' | 'ssl' | 'connectionString'
>;

/**
 * A connection that can only read, with one view of the data from its first question to its last.
 * @returns the reader, and how to end it
 */
export async function openReader(
  access: Access,
  organizationId: string,
): Promise<{ reader: Reader; close(): Promise<void> }> {
  const client = new pg.Client({
    ...access,
    types: typeParsers,
    application_name: 'qoida rehearsal',
  });
  await client.connect();
  await client.query('begin isolation level repeatable read, read only');
  await client.query("select set_config('qoida.org', $1, true)", [organizationId]);
  let turn: Promise<unknown> = Promise.resolve();
  // One question after another, whoever asks: a connection answers one at a time.
  const ask = (text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> => {
    const mine = turn.then(() => client.query(text, [...values]));
    turn = mine.catch(() => undefined);
    return mine;
  };
  const rows = async <R>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
    (await ask(text, values)).rows as R[];
  let cursors = 0;
  const reader: Reader = {
    rows,
    async *pages<R>(text: string, values: readonly unknown[], size: number) {
      cursors += 1;
      const name = `pages_${cursors}`;
      await ask(`declare ${name} no scroll cursor for ${text}`, values);
      // The next page is on its way while this one is looked at.
      const fetched = () => {
        const page = rows<R>(`fetch ${Math.trunc(size)} from ${name}`);
        page.catch(() => undefined);
        return page;
      };
      for (let coming = fetched(); ; ) {
        const page = await coming;
        const more = page.length === size;
        if (more) coming = fetched();
        if (page.length > 0) yield page;
        if (!more) break;
      }
      await ask(`close ${name}`);
    },
  };
  return {
    reader,
    async close() {
      await ask('rollback').catch(() => undefined);
      await client.end();
    },
  };
}
