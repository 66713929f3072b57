import assert from 'node:assert/strict';
import { type Catalog, compileProgram } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

/** As the platform describes what goes into an operation: a shape that only it has a name for. */
const CATALOG: Catalog = {
  ...PLANT,
  records: {
    ...PLANT.records,
    package_open_input: {
      shape: true,
      fields: {
        code: { type: 'text' },
        weight_kg: { type: 'kg' },
        parts: { type: 'list of package_open_input_parts' },
        at: { type: 'instant', optional: true },
      },
    },
    package_open_input_parts: { shape: true, fields: { mass_kg: { type: 'kg' } } },
  },
  points: {
    ...PLANT.points,
    'package.open': {
      facts: { session: { type: 'session' }, input: { type: 'package_open_input' } },
    },
  },
};

const told = (text: string): readonly string[] =>
  compileProgram([{ name: 'rules.qoida', text }], CATALOG).diagnostics.map(({ message, help }) =>
    help === undefined ? message : `${message}; ${help}`,
  );
const gate = (condition: string): readonly string[] =>
  told(`gate g\n  on package.open\n  block when ${condition}\n`);

describe('what an operation is given, in a message', () => {
  it('is called as the author calls it where it lacks a field', () => {
    const meant = '`input` has no field `cod`; did you mean `code`?';
    assert.deepEqual(gate('input.cod = "x"'), [meant]);
    assert.deepEqual(gate('any(p.mass > 1 kg for p in input.parts)'), ['`p` has no field `mass`']);
    // What plugins keep has a name that people know.
    assert.deepEqual(gate('any(p.cod = "x" for p in session.packages)'), [
      '`package` has no field `cod`; did you mean `code`?',
    ]);
  });

  it('is told by its fields where something else is wanted', () => {
    assert.deepEqual(gate('input > 5 kg'), [
      '`{code: text, weight_kg: kg, parts: list of {mass_kg: kg}, at: instant?}` and `kg` cannot be compared',
    ]);
    assert.deepEqual(gate('input.parts = 5'), [
      '`list of {mass_kg: kg}` and `number` cannot be compared',
    ]);
    assert.deepEqual(gate('session > 5 kg'), ['`session` and `kg` cannot be compared']);
  });

  it('is called as it is written in a test', () => {
    const test = (given: string) =>
      told(
        `gate g\n  on package.open\n  block when input.code = "x"\n\ntest "t"\n  given ${given}\n  when package.open\n  expect allowed\n`,
      );
    const fix = 'did you mean `code`?';
    assert.deepEqual(test('input.cod = "x"'), [`\`input\` has no field \`cod\`; ${fix}`]);
    assert.deepEqual(test('input = { cod: "x" }'), [
      `\`this record\` has no field \`cod\`; ${fix}`,
    ]);
  });

  it('of an entity is called so, too', () => {
    const text =
      'entity visitor\n  field name: text\n\ngate g\n  on visitor.create\n  block when input.nam = "x"\n';
    assert.deepEqual(told(text), ['`input` has no field `nam`; did you mean `name`?']);
  });

  it('has a name all the same, for a formula that takes it', () => {
    const formula = 'formula heavy(given: package_open_input): bool = given.weight_kg > 5 kg\n';
    assert.deepEqual(
      told(`${formula}\ngate g\n  on package.open\n  block when heavy(input)\n`),
      [],
    );
  });
});
