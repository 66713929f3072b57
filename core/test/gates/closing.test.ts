import assert from 'node:assert/strict';
import { startVats, type VatPlant } from './vats.ts';

const TOO_FULL = `
gate too_full
  on vat.fill
  block when vat.load_kg + input.add_kg > 10 kg
  message "{vat.code} would hold {vat.load_kg + input.add_kg}"
  release by boss until vat.load_kg > 5 kg
`;

describe('an operation closes the gates whose cause it takes away (F-M13-02)', () => {
  let plant: VatPlant;
  let turn = 0;
  before(async () => {
    plant = await startVats();
    await plant.publish('plant.fill', TOO_FULL);
  });
  after(() => plant.stop());

  interface Gate {
    readonly id: string;
    readonly object_ref: { readonly vat: string };
    readonly released_by: string | null;
    readonly note: string | null;
  }
  const ask = async (vat: string, what: string, body: object = {}) =>
    (await plant.as('operator')).post(`/vats/${vat}/${what}`, body);
  const fill = (vat: string) => ask(vat, 'fill', { add_kg: 11 });
  const gatesOf = async (vat: string, state: 'open' | 'released'): Promise<Gate[]> => {
    const { body } = await (await plant.as('boss')).get(`/gates?state=${state}&page_size=200`);
    return body.items.filter(({ object_ref }: Gate) => object_ref.vat === vat);
  };
  const refusedVat = async () => {
    const vat = await plant.makeVat(`C-${++turn}`);
    assert.equal((await fill(vat)).status, 409);
    return vat;
  };

  it('of that object alone, in the name of whoever acts, and audited', async () => {
    const [vat, other] = [await refusedVat(), await refusedVat()];
    assert.deepEqual((await ask(vat, 'empty')).body, { closed: 1 });
    assert.deepEqual(await gatesOf(vat, 'open'), []);
    assert.equal((await gatesOf(other, 'open')).length, 1);
    const [closed] = await gatesOf(vat, 'released');
    const { body: me } = await (await plant.as('operator')).get('/me');
    assert.deepEqual([closed?.released_by, closed?.note], [me.user.id, 'emptied']);
    const entries = await plant.asOwner<{ action: string }>(
      'select action from audit_log where object_id = $1',
      [closed?.id],
    );
    assert.deepEqual(entries, [{ action: 'vat.empty' }]);
    assert.deepEqual((await ask(vat, 'empty')).body, { closed: 0 });
  });

  it('is no release: what comes after is hit anew, though an earlier release would cover it', async () => {
    const vat = await refusedVat();
    const [gate] = await gatesOf(vat, 'open');
    await (await plant.as('boss')).post(`/gates/${gate?.id}/release`, { note: 'once' });
    assert.equal((await fill(vat)).status, 201, 'released while it holds no more than 5 kg');
    assert.equal((await fill(vat)).status, 409, 'it holds 11 kg');
    assert.deepEqual((await ask(vat, 'empty')).body, { closed: 1 });
    assert.equal((await fill(vat)).status, 409, 'empty as it is, this is another case');
  });

  it('a gate that the operation does not declare stays open', async () => {
    const vat = await refusedVat();
    const answer = await ask(vat, 'meddle');
    assert.deepEqual([answer.status, answer.body.error.code], [500, 'internal']);
    assert.equal((await gatesOf(vat, 'open')).length, 1);
  });
});
