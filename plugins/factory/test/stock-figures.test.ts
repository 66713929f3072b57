import assert from 'node:assert/strict';
import { proposeBatches } from '../src/stock/fifo.ts';
import type { Posting, StockKey } from '../src/stock/ledger.ts';
import { netMovements } from '../src/stock/ledger.ts';
import { levelLine, namedLine } from '../src/stock/wip.ts';

describe('F-ALG-14 snapshot and WIP', () => {
  const one = [{ session_id: 's1', input_g: 100_000 }];

  it('F-UT-014 above the book it is WIP of the only session', () => {
    const { wip_g, variance_g, effect_g } = levelLine(43_500, 40_000, one);
    assert.deepEqual(
      { wip_g, variance_g, effect_g },
      { wip_g: 3500, variance_g: 0, effect_g: 3500 },
    );
  });

  it('F-UT-015 two sessions share in proportion to what they drew', () => {
    const two = [
      { session_id: 's1', input_g: 200_000 },
      { session_id: 's2', input_g: 100_000 },
    ];
    assert.deepEqual(levelLine(46_000, 40_000, two).wip, [
      { session_id: 's1', wip_g: 4000 },
      { session_id: 's2', wip_g: 2000 },
    ]);
  });

  it('F-UT-016 below the book it is variance and no WIP', () => {
    const { wip_g, variance_g, effect_g } = levelLine(39_200, 40_000, one);
    assert.deepEqual(
      { wip_g, variance_g, effect_g },
      { wip_g: 0, variance_g: -800, effect_g: -800 },
    );
  });

  it('without a session that drew it, all is variance', () => {
    const { wip, variance_g } = levelLine(43_500, 40_000, []);
    assert.deepEqual({ wip, variance_g }, { wip: [], variance_g: 3500 });
  });

  it('the last session takes the rest of the rounding', () => {
    const three = ['a', 'b', 'c'].map((session_id) => ({ session_id, input_g: 1 }));
    const shares = levelLine(100, 0, three).wip.map((share) => share.wip_g);
    assert.deepEqual(shares, [33, 33, 34]);
  });

  it('F-UT-013 a line weighed at the machine is WIP of its session and back in the book', () => {
    const line = namedLine('s1', 4200);
    assert.deepEqual(line, {
      wip: [{ session_id: 's1', wip_g: 4200 }],
      wip_g: 4200,
      effect_g: 4200,
    });
  });
});

describe('F-ALG-18 FIFO proposal', () => {
  const stock = [
    { batch_no: 'new', qty_kg: 500, received_at: new Date('2025-08-20') },
    { batch_no: 'undated', qty_kg: 500, received_at: null },
    { batch_no: 'old', qty_kg: 100, received_at: new Date('2025-08-01') },
    { batch_no: 'gone', qty_kg: 0, received_at: new Date('2025-07-01') },
  ];

  it('F-UT-008 takes the oldest first, as far as it goes', () => {
    assert.deepEqual(proposeBatches(stock, 151.2), [
      { batch_no: 'old', qty_kg: 100, book_kg: 100 },
      { batch_no: 'new', qty_kg: 51.2, book_kg: 500 },
    ]);
  });

  it('a batch without a date comes last', () => {
    assert.deepEqual(
      proposeBatches(stock, 5000).map((batch) => batch.batch_no),
      ['old', 'new', 'undated'],
    );
  });
});

describe('F-DM-56 what postings do to the book', () => {
  const item: StockKey = { item_type: 'material', material_id: 'm', sku_id: null, batch_no: 'b' };
  const posting = (more: Partial<Posting>): Posting => ({
    type: 'MAIN_TO_SHOP',
    item,
    qty: 10,
    ref_doc: {},
    ...more,
  });

  it('sending lowers one place, receiving raises the other', () => {
    const moves = netMovements([
      posting({ from: 'main', ref_doc: { leg: 'send' } }),
      posting({ to: 'shop', qty: 9.9, ref_doc: { leg: 'receive' } }),
    ]);
    assert.deepEqual(
      moves.map(({ location, delta }) => [location, delta]),
      [
        ['main', -10_000],
        ['shop', 9900],
      ],
    );
  });

  it('a snapshot acts by its effect, and rows of one item are summed', () => {
    const snapshot = (effect_kg: number, mode: 'level' | 'reverse') =>
      posting({ type: 'SHOP_SNAPSHOT', to: 'shop', qty: 43.5, ref_doc: { mode, effect_kg } });
    const [move, ...others] = netMovements([snapshot(3.5, 'level'), snapshot(-0.5, 'reverse')]);
    assert.equal(move?.delta, 3000);
    assert.equal(others.length, 0);
  });

  it('a disposal moves no book', () => {
    assert.deepEqual(netMovements([posting({ type: 'DISPOSE_WASTE' })]), []);
  });
});
