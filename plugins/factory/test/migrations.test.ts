import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { testDatabase } from '@qoida/core/testing';
import factory from '../src/index.ts';

const FOLDER = factory.migrations as URL;
const SECTIONS = /^-- up$([\s\S]*)^-- down$([\s\S]*)/m;

describe('F-CSV-01 migrations of the plant', () => {
  it('go down and up again and leave the same tables', async () => {
    const database = await testDatabase({ migrations: [{ owner: 'factory', folder: FOLDER }] });
    const files = readdirSync(FOLDER)
      .filter((file) => file.endsWith('.sql'))
      .sort();
    const sections = files.map((file) =>
      SECTIONS.exec(readFileSync(new URL(file, FOLDER), 'utf8')),
    );
    const tables = async () =>
      (
        await database.asOwner<{ name: string }>(
          `select table_name || '.' || column_name as name from information_schema.columns
           where table_schema = 'public' order by 1`,
        )
      ).map((row) => row.name);
    try {
      const before = await tables();
      for (const section of sections.toReversed()) await database.asOwner(section?.[2] ?? '');
      const without = await tables();
      assert.ok(!without.some((name) => name.startsWith('sessions.')));
      assert.ok(without.includes('devices.code'));
      for (const section of sections) await database.asOwner(section?.[1] ?? '');
      assert.deepEqual(await tables(), before);
      assert.ok(sections.length >= 4);
    } finally {
      await database.close();
    }
  });
});
