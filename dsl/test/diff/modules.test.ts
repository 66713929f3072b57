import assert from 'node:assert/strict';
import {
  changeText,
  diffModules,
  diffRules,
  loosenedBy,
  type RuleChange,
} from '../../src/index.ts';

const limit = (kg: number, name = 'lim') => `module a.limits\n\nformula ${name}(): kg = ${kg} kg\n`;
const moved = (kg: number) => `module a.other\n\nformula lim(): kg = ${kg} kg\n`;
const gate = (condition: string) =>
  `module a.gates\n\ngate g\n  on session.close\n  block when ${condition}\n  message "No"\n  release never\n`;
const told = (changes: readonly RuleChange[] | undefined) =>
  (changes ?? []).map((change) => `${change.effect}: ${changeText(change, 'en')}`);
const loosened = (all: readonly (readonly RuleChange[])[]) => all.map((one) => loosenedBy(one));
const UNCLEAR = { guard: 'g', how: 'unclear' };

describe('a difference by meaning that concerns the gates of other modules', () => {
  it('a limit that goes to another module and becomes another is not let through unasked', () => {
    const [gone, come] = diffModules(
      [
        { before: limit(5), after: 'module a.limits\n' },
        { before: 'module a.other\n', after: moved(500) },
      ],
      { others: [gate('session.input_kg > lim()')] },
    );
    assert.deepEqual(told(gone), ['unclear: formula lim removed; may be looser: g']);
    assert.deepEqual(told(come), ['same: new: formula lim']);
  });

  it('one that goes there as it is means the same', () => {
    const both = diffModules(
      [
        { before: limit(5), after: 'module a.limits\n' },
        { before: 'module a.other\n', after: moved(5) },
      ],
      { others: [gate('session.input_kg > lim()')] },
    );
    assert.deepEqual(loosened(both), [[], []]);
  });

  it('a formula that nobody asks goes without a word about gates', () => {
    const changes = diffRules(limit(5), 'module a.limits\n', { others: [gate('true')] });
    assert.deepEqual(told(changes), ['same: formula lim removed']);
  });

  it('a name that is another in all modules is a renaming, and nothing else', () => {
    const both = diffModules([
      { before: limit(5), after: limit(5, 'most') },
      { before: gate('session.input_kg > lim()'), after: gate('session.input_kg > most()') },
    ]);
    assert.deepEqual(both.map(told), [['same: formula most: called lim before'], []]);
  });

  it('a name that stood for something else before is none', () => {
    const both = diffModules([
      { before: limit(500), after: limit(500, 'most') },
      { before: 'module a.b\n\nformula most(): kg = 5 kg\n', after: 'module a.b\n' },
      {
        before: gate('session.input_kg > most()'),
        after: `${gate('session.input_kg > most()')}\n# x\n`,
      },
    ]);
    assert.deepEqual(loosened(both), [[], [UNCLEAR], []]);
  });

  it('a renaming does not hide what is another besides', () => {
    const both = diffModules([
      { before: limit(5), after: limit(5, 'most') },
      { before: gate('session.input_kg > lim()'), after: gate('session.input_kg > 2 * most()') },
    ]);
    assert.deepEqual(loosened(both)[1], [UNCLEAR]);
    const other = diffModules([
      { before: limit(5), after: limit(6, 'most') },
      { before: gate('session.input_kg > lim()'), after: gate('session.input_kg > most()') },
    ]);
    assert.deepEqual(loosened(other)[1], [UNCLEAR]);
  });

  it('a KPI that a gate asks', () => {
    const kpi = (kg: number) =>
      `module a.kpi\n\nkpi k per shift_row\n  over shift_row.date\n  result r: kg = ${kg} kg\n`;
    const changes = diffRules(kpi(5), kpi(500), { others: [gate('k(shift_row).r > 5 kg')] });
    assert.deepEqual(told(changes), ['unclear: limit of gate g 5 kg → 500 kg (KPI k)']);
  });

  it('a module of formulas that binds, or asks for another plugin', () => {
    const others = [gate('session.input_kg > lim()')];
    const binds = limit(5).replace('limits', 'limits bind at start');
    assert.deepEqual(loosenedBy(diffRules(limit(5), binds, { others })), [UNCLEAR]);
    const requires = limit(5).replace('limits', 'limits\nrequires people');
    assert.deepEqual(loosenedBy(diffRules(limit(5), requires, { others })), [UNCLEAR]);
  });

  it('a text that can’t be read may concern every gate that it has or that asks it', () => {
    const broken = gate('session.input_kg > 5 kg').replace('block', 'blokc');
    assert.deepEqual(loosenedBy(diffRules(broken, gate('true'))), [UNCLEAR]);
    const others = [gate('session.input_kg > lim()')];
    assert.deepEqual(loosenedBy(diffRules(`${limit(5)}\nformula (`, limit(6), { others })), [
      UNCLEAR,
    ]);
  });
});
