import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import {
  compileProgram,
  type Program,
  renderDiagnostic,
  runTests,
  sourceText,
} from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

const FOLDER = new URL('./cases/factory/', import.meta.url);

function plantFiles(): { name: string; text: string }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.qoida'))
    .map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));
}

function plantProgram(): Program {
  const files = plantFiles();
  const program = compileProgram(files, PLANT);
  const text = (name: string) => files.find((file) => file.name === name)?.text ?? '';
  const found = program.diagnostics.map((d) =>
    renderDiagnostic(d, sourceText(d.file, text(d.file))),
  );
  assert.equal(found.join('\n'), '');
  return program;
}

describe('the rules of the plant', () => {
  const program = plantProgram();
  const gate = (name: string) => {
    const found = program.gates.find((g) => g.name === name);
    assert.ok(found, `gate ${name}`);
    return found;
  };
  const env = { now: new Date('2025-08-28T05:00:00Z') };
  const session = {
    input_kg: 500,
    good_kg: 452.9,
    wip_kg: 4,
    rework_in_linked_kg: 6,
    disposed_linked_kg: 0,
    outstanding_kg: 0,
  };

  for (const test of runTests(program).tests) {
    it(`${test.module}: ${test.title}`, () => assert.deepEqual(test.reasons, []));
  }

  it('covers each condition of the gates both ways', () => {
    const report = runTests(program);
    const open = report.coverage
      .filter(({ rule }) => program.gates.some((g) => g.name === rule))
      .flatMap(({ rule, conditions }) =>
        conditions.filter((c) => !c.seenTrue || !c.seenFalse).map((c) => `${rule}: ${c.text}`),
      );
    assert.deepEqual(open, []);
  });

  it('refuses a balance that is off, in three languages', () => {
    const result = gate('delta_exceeded').evaluate('session.close', { session }, env);
    assert.equal(result.verdict, 'fail');
    const [failure] = result.verdict === 'fail' ? result.failures : [];
    assert.equal(failure?.message('en'), 'Balance is off by 37.1 kg, allowed 5 kg');
    assert.equal(failure?.message('uz'), 'Balans 37.1 kg ga mos emas, 5 kg gacha mumkin');
    assert.equal(failure?.message('ru'), 'Баланс не сходится на 37.1 kg, допустимо 5 kg');
    assert.equal(failure?.remedy('en'), 'Register scrap of 32.1 kg or more');
    assert.equal(gate('delta_exceeded').answer, 'business_conflict');
  });

  it('explains a refusal down to the facts', () => {
    const result = gate('delta_exceeded').evaluate('session.close', { session }, env);
    const tree = result.verdict === 'fail' ? result.failures[0]?.explain('en') : undefined;
    assert.equal(tree?.value, 'yes');
    const [delta, limit] = tree?.children ?? [];
    assert.deepEqual([delta?.text, delta?.value], ['delta(session)', '37.1 kg']);
    assert.deepEqual([limit?.text, limit?.value], ['delta_limit(session)', '5 kg']);
    const leaves: string[] = [];
    const visit = (node: typeof tree): void => {
      if (node === undefined) return;
      if (node.children.length === 0) leaves.push(`${node.text} = ${node.value}`);
      node.children.forEach(visit);
    };
    visit(tree);
    assert.ok(leaves.includes('session.input_kg = 500 kg'), leaves.join('; '));
  });

  it('fails closed when a fact is missing or wrong', () => {
    for (const input_kg of [undefined, null, NaN, Infinity, '500', {}]) {
      const result = gate('delta_exceeded').evaluate(
        'session.close',
        { session: { ...session, input_kg } },
        env,
      );
      assert.equal(result.verdict, 'fail', String(input_kg));
      const [failure] = result.verdict === 'fail' ? result.failures : [];
      assert.ok(failure?.fault, String(input_kg));
      assert.match(failure.message('uz'), /tekshirib bo‘lmadi/);
    }
    const none = gate('delta_exceeded').evaluate('session.close', {}, env);
    assert.equal(none.verdict, 'fail');
  });

  it('never reads a prototype', () => {
    const inherited = Object.create({ ...session, input_kg: 1e6 }) as object;
    const result = gate('delta_exceeded').evaluate('session.close', { session: inherited }, env);
    assert.equal(result.verdict === 'fail' && result.failures[0]?.fault?.code, 'Q9001');
  });

  it('judges every element and tells which', () => {
    const lines = [
      { device: { code: 'A', calibration_due_at: '2026-01-01T00:00:00Z' } },
      { device: { code: 'B', calibration_due_at: null } },
      { device: { code: 'C', calibration_due_at: new Date('2025-01-01') } },
      { device: {} },
      null,
    ];
    const result = gate('calibration_expired').evaluate('stock.transfer.send', { lines }, env);
    assert.equal(result.verdict, 'fail');
    const failures = result.verdict === 'fail' ? result.failures : [];
    assert.deepEqual(
      failures.map((f) => [f.index, f.fault?.code]),
      [
        [1, undefined],
        [2, undefined],
        [3, undefined],
        [4, 'Q9004'],
      ],
    );
    assert.deepEqual(failures.map((f) => f.message('uz')).slice(0, 2), [
      'B tarozisi kalibrlashni talab qiladi',
      'C tarozisi kalibrlashni talab qiladi',
    ]);
    for (const wrong of [undefined, 'x', {}]) {
      const closed = gate('calibration_expired').evaluate(
        'stock.transfer.send',
        { lines: wrong },
        env,
      );
      assert.equal(closed.verdict, 'fail');
    }
  });

  it('tells what it reads', () => {
    assert.deepEqual(gate('calibration_expired').reads('stock.transfer.send'), [
      'lines.device.calibration_due_at',
    ]);
    assert.deepEqual(gate('e3_qualification').reads('session.start'), [
      'operators.qualifications',
      'workcenter.required_qualification',
    ]);
    assert.deepEqual(gate('delta_exceeded').reads('session.close'), [
      'session.disposed_linked_kg',
      'session.good_kg',
      'session.input_kg',
      'session.outstanding_kg',
      'session.rework_in_linked_kg',
      'session.wip_kg',
    ]);
  });

  it('releases as the gate says', () => {
    assert.equal(gate('gt_2_extruder').release, 'never');
    const calibration = gate('calibration_expired').release;
    assert.deepEqual(calibration, { roles: ['integrator'], whenClear: true });
    const vt = gate('vt_limit');
    assert.deepEqual(vt.mode, { kind: 'pause', record: 'session', after: true });
    assert.ok(vt.release !== undefined && vt.release !== 'never' && vt.release.until !== undefined);
    const facts = { session: { vt_ratio: 40 }, recipe: { vt_limit_pct: 35 } };
    assert.deepEqual(vt.release.until('session.feed', facts, { vt_ratio: 40 }, env), {
      value: false,
    });
    assert.deepEqual(vt.release.until('session.feed', facts, { vt_ratio: 39 }, env), {
      value: true,
    });
    const lost = vt.release.until('session.feed', facts, undefined, env);
    assert.equal('fault' in lost && lost.fault.code, 'Q9001');
  });

  it('has the limit right for every gram up to 500 kg', () => {
    const limit = program.formulas.find((f) => f.name === 'delta_limit');
    let plainWrong = 0;
    for (let grams = 0; grams <= 500_000; grams++) {
      const input_kg = grams / 1000;
      const expected = Math.min(Math.trunc(grams / 100), 5000) / 1000;
      const found = limit?.evaluate({ session: { input_kg } }, {});
      if (found !== expected) assert.fail(`${grams} g: ${String(found)} for ${expected}`);
      if (Math.floor(input_kg * 0.01 * 1000) / 1000 !== expected) plainWrong++;
    }
    // Were the plain way right too, this test would show nothing.
    assert.ok(plainWrong > 100, String(plainWrong));
  });

  it('has the same hash for the same text, whatever the order of the files', () => {
    const files = plantFiles();
    const [a, b] = [compileProgram(files, PLANT), compileProgram(files.toReversed(), PLANT)];
    assert.equal(a.hash, b.hash);
    const changed = files.map((f, i) => (i === 0 ? { ...f, text: `${f.text} ` } : f));
    assert.notEqual(compileProgram(changed, PLANT).hash, a.hash);
    assert.match(a.hash, /^[0-9a-f]{32}$/);
  });
});
