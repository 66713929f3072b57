import assert from 'node:assert/strict';
import { worldWithoutBlocks } from '../src/check/context.ts';
import { createContext, inputScope } from '../src/check/expression/check-expression.ts';
import { infer } from '../src/check/expression/infer.ts';
import { costOf } from '../src/ir/analyse.ts';
import { boundOf } from '../src/ir/bound.ts';
import { lower } from '../src/ir/lower.ts';
import { parseExpression } from '../src/language/parse.ts';
import { createReporter } from '../src/source/diagnostic.ts';
import { EMPTY_CATALOG, indexCatalog } from '../src/types/catalog.ts';
import type { Type } from '../src/types/type.ts';
import { isFault, parseTypeText } from '../src/types/type-text.ts';
import { expressions, SEED } from './agreement/cases.ts';
import { TYPES } from './agreement/vars.ts';
import { corpus } from './support/corpus.ts';

const WORLD = worldWithoutBlocks(indexCatalog(EMPTY_CATALOG));
const EXPRESSIONS = 5_000;

/** The bound must hold for the typed tree, however long lists are reckoned. */
function judge(text: string, types: Iterable<readonly [string, Type]>): void {
  const { expr } = parseExpression(text);
  assert.ok(expr, text);
  const context = createContext({
    world: WORLD,
    reporter: createReporter('expression'),
    scope: inputScope(types),
    demandGuards: false,
  });
  infer(expr, context);
  const body = lower(expr, context.typing);
  const unit = { name: 'f', file: 'f', params: [], slots: context.typing.slots, body };
  for (const listBound of [1, 1000]) {
    const cost = costOf(unit, new Map(), { listBound, unfolded: true });
    const bound = boundOf(expr, context.typing, listBound, () => 0);
    assert.ok(cost <= bound, `${text} costs ${cost}, the bound is ${bound}`);
  }
}

describe('the bound of what an expression costs, without its typed tree', () => {
  it(`holds for ${EXPRESSIONS} random expressions (QOIDA_TEST_SEED=${SEED} plays it again)`, () => {
    for (const text of expressions(EXPRESSIONS)) judge(text, TYPES);
  });

  for (const { feature, cases } of corpus()) {
    it(`holds for the corpus: ${feature}`, () => {
      for (const { text, vars } of cases) {
        const types = Object.entries(vars).map(([name, written]): [string, Type] => {
          const type = parseTypeText(written);
          assert.ok(!isFault(type), String(written));
          return [name, type];
        });
        judge(text, types);
      }
    });
  }

  it('holds for what becomes many times as long', () => {
    const types = Object.entries({ t: 'time', i: 'instant', d: 'date', p: '%', n: 'number' }).map(
      ([name, written]): [string, Type] => [name, parseTypeText(written) as Type],
    );
    for (const text of [
      't between t and t',
      'not (t not between (if n > 1 then t else t) and t)',
      'n between (n between n and n) and p',
      'shift_of(i, t, t)',
      'shift_of(i + 2 h, t, t).kind in (day, night)',
      'p < n <= p > n >= p',
      'round(p * n, p) + floor(n) + ceil(p, 1%)',
      'days_between(d - 1 month, d + 2 week) of n',
    ])
      judge(text, types);
  });
});
