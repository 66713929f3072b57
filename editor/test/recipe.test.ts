import assert from 'node:assert/strict';
import {
  formOf,
  isChanged,
  isFilled,
  isWhole,
  type RecipeLineForm,
  sharesOf,
  sumOfShares,
} from '../src/domain/recipe.ts';

const line = (material: string, ratio: RecipeLineForm['ratio'], more = {}): RecipeLineForm => ({
  material_id: material,
  material,
  comp_type: 'perv',
  unit: 'pct',
  ratio,
  is_optional: false,
  ...more,
});

describe('F-OP-28 a recipe that somebody changes', () => {
  it('sums what is not optional, as the platform does', () => {
    const lines = [line('A', '60.1'), line('B', 30.2), line('C', '9.7')];
    assert.equal(sumOfShares(lines), 100);
    const more = [line('D', 12, { is_optional: true }), line('E', 0.3, { unit: 'kg' })];
    assert.equal(sumOfShares([...lines, ...more]), 100);
    assert.equal(sumOfShares([line('A', '')]), 0);
  });

  it('is whole at 100 per cent, a hundredth more or less', () => {
    for (const sum of [99.99, 100, 100.01]) assert.equal(isWhole(sum), true, String(sum));
    for (const sum of [0, 99.9899, 100.0101]) assert.equal(isWhole(sum), false, String(sum));
  });

  it('wants a figure in each line', () => {
    assert.equal(isFilled([line('A', '100')]), true);
    assert.equal(isFilled([line('A', 2.5, { unit: 'kg' })]), true);
    for (const ratio of ['', null, '-1', '101', 'x']) {
      assert.equal(isFilled([line('A', ratio)]), false, String(ratio));
    }
    assert.equal(isFilled([]), false);
  });

  it('tells what comes, what goes and what is another share', () => {
    const kept = {
      material_id: 'a',
      material: 'A',
      comp_type: 'perv',
      is_optional: false,
    } as const;
    const before = [
      formOf({ ...kept, ratio_pct: 60, ratio_per_kg: null }),
      line('B', 40),
      line('D', 0),
    ];
    const after = [line('A', '60.0'), line('C', 40), line('D', 0)];
    const shares = sharesOf(before, after);
    assert.deepEqual(
      shares.map((one) => [one.material, one.before?.value, one.after?.value, isChanged(one)]),
      [
        ['A', 60, 60, false],
        ['C', undefined, 40, true],
        ['D', 0, 0, false],
        ['B', 40, undefined, true],
      ],
    );
    assert.equal(formOf({ ...kept, ratio_pct: null, ratio_per_kg: 0.5 }).unit, 'kg');
  });
});
