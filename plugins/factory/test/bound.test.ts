import assert from 'node:assert/strict';
import { BY_WEIGHT, Line } from './support/line.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

const MODULE = 'plant.trial';
const PATH = `/rules/modules/${MODULE}`;
/** A module of the plant's own with a limit at the close of a session. */
const trial = (kg: number, bind: string) => `module ${MODULE}${bind}
requires factory

gate trial_limit
  on session.close
  block when session.input_kg > ${kg} kg
  message "More than {${kg} kg} went in"
  release never
`;

describe('rules that a session keeps from its beginning', function () {
  this.timeout(120_000);
  let plant: Plant;
  let line: Line;
  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
    expectStatus(await line.tex.post('/rules/modules', { name: MODULE }), 201);
  });
  after(() => plant.stop());

  const publish = async (text: string) => {
    const { version } = expectStatus(await line.tex.get(PATH), 200);
    const accepts = ['trial_limit'];
    const body = { text, base_version: version, note: 'a trial', accepts };
    expectStatus(await line.tex.post(`${PATH}/publish`, body), 200);
  };
  /** A session of 100 kg that is in balance. */
  const worked = async (workcenter: string) => {
    const session = await line.opened(workcenter, BY_WEIGHT);
    expectStatus(await line.feed(session, 100), 201);
    await line.decided(await line.packed(session, 100), 'ok');
    return session;
  };

  it('with `bind at start` a later publication does not reach it; the next session has the new text', async () => {
    await publish(trial(50, ' bind at start'));
    const old = await worked('E1');
    await publish(trial(500, ' bind at start'));
    expectRefusal(await line.close(old), 409, 'gate_blocked', 'trial_limit');
    const next = await worked('E2');
    expectStatus(await line.close(next), 200);
    expectRefusal(await line.close(old), 409, 'gate_blocked', 'trial_limit');
  });

  it('without it the rules of today count', async () => {
    await publish(trial(50, ''));
    const session = await worked('E2');
    expectRefusal(await line.close(session), 409, 'gate_blocked', 'trial_limit');
    await publish(trial(500, ''));
    expectStatus(await line.close(session), 200);
  });

  it('a release when clear looks at the gate of its beginning, though today there is none', async () => {
    const clear = (text: string) => text.replace('release never', 'release by texnolog when clear');
    await publish(clear(trial(50, ' bind at start')));
    const session = await worked('E1');
    await publish(`module ${MODULE}\n`);
    expectRefusal(await line.close(session), 409, 'gate_blocked', 'trial_limit');
    const { items } = expectStatus(await line.tex.get(`/gates?session_id=${session.id}`), 200);
    const released = await line.tex.post(`/gates/${items[0].id}/release`, { note: 'let it go' });
    expectRefusal(released, 409, 'business_conflict', 'condition_still_true');
  });

  it('what was decided by joined rules comes out so again, and is explained by them', async () => {
    const since = encodeURIComponent('2020-01-01T00:00:00Z');
    const verified = expectStatus(
      await plant.platform.admin.get(`/rules/decisions/verify?since=${since}&limit=2000`),
      200,
    );
    assert.ok(verified.checked > 0);
    assert.deepEqual(verified.differing, []);
  });
});
