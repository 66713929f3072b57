import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileProgram } from '../src/index.ts';
import { Workspace } from '../src/service/workspace.ts';
import { PLANT } from './support/catalog.ts';

describe('entities of a program that is edited', () => {
  const FILES: Readonly<Record<string, string>> = {
    'a.qoida': `entity visitor
  field name: text
  field bag_kg: kg
  field host: guest?
  states expected, inside
  move enter from expected to inside when visitor.bag_kg < 30 kg

entity guest
  field name: text
  field seats: number
`,
    'b.qoida': `formula bag(v: visitor): kg = v.bag_kg

formula seats(v: visitor): number = if v.host is present then v.host.seats else 0

formula first(all: list of visitor): visitor? = missing

gate no_big_bags
  on visitor.enter
  block when bag(visitor) > 20 kg or seats(visitor) > 3
  release by texnolog

automation told
  when visitor.moved as v where v.move = enter
  do guest.create(name: v.name, seats: 1)

screen all for texnolog
  record visitor
  fields name, bag_kg
  button visitor.enter when state = expected
`,
    'c.qoida': `gate untouched
  on session.close
  block when session.input_kg > 5 kg
  release by texnolog
`,
  };
  const NAMES = Object.keys(FILES);
  const WORDS = ['visitor', 'guest', 'bag_kg', 'seats', 'enter', 'inside', 'kg', 'number', 'host'];
  const fresh = (texts: ReadonlyMap<string, string>): Workspace => {
    const workspace = new Workspace(PLANT);
    for (const [name, text] of texts) workspace.set(name, text);
    return workspace;
  };

  it('asks again the blocks that use what has changed, and no others', () => {
    const workspace = fresh(new Map(Object.entries(FILES)));
    const named = (name: string) =>
      workspace.program.gates.find(({ block }) => block.name.name === name);
    const [uses, untouched] = [named('no_big_bags'), named('untouched')];
    assert.deepEqual(workspace.diagnostics('b.qoida'), []);
    const text = FILES['a.qoida'] ?? '';
    workspace.set('a.qoida', text.replace('seats: number', 'seats: kg'));
    assert.deepEqual(
      workspace.diagnostics('b.qoida').map(({ code }) => code),
      ['Q3009', 'Q3006'],
      'through the reference, in the formula and in the action',
    );
    assert.notEqual(named('no_big_bags'), uses);
    assert.equal(named('untouched'), untouched);
    workspace.set('a.qoida', text.replace('entity visitor', 'entity person'));
    assert.ok(workspace.diagnostics('b.qoida').some(({ code }) => code === 'Q2006'));
    workspace.set('a.qoida', text);
    assert.deepEqual(workspace.diagnostics('b.qoida'), []);
  });

  it('has the diagnostics of one that is read anew, whatever is edited', () => {
    const edit = fc.record({
      file: fc.nat(NAMES.length - 1),
      from: fc.nat(1000),
      length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40)),
      snippet: fc.constantFrom('', 'x', '\n', '\n  ', '?', ...WORDS),
      swap: fc.option(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...WORDS))),
      restore: fc.nat(4),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        const texts = new Map(Object.entries(FILES));
        const workspace = fresh(texts);
        for (const { file, from, length, snippet, swap, restore } of edits) {
          const name = NAMES[file] ?? '';
          const text = texts.get(name) ?? '';
          const at = from % (text.length + 1);
          const changed =
            swap === null
              ? text.slice(0, at) + snippet + text.slice(at + length)
              : text.replace(swap[0], swap[1]);
          texts.set(name, restore === 0 ? (FILES[name] ?? '') : changed);
          workspace.set(name, texts.get(name) ?? '');
          const anew = fresh(texts);
          for (const each of NAMES)
            assert.deepEqual(workspace.diagnostics(each), anew.diagnostics(each));
        }
        const written = [...texts].map(([name, text]) => ({ name, text }));
        const { diagnostics, entities } = compileProgram(written, PLANT);
        assert.equal(
          entities.length === 0,
          diagnostics.some(({ severity }) => severity === 'error'),
        );
      }),
      { numRuns: 150 },
    );
  });
});
