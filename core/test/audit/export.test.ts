import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportedLog, proveFile } from '../../src/cli/audit-file.ts';
import { FaultsFound } from '../../src/cli/audit-verify.ts';
import type { CheckpointFile } from '../../src/data/index.ts';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

interface Line {
  readonly row?: Record<string, unknown>;
  readonly checkpoint?: { readonly number: number };
  readonly end?: { readonly rows: number; readonly checkpoints: number };
}

describe('an exported audit log (F-OP-35)', () => {
  let plant: TestPlatform;
  let lamp: string;
  let key: string;
  let lines: string[];
  before(async () => {
    plant = await startTestPlatform({
      plugins: [lamps],
      settings: { AUDIT_CHECKPOINT_MINUTES: '0', AUDIT_CHECK_HOURS: '0' },
    });
    const { body } = await plant.admin.post('/lamps', { code: 'L-1' });
    lamp = body.id;
    await breakIt(true);
    await breakIt(false);
    key = (await checkpoint()).key_id;
    await breakIt(true);
    await checkpoint();
    lines = await exported();
  });
  after(() => plant.stop());

  const breakIt = (broken: boolean) => plant.admin.post(`/lamps/${lamp}/break`, { broken });
  const checkpoint = async () => {
    const { status, body } = await plant.admin.post('/audit/checkpoints');
    assert.equal(status, 200, JSON.stringify(body));
    return body.checkpoint;
  };
  const api = {
    async call(method: string, path: string, body?: unknown) {
      const answer =
        method === 'GET' ? await plant.admin.get(path) : await plant.admin.post(path, body);
      assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
  };
  const exported = async () => {
    const made: string[] = [];
    for await (const line of exportedLog(api)) made.push(line);
    return made;
  };
  /** What is told of a file of these lines. */
  const told = async (
    given: readonly string[],
    { trusted = [key], copies = [] }: { trusted?: string[]; copies?: CheckpointFile[] } = {},
  ) => {
    const path = join(plant.dataDir, 'log.jsonl');
    writeFileSync(path, `${given.join('\n')}\n`);
    const said: string[] = [];
    const print = (text: string) => void said.push(text);
    const found = new FaultsFound({ print, progress: () => undefined, json: false });
    const proved = await proveFile(path, { trusted, copies }, found);
    return { said, unproved: proved.unproved };
  };
  /** The export with what `change` makes of each line; undefined leaves one out. */
  const forged = (change: (line: Line) => Line | undefined | readonly Line[]) =>
    lines
      .map((text) => JSON.parse(text) as Line)
      .flatMap((line) => change(line) ?? [])
      .map((line) => JSON.stringify(line));
  const counted = (line: Line, by: { rows?: number; checkpoints?: number }): Line => {
    if (line.end === undefined) return line;
    const { rows, checkpoints } = line.end;
    return {
      end: { rows: rows + (by.rows ?? 0), checkpoints: checkpoints + (by.checkpoints ?? 0) },
    };
  };
  const entry = ({ row }: Line, position: number) =>
    row?.object_id === lamp && row.position === position;

  it('holds as it is; rows are proved up to the last checkpoint', async () => {
    assert.deepEqual(await told(lines), { said: [], unproved: 1 });
    await breakIt(false);
    // The first export, this one, and the lamp.
    assert.deepEqual(await told(await exported()), { said: [], unproved: 3 });
  });

  it('keeps who takes it along, and is given to nobody who may not read the whole log', async () => {
    const kept = await plant.asOwner<{ role: string }>(
      "select role from audit_log where action = 'audit.export'",
    );
    assert.deepEqual([...new Set(kept.map(({ role }) => role))], ['integrator']);
    const operator = await plant.as('operator');
    assert.equal((await operator.post('/audit/exports')).status, 403);
    assert.equal((await operator.get('/audit/exports/rows')).status, 403);
    const wrong = await plant.admin.get('/audit/exports/rows?after=nowhere');
    assert.equal(wrong.body.error.reason, 'cursor_invalid');
  });

  for (const column of ['action', 'actor_id', 'result', 'trace_id', 'diff', 'sig_hash'])
    it(`an edited ${column} is named by the entries that one hash covers`, async () => {
      const { said } = await told(
        forged((line) => (entry(line, 1) ? { row: { ...line.row, [column]: 'forged' } } : line)),
      );
      const named = `one of the entries 1 to 3 of lamp ${lamp}: edited since checkpoint 1 was signed`;
      assert.ok(said.includes(named), said.join('\n'));
    });

  it('a deleted, an inserted and a cut-off row are named, and so is a chain that is gone', async () => {
    const without = async (gone: (line: Line) => boolean, count: number) =>
      (await told(forged((line) => (gone(line) ? undefined : counted(line, { rows: -count })))))
        .said;
    const deleted = await without((line) => entry(line, 2), 1);
    assert.match(deleted[0] ?? '', /^row .* of lamp .*: deleted before this row/);
    const cut = await without((line) => entry(line, 4), 1);
    assert.match(cut[0] ?? '', new RegExp(`^lamp ${lamp}: truncated.*checkpoint 2`));
    const gone = await without(({ row }) => row?.object_id === lamp, 4);
    assert.match(gone[0] ?? '', new RegExp(`^lamp ${lamp}: deleted, nothing of it is left`));
    const twice = forged((line) => (entry(line, 2) ? [line, line] : counted(line, { rows: 1 })));
    assert.match((await told(twice)).said[0] ?? '', /^row .* of lamp .*: inserted/);
  });

  it('checkpoints that were taken away, or are not those of a copy, are named', async () => {
    const one = (await plant.admin.get('/audit/checkpoints/1')).body as CheckpointFile;
    const gone = forged((line) =>
      line.checkpoint?.number === 1 ? undefined : counted(line, { checkpoints: -1 }),
    );
    assert.equal(
      (await told(gone)).said[0],
      'checkpoint 1: deleted, or the one before it is another',
    );
    const last = forged((line) =>
      line.checkpoint?.number === 2 ? undefined : counted(line, { checkpoints: -1 }),
    );
    const two = (await plant.admin.get('/audit/checkpoints/2')).body as CheckpointFile;
    assert.deepEqual((await told(last, { copies: [one] })).said, []);
    assert.match(
      (await told(last, { copies: [one, two] })).said[0] ?? '',
      /^checkpoint 2: deleted/,
    );
    const other = { ...one, at: '2020-01-01T00:00:00.000Z' };
    assert.match(
      (await told(lines, { copies: [other] })).said[0] ?? '',
      /^checkpoint 1: rewritten/,
    );
  });

  it('what was cut off, changed, signed with another key or is no log is refused', async () => {
    await assert.rejects(told(lines.slice(0, -1)), /was cut off/);
    const changed = forged(({ checkpoint: given, ...line }) =>
      given === undefined ? line : { checkpoint: { ...given, entries: 1 } },
    );
    await assert.rejects(told(changed), /line 2: its signature does not fit/);
    await assert.rejects(told(lines, { trusted: ['feed'] }), /key_not_trusted/);
    await assert.rejects(told(['{}']), /is no exported log; write one with/);
    await assert.rejects(told([...lines, lines[1] ?? '']), /it goes on after its end/);
    await assert.rejects(told([lines[0] ?? '', 'no']), /line 2: it is not JSON/);
    await assert.rejects(told([lines[0] ?? '', '{"row":{"id":7}}']), /line 2: it is no row/);
  });
});
