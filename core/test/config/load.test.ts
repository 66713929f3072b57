import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shape } from '../../src/api/fields.ts';
import { flag, integer, list, oneOf, quantity, specsOf, text } from '../../src/api/fields.ts';
import { loadSettings, SettingError } from '../../src/config/index.ts';

const shape = {
  PORT: integer({ min: 1, max: 65_535 }).default(8080),
  NAME: text({ maxLength: 10 }).default('qoida'),
  START: text({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }).default('08:00'),
  TOKEN: text({ secret: true }).optional().example('a random text'),
  STRICT: flag().default(true),
  LEVEL: oneOf('low', 'high').default('low'),
  SHARE: quantity('%', { min: 0, max: 100 }).default(0.5),
  LEAST: quantity('kg', { min: 0 }).default(0),
  PLUGINS: list(text()).default(['one']),
} satisfies Shape;
const fields = specsOf(shape);

describe('settings: where a value comes from', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'qoida-settings-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const load = (
    env: Record<string, string | undefined>,
    files: readonly string[] = [],
    strict = true,
  ) => loadSettings(fields, { env, files }, { strict });
  const fault = (work: () => unknown): SettingError => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof SettingError);
      return error;
    }
    return assert.fail('no setting was refused');
  };

  it('defaults stand where nothing is said, and null where there is no default', () => {
    assert.deepEqual(load({}), {
      PORT: 8080,
      NAME: 'qoida',
      START: '08:00',
      TOKEN: null,
      STRICT: true,
      LEVEL: 'low',
      SHARE: 0.5,
      LEAST: 0,
      PLUGINS: ['one'],
    });
  });

  it('a file wins over the default, a later file over an earlier one, the environment over all', () => {
    const first = file('first.json', { PORT: 1, NAME: 'first', LEVEL: 'high' });
    const second = file('second.json', { PORT: 2, NAME: 'second' });
    const settings = load({ PORT: '3' }, [first, second]);
    assert.deepEqual([settings.PORT, settings.NAME, settings.LEVEL], [3, 'second', 'high']);
  });

  it('an empty environment variable says nothing', () => {
    assert.equal(load({ PORT: '', TOKEN: undefined }, [file('port.json', { PORT: 7 })]).PORT, 7);
  });

  it('a missing file and the "$schema" of a file are passed over', () => {
    const path = file('schema.json', { $schema: './settings.schema.json', PORT: 9 });
    assert.equal(load({}, [join(folder, 'nowhere.json'), path]).PORT, 9);
  });

  it('an unknown setting of a file is refused with its file, and passed over before the plugins are known', () => {
    const path = file('unknown.json', { PORTS: 8080 });
    const error = fault(() => load({}, [path]));
    assert.equal(error.setting, 'PORTS');
    assert.ok(
      error.message.includes(path) && error.message.includes('did you mean PORT?'),
      error.message,
    );
    assert.equal(load({}, [path], false).PORT, 8080);
  });

  for (const [name, content] of [
    ['broken JSON', '{ "PORT": 8080'],
    ['a list', '[1, 2]'],
    ['a plain value', 'null'],
  ] as const) {
    it(`a file that holds ${name} is refused by its path`, () => {
      const path = file('wrong.json', content);
      const error = fault(() => load({}, [path]));
      assert.equal(error.setting, path);
      assert.match(error.message, /can't be read: .+\. Example: \{ "QOIDA_PORT": 8080 \}$/);
    });
  }

  for (const [key, text, sentence] of [
    [
      'PORT',
      'eighty',
      'Setting PORT: "eighty" is not a whole number between 1 and 65535. Example: PORT=8080',
    ],
    [
      'PORT',
      '70000',
      'Setting PORT: 70000 is not a whole number between 1 and 65535. Example: PORT=8080',
    ],
    [
      'PORT',
      '80.5',
      'Setting PORT: "80.5" is not a whole number between 1 and 65535. Example: PORT=8080',
    ],
    ['STRICT', 'maybe', 'Setting STRICT: "maybe" is neither true nor false. Example: STRICT=true'],
    ['LEVEL', 'middle', 'Setting LEVEL: "middle" is none of low, high. Example: LEVEL=low'],
    ['LEAST', '-1', 'Setting LEAST: -1 is not a number of at least 0. Example: LEAST=0'],
    ['SHARE', 'NaN', 'Setting SHARE: "NaN" is not a number between 0 and 100. Example: SHARE=0.5'],
    [
      'NAME',
      'a name too long',
      'Setting NAME: it is longer than 10 characters. Example: NAME=qoida',
    ],
    [
      'START',
      '24:00',
      `Setting START: "24:00" doesn't fit ^([01][0-9]|2[0-3]):[0-5][0-9]$. Example: START=08:00`,
    ],
    [
      'PLUGINS',
      'one,,two',
      'Setting PLUGINS: "one,,two" holds something that is not a text. Example: PLUGINS=one',
    ],
  ] as const) {
    it(`${key}=${text} is refused with the setting, its fault and an example`, () => {
      const error = fault(() => load({ [key]: text }));
      assert.equal(error.setting, key);
      assert.equal(error.message, sentence);
    });
  }

  it('a wrong value of a file is refused like one of the environment', () => {
    assert.match(
      fault(() => load({}, [file('text.json', { PORT: '8080' })])).message,
      /^Setting PORT: "8080" is not a whole number/,
    );
    assert.match(
      fault(() => load({}, [file('flag.json', { STRICT: 'yes' })])).message,
      /^Setting STRICT: "yes" is neither/,
    );
    assert.match(
      fault(() => load({}, [file('list.json', { PLUGINS: 'one' })])).message,
      /^Setting PLUGINS: "one" is not a list/,
    );
  });

  it('null in a file says that a setting is not set', () => {
    const path = file('null.json', { TOKEN: null, PORT: null });
    assert.deepEqual([load({}, [path]).TOKEN, load({}, [path]).PORT], [null, 8080]);
  });

  for (const text of [' ', '0x50', '8e3', '1_000', '80 80']) {
    it(`the number "${text}" is none`, () => {
      assert.match(fault(() => load({ PORT: text })).message, /is not a whole number/);
    });
  }

  it('an unknown setting that resembles none gets no suggestion', () => {
    const { message } = fault(() => load({}, [file('colour.json', { COLOUR: 'red' })]));
    assert.ok(!message.includes('did you mean'), message);
  });

  for (const [text, value] of [
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['yes', true],
    ['false', false],
    ['False', false],
    ['0', false],
    ['no', false],
  ] as const) {
    it(`the flag ${text} is ${value}`, () => assert.equal(load({ STRICT: text }).STRICT, value));
  }

  it('a list of the environment is separated by commas, with or without spaces', () => {
    assert.deepEqual(load({ PLUGINS: 'one, two,three' }).PLUGINS, ['one', 'two', 'three']);
  });
});
