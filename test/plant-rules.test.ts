import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { compileProgram, deepCheck } from '@qoida/dsl';
import { catalogOf } from '../core/src/platform/catalog.ts';
import { fieldsOf } from '../core/src/platform/configuration.ts';
import factory from '../plugins/factory/src/index.ts';

const FOLDER = new URL('../plugins/factory/rules/', import.meta.url);

describe('the rules that the plant ships', () => {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.qoida'))
    .map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));
  const program = compileProgram(
    files,
    catalogOf({ plugins: [factory], fields: fieldsOf([factory]) }),
  );

  it('raise no alarm when what they mean together is looked at', () => {
    assert.deepEqual(program.diagnostics, []);
    assert.ok(program.gates.length > 5);
    assert.deepEqual(deepCheck(program), []);
  });
});
