import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { definePlugin, event, integer, operation, record, text } from '@qoida/core';

const title = (en: string) => ({ uz: en, ru: en, en });
const note = record(
  'tick_note',
  'tick_notes',
  { code: text({ maxLength: 40 }) },
  { api: { path: 'tick-notes', read: '*' } },
);
const ticked = event('bench.ticked', { code: text({ maxLength: 40 }), value: integer() });

const MIGRATION = `-- up
create table tick_notes (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null check (char_length(code) <= 40)
);
select qoida_tenant_table('tick_notes');

-- down
drop table tick_notes;
`;

/** Rules of a module that each listen to one code, a third of them with a limit besides. */
const moduleOf = (name: string, from: number, count: number): string =>
  [
    `module ${name}`,
    ...Array.from({ length: count }, (_, index) => {
      const more = index % 3 === 0 ? ' and t.value >= 0' : '';
      return `automation on_${from + index}
  when bench.ticked as t where t.code = "c${from + index}"${more}
  do bench.note(code: t.code)`;
    }),
    '',
  ].join('\n\n');

const A_MODULE = 2_500;

/** A plugin whose rules listen to ticks: so many automations, `A_MODULE` in a file. */
export function ticksPlugin(folder: string, automations: number) {
  const migrations = join(folder, 'migrations');
  mkdirSync(migrations, { recursive: true });
  writeFileSync(join(migrations, '202611260100_ticks.sql'), MIGRATION);
  const rules = Array.from({ length: Math.ceil(automations / A_MODULE) }, (_, at) => {
    const file = join(folder, `ticks_${at}.qoida`);
    const count = Math.min(A_MODULE, automations - at * A_MODULE);
    writeFileSync(file, moduleOf(`ticks.m${at}`, at * A_MODULE, count));
    return pathToFileURL(file);
  });
  return definePlugin({
    name: 'ticks',
    version: '1.0.0',
    title: title('Ticks'),
    records: [note],
    events: [ticked],
    migrations: pathToFileURL(`${migrations}/`),
    rules,
    operations: [
      operation({
        name: 'bench.note',
        summary: title('Note a tick'),
        roles: '*',
        effect: 'record',
        input: { code: text({ maxLength: 40 }) },
        run: ({ db, input }) => db.of(note).insert({ code: input.code }),
      }),
    ],
  });
}
