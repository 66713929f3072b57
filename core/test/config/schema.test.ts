import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FieldSpec } from '../../src/api/fields.ts';
import { loadSettings, platformSettings } from '../../src/config/index.ts';
import { configure, fieldsOf, schemaOf } from '../../src/platform/configuration.ts';
import { loadPlugins } from '../../src/plugins/index.ts';

const CONFIG = new URL('../../../config/', import.meta.url);
const SCHEMA = new URL('settings.schema.json', CONFIG);
const EXAMPLES = new URL('examples/', CONFIG);
const PAGE = new URL('../docs/settings.md', CONFIG);
const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'));

describe('settings: the schema, the examples and the shipped configuration', () => {
  let fields: Record<string, FieldSpec>;
  let schema: string;
  let validate: ValidateFunction;

  before(async () => {
    const plugins = await loadPlugins(platformSettings.PLUGINS.spec.default as string[]);
    fields = fieldsOf(plugins);
    schema = laidOut(schemaOf(plugins));
    // Units and decimals of a field are notes for people here.
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    validate = ajv.compile(JSON.parse(schema));
  });

  const problems = (settings: unknown) =>
    validate(settings)
      ? []
      : validate.errors?.map((error) => `${error.instancePath} ${error.message}`);
  const read = (file: URL) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

  it('config/settings.schema.json is what the platform and its plugins declare', () => {
    if (process.env.QOIDA_ACCEPT === '1') writeFileSync(SCHEMA, schema);
    assert.equal(
      readFileSync(SCHEMA, 'utf8'),
      schema,
      'run "npm run accept" and look at the difference',
    );
  });

  it('docs/settings.md lists them all', () => {
    const page = pageOf(fields);
    if (process.env.QOIDA_ACCEPT === '1') writeFileSync(PAGE, page);
    assert.equal(
      readFileSync(PAGE, 'utf8'),
      page,
      'run "npm run accept" and look at the difference',
    );
  });

  it('every setting says what it is for', () => {
    const silent = Object.entries(fields)
      .filter(([, spec]) => spec.doc === undefined)
      .map(([key]) => key);
    assert.deepEqual(silent, []);
  });

  it('every setting is in capitals, so that it can be an environment variable', () => {
    assert.deepEqual(
      Object.keys(fields).filter((key) => !/^[A-Z][A-Z0-9_]*$/.test(key)),
      [],
    );
  });

  it('the examples are those that the page on settings names', () => {
    assert.deepEqual(examples, ['development.json', 'external-postgres.json', 'plant.json']);
  });

  for (const name of examples) {
    it(`the example ${name} fits the schema and loads`, () => {
      const example = new URL(name, EXAMPLES);
      const { $schema, ...given } = read(example);
      assert.equal(new URL(String($schema), example).href, SCHEMA.href);
      assert.deepEqual(problems({ $schema, ...given }), []);
      const loaded = loadSettings(fields, { env: {}, files: [example.pathname] });
      for (const [key, value] of Object.entries(given)) assert.deepEqual(loaded[key], value);
    });
  }

  it('the shipped config/default.json fits too, and brings the plugins it names', async () => {
    assert.deepEqual(problems(read(new URL('default.json', CONFIG))), []);
    const { settings, plugins } = await configure({ QOIDA_CONFIG: '/nowhere/local.json' });
    assert.equal(plugins.length, settings.PLUGINS.length);
    assert.equal(settings.QOIDA_PORT, 8080);
  });

  it('QOIDA_CONFIG names the file to take, and the environment wins over it', async () => {
    const example = new URL('plant.json', EXAMPLES).pathname;
    const { settings } = await configure({ QOIDA_CONFIG: example, API_RATE_LIMIT_RPM: '99' });
    assert.deepEqual(settings.TRUSTED_PROXIES, ['127.0.0.1']);
    assert.equal(settings.API_RATE_LIMIT_RPM, 99);
  });

  it('the schema refuses what a start refuses', () => {
    assert.notDeepEqual(problems({ QOIDA_PORT: '8080' }), []);
    assert.notDeepEqual(problems({ QOIDA_PORTS: 8080 }), []);
    assert.notDeepEqual(problems({ LOG_LEVEL: 'loud' }), []);
  });
});

/** A list over several lines that holds no object. */
const LIST = /^(.*)\[\n((?:(?! *\]).*[^\n[{]\n)+) *\]/gm;

/** JSON in the layout of this repository: a short list stands on one line. */
function laidOut(value: unknown): string {
  const onOneLine = (text: string): string => {
    const shorter = text.replace(LIST, (whole, before: string, items: string) => {
      const line = `${before}[${items.trim().replace(/\n */g, ' ')}]`;
      return line.length < 100 ? line : whole;
    });
    return shorter === text ? text : onOneLine(shorter);
  };
  return `${onOneLine(JSON.stringify(value, null, 2))}\n`;
}

/** The page on settings, one row each. */
function pageOf(fields: Readonly<Record<string, FieldSpec>>): string {
  const rows = Object.entries(fields).map(([key, spec]) => {
    const { doc } = spec;
    const text = typeof doc === 'string' ? doc : (doc?.en ?? '');
    return `| \`${key}\` | ${kindOf(spec)} | ${shown(spec.default ?? null)} | ${text.replaceAll('|', '\\|')} |`;
  });
  return [
    '# Settings',
    '',
    'Each is an environment variable and a key of `config/local.json`; the environment wins. See [operations.md](operations.md#settings).',
    '',
    '| setting | kind | default | what it is for |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function kindOf(spec: FieldSpec): string {
  if (spec.kind === 'oneOf') return (spec.values ?? []).map((value) => `\`${value}\``).join(', ');
  if (spec.kind === 'quantity') return spec.unit ?? 'number';
  return spec.secret ? `${spec.kind}, secret` : spec.kind;
}

function shown(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '';
  return `\`${Array.isArray(value) ? value.join(',') : String(value)}\``;
}
