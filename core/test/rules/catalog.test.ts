import assert from 'node:assert/strict';
import { compileProgram } from '@qoida/dsl';
import { list, quantity, text } from '../../src/api/fields.ts';
import { record } from '../../src/api/records.ts';
import { buildCatalog } from '../../src/rules/index.ts';
import { catalog } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

describe('the catalog of the language', () => {
  const made = catalog();

  it('has the fields of a record with their units, steps and values, also the computed ones', () => {
    assert.deepEqual(made.records.tray, {
      doc: { uz: 'Patnis', ru: 'Поднос', en: 'Tray' },
      plugin: 'trays',
      fields: {
        id: { type: 'text' },
        created_at: { type: 'instant' },
        // What a thing is known by is not changed; a mass is never negative.
        code: { type: 'text', changeable: false },
        load_kg: { type: 'kg', resolution: 0.001, min: 0 },
        state: { type: 'oneof(open, closed)' },
        load_t: { type: 't' },
      },
    });
  });

  it('says what nobody changes, the least and the most, and what roles are called', () => {
    const { fields } = buildCatalog(
      [
        {
          plugin: 'p',
          records: [
            record('scale', 'scales', {
              serial: text().changeable(false),
              code: text({ unique: true }).changeable(true),
              tare_kg: quantity('kg', { min: 0, max: 5 }).optional().changeable(false),
              parts: list(text(), { min: 1, max: 3 }),
            }),
          ],
          operations: [],
          events: [],
        },
      ],
      {},
      {},
    ).records.scale as { fields: Record<string, unknown> };
    assert.deepEqual(fields, {
      id: { type: 'text' },
      created_at: { type: 'instant' },
      serial: { type: 'text', changeable: false },
      code: { type: 'text', changeable: true },
      tare_kg: { type: 'kg', optional: true, min: 0, max: 5, changeable: false },
      parts: { type: 'list of text', min: 1, max: 3 },
    });
    assert.deepEqual(made.roles, ['texnolog', 'sex_boshligi', 'operator']);
    const technologist = { uz: 'Texnolog', ru: 'Технолог', en: 'Technologist' };
    assert.deepEqual(made.roleTitles?.texnolog, technologist);
  });

  it('has no word for what never leaves the server, nor for a secret (F-SEC-12)', () => {
    const { user } = buildCatalog(
      [
        {
          plugin: 'p',
          records: [
            record(
              'user',
              'users',
              { name: text(), password_hash: text(), pin: text({ secret: true }) },
              { api: { path: 'users', read: '*', hidden: ['password_hash'] } },
            ),
          ],
          operations: [],
          events: [],
        },
      ],
      {},
      {},
    ).records;
    assert.deepEqual(Object.keys(user?.fields ?? {}), ['id', 'created_at', 'name']);
  });

  it('has every operation as a point with its facts, its input and who acts', () => {
    assert.deepEqual(Object.keys(made.points), ['tray.make', 'tray.fill', 'tray.close']);
    const { facts } = made.points['tray.fill'] ?? {};
    assert.deepEqual(Object.keys(facts ?? {}).sort(), ['actor', 'input', 'others', 'tray']);
    assert.equal(facts?.tray?.type, 'tray');
    assert.equal(facts?.actor?.type, 'actor');
  });

  it('an input is a record of its own, with what the language has a type for', () => {
    const input = made.records[made.points['tray.fill']?.facts.input?.type ?? ''];
    assert.equal(input?.fields.add_kg?.type, 'kg');
    assert.equal(input?.fields.tray_id?.type, 'text');
    const where = made.records[input?.fields.where?.type ?? ''];
    assert.deepEqual(where?.fields, {
      row: { type: 'number' },
      note: { type: 'text', optional: true },
    });
    assert.equal(input?.fields.anything, undefined);
    // Nobody but the platform has a name for it, so messages don't call it by that.
    assert.deepEqual(
      [input?.shape, where?.shape, made.records.tray?.shape],
      [true, true, undefined],
    );
  });

  it('rows are a list of records, in which a whole record may stand', () => {
    const type = made.points['tray.fill']?.facts.others?.type ?? '';
    assert.match(type, /^list of /);
    const line = made.records[type.slice('list of '.length)];
    assert.deepEqual(line?.fields, { tray: { type: 'tray' }, heavy: { type: 'bool' } });
  });

  it('has every event with its fields, and every operation that changes something as an action', () => {
    assert.deepEqual(made.events?.['tray.filled'], {
      doc: { en: 'A tray was filled' },
      plugin: 'trays',
      fields: { tray_id: { type: 'text' }, load_kg: { type: 'kg', resolution: 0.001 } },
    });
    const action = made.actions?.['tray.fill'];
    assert.equal(action?.effect, 'record');
    assert.deepEqual(action?.emits, ['tray.filled']);
    assert.deepEqual(Object.keys(action?.params ?? {}), ['tray_id', 'add_kg', 'where']);
  });

  it('settings are named in small letters, and secrets are not there', () => {
    assert.deepEqual(Object.keys(made.settings ?? {}), ['tray_limit_kg']);
    assert.equal(made.settings?.tray_limit_kg?.type, 'kg');
    assert.deepEqual(made.roles, ['texnolog', 'sex_boshligi', 'operator']);
  });

  it('is plain JSON, so that a browser checks by the same', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(made)), made);
  });

  it('the language takes it: rules over it compile, and a wrong unit is found', () => {
    const compile = (text: string) =>
      compileProgram([{ name: 'a.qoida', text }], made).diagnostics.filter(
        (item) => item.severity === 'error',
      );
    assert.deepEqual(compile(fillModule('settings.tray_limit_kg')), []);
    assert.deepEqual(compile(fillModule('0.01 * tray.load_t + 10 kg')), []);
    assert.deepEqual(compile(CLOSE_MODULE), []);
    assert.notDeepEqual(compile(fillModule('10 m')), []);
    assert.notDeepEqual(compile(fillModule('settings.tray_key')), []);
  });
});
