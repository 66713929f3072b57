import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Balance } from '../src/data/sessions.ts';
import { foundScrap, gaugeOf, pictureOf } from '../src/domain/balance.ts';

/** A balance from its measured terms, computed as the plant does, in grams. */
function balanceOf(terms: {
  input: number;
  good: number;
  wip: number;
  linked: number;
  disposed: number;
  outstanding: number;
}): Balance {
  const kg = (grams: number) => grams / 1000;
  const scrap = terms.input - terms.good - terms.wip;
  const rest = scrap - terms.linked - terms.disposed - terms.outstanding;
  const limit = Math.min(Math.floor(terms.input / 100), 5000);
  return {
    session_id: 's',
    input_kg: kg(terms.input),
    good_kg: kg(terms.good),
    wip_kg: kg(terms.wip),
    scrap_expected_kg: kg(scrap),
    rework_in_linked_kg: kg(terms.linked),
    disposed_linked_kg: kg(terms.disposed),
    outstanding_kg: kg(terms.outstanding),
    unexplained_kg: kg(rest),
    delta_session_kg: kg(Math.abs(rest)),
    limit_kg: kg(limit),
    gate_ok: Math.abs(rest) <= limit,
    warnings: [],
  };
}
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} ≠ ${b}`);

describe('picture of the balance', () => {
  it('shows F-EX-02: 37.1 kg of 800 unexplained', () => {
    const balance = balanceOf({
      input: 800_000,
      good: 742_500,
      wip: 12_300,
      linked: 0,
      disposed: 2000,
      outstanding: 6100,
    });
    const { segments, inputAt } = pictureOf(balance);
    assert.deepEqual(
      segments.map(({ share }) => share),
      ['good', 'wip', 'found', 'unexplained'],
    );
    near(segments[3]?.kg ?? 0, 37.1);
    near(segments[3]?.from ?? 0, (742.5 + 12.3 + 8.1) / 800);
    near(inputAt, 1);
    near(foundScrap(balance), 8.1);
  });

  it('shows a surplus beyond the mark of the input', () => {
    const { segments, inputAt } = pictureOf(
      balanceOf({
        input: 100_000,
        good: 95_000,
        wip: 10_000,
        linked: 0,
        disposed: 0,
        outstanding: 0,
      }),
    );
    assert.deepEqual(
      segments.map(({ share, kg }) => [share, Math.round(kg * 1000)]),
      [
        ['good', 95_000],
        ['wip', 5000],
        ['excess', 5000],
      ],
    );
    near(inputAt, 100 / 105);
    near(segments[2]?.from ?? 0, inputAt);
  });

  it('draws nothing for a session without material', () => {
    assert.deepEqual(
      pictureOf(balanceOf({ input: 0, good: 0, wip: 0, linked: 0, disposed: 0, outstanding: 0 }))
        .segments,
      [],
    );
  });

  it('always fills the bar without gaps or overlaps', () => {
    const grams = fc.nat(2_000_000);
    const terms = fc.record({
      input: fc.integer({ min: 1, max: 2_000_000 }),
      good: grams,
      wip: grams,
      linked: grams,
      disposed: grams,
      outstanding: grams,
    });
    fc.assert(
      fc.property(terms, (given) => {
        const { segments, inputAt } = pictureOf(balanceOf(given));
        let end = 0;
        for (const { from, width, kg } of segments) {
          near(from, end);
          assert.ok(kg > 0);
          end = from + width;
        }
        near(end, 1);
        assert.ok(inputAt > 0 && inputAt <= 1);
      }),
    );
  });
});

describe('gauge of Δ', () => {
  it('keeps Δ and limit inside and tells which side Δ is on', () => {
    const over = gaugeOf(37.1, 5);
    assert.ok(over.over && over.limit < over.value && over.value < 1);
    const within = gaugeOf(1.25, 5);
    assert.ok(!within.over && within.value < within.limit && within.limit < 1);
  });

  it('Δ of exactly the limit is within it, to the gram', () => {
    assert.equal(gaugeOf(5, 5).over, false);
    assert.equal(gaugeOf(0.1 + 0.2, 0.3).over, false);
    assert.equal(gaugeOf(5.001, 5).over, true);
  });

  it('stands without a limit and without a Δ', () => {
    assert.deepEqual(gaugeOf(0, 0), { value: 0, limit: 0, over: false });
  });
});
