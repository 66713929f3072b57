import assert from 'node:assert/strict';
import { compileSql } from '../src/compile/sql/compile.ts';
import { compileExpression } from '../src/index.ts';
import type { Ir, Unit } from '../src/ir/ir.ts';
import { NUMBER_TYPE } from '../src/types/type.ts';
import { borderOf } from '../src/values/border.ts';

const node = { span: { start: 0, end: 1 }, type: NUMBER_TYPE, nullable: false };
const border = borderOf(NUMBER_TYPE);
const input: Ir = { ...node, kind: 'input', name: 'x', border };

function unitOf(body: Ir, params: readonly string[] = []): Unit {
  const typed = params.map((name) => ({ name, border, type: NUMBER_TYPE }));
  return { name: 'expression', file: 'expression', params: typed, slots: params.length, body };
}

describe('SQL', () => {
  it('holds no text of the user: constants and names are parameters', () => {
    const hostile = "x'; DROP TABLE y; --";
    const vars = { t: 'text', n: 'number', r: `{ \`${hostile}\`: number }` };
    const compiled = compileExpression(
      `t = "${hostile}" or n > 77123 or r.\`${hostile}\` > 1`,
      vars,
    );
    const statement = compiled.sql();
    assert.ok('text' in statement);
    assert.doesNotMatch(statement.text, /DROP|77123/);
    const values = compiled.sqlValues(statement, { t: hostile, n: 1, r: {} });
    assert.deepEqual(values, [JSON.stringify(hostile), hostile, 77123, '1', 1, '{}']);
  });

  it('says what it cannot do', () => {
    const native: Ir = { ...node, kind: 'native', name: 'plan_norm', args: [], border };
    assert.deepEqual(compileSql(unitOf(native), new Map()), {
      notSupported: 'SQL has no `plan_norm`, which a plugin computes',
    });
    const half: Ir = { ...node, kind: 'const', value: 'a\ud800' };
    assert.deepEqual(compileSql(unitOf(half), new Map()), {
      notSupported: 'SQL has no text that PostgreSQL cannot hold',
    });
    const untyped = compileExpression('x = y', {}, { dynamic: true }).sql();
    assert.deepEqual(untyped, { notSupported: 'SQL has no comparison of untyped values' });
  });

  it('stays short when formulas call one another twice', () => {
    const units = new Map<string, Unit>();
    const local: Ir = { ...node, kind: 'local', slot: 0, name: 'x' };
    units.set('f0', unitOf({ ...node, kind: 'add', left: local, right: local }, ['x']));
    for (let i = 1; i <= 60; i += 1) {
      const call: Ir = { ...node, kind: 'formula', name: `f${i - 1}`, args: [local] };
      units.set(`f${i}`, unitOf({ ...node, kind: 'add', left: call, right: call }, ['x']));
    }
    const top: Ir = { ...node, kind: 'formula', name: 'f60', args: [input] };
    const statement = compileSql(unitOf(top), units);
    assert.ok('text' in statement);
    assert.ok(statement.text.length < 60_000, `${statement.text.length} characters`);
  });

  it('gives inputs as JSON in which wrong data stays wrong', () => {
    const vars = { n: 'number', t: 'text', d: 'instant', l: 'list of number', r: '{a: number?}?' };
    const compiled = compileExpression(
      'n > 1 or t = "" or d < now or any(v > 1 for v in l) or (r.a ?? 1) > 1',
      vars,
    );
    const statement = compiled.sql();
    const now = new Date(0);
    const given = (values: Readonly<Record<string, unknown>>): readonly unknown[] =>
      compiled
        .sqlValues(statement, values, { now })
        .filter((_, i) => 'params' in statement && statement.params[i]?.kind === 'input');
    assert.deepEqual(given({ n: NaN, t: '\ud800', d: new Date(NaN), l: 'x', r: [1] }), [
      ...['{}', '{}', '{}', '0', '0'],
    ]);
    assert.deepEqual(given({ n: -0, t: 'a', d: now, l: [1, null, NaN], r: { a: 1, b: 2 } }), [
      ...['0', '"a"', '"1970-01-01T00:00:00.000Z"', '[1,null,{}]', '{"a":1}'],
    ]);
    assert.deepEqual(given({}), [null, null, null, null, null]);
  });
});
