import assert from 'node:assert/strict';
import { startVats, type VatPlant } from './vats.ts';

const tooFull = (release: string) => `
gate too_full
  on vat.fill
  pause vat when vat.load_kg + input.add_kg > 10 kg
  message "{vat.code} would hold {vat.load_kg + input.add_kg}"
  remedy "Empty it first"
  release ${release}
`;
const UNTIL_MORE = 'until vat.load_kg > released.load_kg';
const NEVER_RED = `
gate never_red
  on vat.resume
  block when starts_with(vat.code, "RED")
  message "{vat.code} stays shut"
  release never
`;

describe('the log of gates', () => {
  let plant: VatPlant;
  let turn = 0;
  before(async () => {
    plant = await startVats();
  });
  after(() => plant.stop());

  interface Gate {
    readonly id: string;
    readonly gate: string;
    readonly object_ref: { readonly vat: string };
    readonly message: string | null;
    readonly release_roles: readonly string[];
  }
  const fill = async (vat: string, add_kg: number) =>
    (await plant.as('operator')).post(`/vats/${vat}/fill`, { add_kg });
  const resume = async (vat: string) => (await plant.as('operator')).post(`/vats/${vat}/resume`);
  const gatesOf = async (vat: string, by = 'operator', state = 'open'): Promise<Gate[]> => {
    const client = await plant.as(by);
    const { body } = await client.get(`/gates?state=${state}&page_size=200`);
    return body.items.filter(({ object_ref }: Gate) => object_ref.vat === vat);
  };
  const release = async (by: string, gate: Gate | undefined) =>
    (await plant.as(by)).post(`/gates/${gate?.id}/release`, { note: 'looked at it' });
  const reasonOf = ({ body }: { body: { error?: { reason: string } } }) => body.error?.reason;
  const refusedVat = async (code = `V-${++turn}`) => {
    const vat = await plant.makeVat(code);
    assert.equal((await fill(vat, 11)).status, 409);
    return vat;
  };

  describe('releases go by the rules in force', () => {
    beforeEach(() => plant.publish('plant.fill', tooFull(`by boss ${UNTIL_MORE}`)));

    it('a role that lost the right since the hit releases nothing; a later hit shows the new one', async () => {
      const vat = await refusedVat();
      await plant.publish('plant.fill', tooFull(`by chief ${UNTIL_MORE}`));
      const [gate] = await gatesOf(vat);
      const late = await release('boss', gate);
      assert.deepEqual([late.status, reasonOf(late)], [403, 'role_required']);
      assert.deepEqual(late.body.error.details.roles, ['chief']);
      await fill(vat, 11);
      assert.deepEqual((await gatesOf(vat))[0]?.release_roles, ['chief']);
      assert.equal((await release('chief', gate)).status, 200);
    });

    it('what nobody releases any more is not released', async () => {
      const vat = await refusedVat();
      await plant.publish('plant.fill', tooFull('never'));
      const [gate] = await gatesOf(vat);
      assert.equal(reasonOf(await release('boss', gate)), 'not_releasable');
    });

    it('two at once: one releases it, the other is told so', async () => {
      const vat = await refusedVat();
      const [gate] = await gatesOf(vat);
      const both = await Promise.all([release('boss', gate), release('boss', gate)]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
      assert.equal(
        reasonOf(both.find(({ status }) => status === 409) as never),
        'already_released',
      );
    });

    it('a release of a gate that pauses nothing holds until its condition too, and is offered only where it opens', async () => {
      const blocks = (release: string) => tooFull(release).replace('pause vat', 'block');
      const offered = async (vat: string) => {
        const { body } = await fill(vat, 11);
        const [gate] = body.error.details.gates as { would_pass: { release?: object }[] }[];
        return gate?.would_pass.some((way) => way.release !== undefined);
      };
      await plant.publish('plant.fill', blocks('by boss until vat.load_kg > 5 kg'));
      const vat = await refusedVat();
      assert.equal(await offered(vat), true);
      assert.equal((await release('boss', (await gatesOf(vat))[0])).status, 200);
      assert.equal((await fill(vat, 11)).status, 201);
      assert.equal((await fill(vat, 11)).status, 409, 'it holds more than 5 kg');
      assert.equal(await offered(vat), false, 'a release would be over at once');
      await plant.publish('plant.fill', blocks('by boss'));
      assert.equal(await offered(await refusedVat()), false, 'it would be of one hit');
    });

    it('a release holds for its object, and until more is asked than was released', async () => {
      const [one, other] = [await refusedVat(), await refusedVat()];
      await release('boss', (await gatesOf(one))[0]);
      assert.equal((await fill(one, 11)).status, 201, 'it holds nothing, as when it was released');
      assert.equal((await fill(other, 11)).status, 409, 'another object is not released');
      assert.equal((await fill(one, 1)).status, 409, 'it holds more now');
    });
  });

  it('who looks after the rules closes a gate that is gone from them, with a reason', async () => {
    await plant.publish('plant.resume', NEVER_RED);
    const vat = await plant.makeVat('RED-1');
    assert.equal((await resume(vat)).status, 409);
    const [gate] = await gatesOf(vat);
    assert.equal(reasonOf(await release('texnolog', gate)), 'not_releasable');
    await plant.publish('plant.resume', '');
    const told = await gatesOf(vat);
    assert.deepEqual(
      told.map((item) => (item as Gate & { in_force: boolean }).in_force),
      [false],
    );
    assert.equal(reasonOf(await release('operator', gate)), 'role_required');
    assert.equal((await release('texnolog', gate)).status, 200);
    assert.deepEqual(await gatesOf(vat), []);
  });

  it('a gate that closes because its cause is gone is audited like a release (F-M13-02)', async () => {
    await plant.publish('plant.resume', NEVER_RED);
    const vat = await plant.makeVat('RED-2');
    await resume(vat);
    const [gate] = await gatesOf(vat);
    await plant.asOwner("update vats set code = 'BLUE-2' where id = $1", [vat]);
    assert.equal((await resume(vat)).status, 201);
    assert.deepEqual(await gatesOf(vat), []);
    const rows = await plant.asOwner<{ action: string; diff: { new: { note: string } } }>(
      'select action, old_new_diff_json as diff from audit_log where object_id = $1',
      [gate?.id],
    );
    assert.deepEqual(
      rows.map(({ action, diff }) => [action, diff.new.note]),
      [['vat.resume', 'cleared']],
    );
    const { body } = await plant.admin.get('/audit/verify');
    assert.deepEqual(body.faults, []);
  });

  it('everybody is told that a gate is shut and who releases it; what it says, who may see it (F-API-100)', async () => {
    await plant.publish('plant.fill', tooFull(`by boss ${UNTIL_MORE}`));
    const vat = await refusedVat('V-SEEN');
    const [shown] = await gatesOf(vat, 'visitor');
    const { id, gate, message, release_roles, ...rest } = shown as Gate & Record<string, unknown>;
    assert.ok(id);
    assert.deepEqual([gate, message, release_roles], ['too_full', null, ['boss']]);
    assert.equal(rest.point_title, 'Fill a vat');
    for (const name of ['explanation', 'remedy', 'hit_by', 'note', 'decision_id'])
      assert.equal(rest[name], null, name);
    for (const by of ['operator', 'boss', 'direktor'])
      assert.equal((await gatesOf(vat, by))[0]?.message, 'V-SEEN would hold 11 kg', by);
  });

  it('each reads it in his own language, whoever was refused', async () => {
    await plant.publish('plant.fill', tooFull(`by boss ${UNTIL_MORE}`));
    const vat = await refusedVat();
    const wordsFor = async (locale: 'uz' | 'ru' | 'en') => {
      const client = await plant.as('boss', { username: `boss_${locale}`, locale });
      const { body } = await client.get('/gates?page_size=200');
      const found = body.items.find(({ object_ref }: Gate) => object_ref.vat === vat);
      return [found.explanation.value, found.remedy];
    };
    assert.deepEqual(await wordsFor('uz'), ['ha', 'Empty it first']);
    assert.deepEqual(await wordsFor('ru'), ['да', 'Empty it first']);
    assert.deepEqual(await wordsFor('en'), ['yes', 'Empty it first']);
  });
});
