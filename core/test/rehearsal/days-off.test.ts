import assert from 'node:assert/strict';
import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

const MODULE = 'lamps.lights';
const RULE = `${MODULE}.each_night`;
const DAY_MS = 86_400_000;
const NIGHTLY = (holidays: string) => `
schedule each_night
  every day at 03:00
  holidays ${holidays}
  do lamp.note(lamp_id: "00000000-0000-4000-8000-00000000000a")
`;

describe('rehearsal of schedules and days off', () => {
  let plant: TestPlatform;
  let admin: TestClient;
  let text: string;
  let nights: readonly string[];
  const from = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 4 * DAY_MS).toISOString();
  before(async () => {
    plant = await startTestPlatform({ plugins: [lamps] });
    admin = plant.admin;
    text = (await admin.get(`/rules/modules/${MODULE}`)).body.text;
    await plant.asOwner(`update rule_sets set created_at = now() - interval '9 days'`);
    nights = (await rehearse('skip')).nights;
    assert.ok(nights.length >= 3, String(nights));
  });
  after(() => plant.stop());

  const local = (at: string) =>
    new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Tashkent' }).format(new Date(at));

  /** Rehearses a schedule that is new. @returns the days on which it would have run */
  async function rehearse(holidays: 'skip' | 'only') {
    const modules = [{ module: MODULE, text: text + NIGHTLY(holidays) }];
    const asked = await admin.post('/rules/rehearse', { from, modules });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const ended = await until(async () => {
      const { body } = await admin.get(`/rules/rehearsals/${asked.body.id}`);
      return ['waiting', 'running'].includes(body.state) ? null : body;
    }, 'the end of the rehearsal');
    assert.equal(ended.state, 'done', String(ended.error));
    const { body } = await admin.get(`/rules/rehearsals/${asked.body.id}/items?of=${RULE}`);
    return {
      nights: body.items.map(({ at }: { at: string }) => local(at)) as string[],
      asOfNow: ended.result.days_off_as_of_now as string[],
      items: ended.result.items as { sha256: string },
    };
  }
  const setOff = async (date: string) => {
    const { status, body } = await admin.put(`/calendar/days-off/${date}`, { name: 'Feast' });
    assert.equal(status, 200, JSON.stringify(body));
  };
  /** As if a day had been set off, or taken back, at another moment. */
  const known = (date: string, what: 'set' | 'taken back', at: Date) =>
    plant.asOwner(
      `update audit_log set ts = $3 where object_id = (select id from days_off where date = $1)
         and (old_new_diff_json ->> 'old' is null) = $2`,
      [date, what === 'set', at],
    );
  const rest = (...off: (string | undefined)[]) => nights.filter((night) => !off.includes(night));
  /** Noon of a day at the plant, hours after the run of its night. */
  const noon = (date: string) => new Date(`${date}T12:00:00+05:00`);
  const longAgo = new Date(Date.now() - 8 * DAY_MS);

  it('a day that was made a day off only afterwards was none when its time came', async () => {
    await setOff(nights[1] ?? '');
    const found = await rehearse('skip');
    assert.deepEqual([found.nights, found.asOfNow], [nights, []]);
    assert.deepEqual((await rehearse('only')).nights, []);
  });

  it('one that was known before is passed over, or alone is run on; the same each time', async () => {
    await known(nights[1] ?? '', 'set', longAgo);
    const found = await rehearse('skip');
    assert.deepEqual([found.nights, found.asOfNow], [rest(nights[1]), []]);
    assert.deepEqual((await rehearse('only')).nights, [nights[1]]);
    assert.equal((await rehearse('skip')).items.sha256, found.items.sha256);
  });

  it('one that was taken back counts until then', async () => {
    const [day = ''] = nights;
    await setOff(day);
    assert.equal((await admin.delete(`/calendar/days-off/${day}`)).status, 200);
    await known(day, 'set', longAgo);
    await known(day, 'taken back', noon(day));
    assert.deepEqual((await rehearse('skip')).nights, rest(day, nights[1]));
    await known(day, 'taken back', new Date(noon(day).getTime() - DAY_MS));
    assert.deepEqual((await rehearse('skip')).nights, rest(nights[1]));
  });

  it('one of which nobody knows since when counts as of now, and the result says so', async () => {
    await plant.asOwner(
      `insert into days_off (organization_id, date, name) select id, $1, 'Feast' from organizations`,
      [nights[2]],
    );
    const found = await rehearse('skip');
    assert.deepEqual([found.nights, found.asOfNow], [rest(nights[1], nights[2]), [nights[2]]]);
  });
});
