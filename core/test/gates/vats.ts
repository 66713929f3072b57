import {
  byId,
  definePlugin,
  flag,
  id,
  json,
  object,
  operation,
  quantity,
  record,
  recordOf,
  rows,
  text,
} from '@qoida/core';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';

/** What no log may hold; each stands where a plugin could put a secret. */
export const SECRETS = {
  field: 'PIN-OF-A-RECORD',
  nested: 'KEY-INSIDE-AN-OBJECT',
  input: 'TOKEN-OF-A-CALL',
  free: 'PASSWORD-IN-FREE-JSON',
} as const;

const kg = () => quantity('kg', { resolution: 0.001, min: 0 });
const title = (en: string) => ({ uz: en, ru: en, en });

/** The secrets that `vat.fill` was really given. */
export const given: { token: string | null; order: string | null }[] = [];

/** A vat with a lock: small enough to read, with a secret in every place that can have one. */
export const vat = record(
  'vat',
  'vats',
  {
    code: text({ unique: true, maxLength: 20 }),
    load_kg: kg().default(0),
    paused: flag().default(false),
    pin: text({ maxLength: 40, secret: true }).optional(),
    lock: object({ side: text({ maxLength: 10 }), key: text({ secret: true }) }).optional(),
    plan: json().optional(),
  },
  { code: 'code', lockOrder: 20, api: { path: 'vats', read: ['operator', 'admin'] } },
);

const facts = { vat: byId(vat, 'vat_id', { lock: true }) };

export const vats = definePlugin({
  name: 'vats',
  version: '1.0.0',
  title: title('Vats'),
  roles: {
    operator: title('Operator'),
    boss: title('Boss'),
    chief: title('Chief'),
    visitor: title('Visitor'),
    texnolog: title('Technologist'),
    direktor: title('Director'),
  },
  records: [vat],
  migrations: new URL('./fixture/', import.meta.url),
  operations: [
    operation({
      name: 'vat.create',
      http: 'POST /vats',
      summary: title('Add a vat'),
      roles: '*',
      effect: 'record',
      input: { code: text({ maxLength: 20 }) },
      async run({ db, input: { code } }) {
        const lock = { side: 'left', key: SECRETS.nested };
        const plan = { password: SECRETS.free };
        const { id } = await db.of(vat).insert({ code, pin: SECRETS.field, lock, plan });
        return { id };
      },
    }),
    operation({
      name: 'vat.fill',
      http: 'POST /vats/:vat_id/fill',
      summary: title('Fill a vat'),
      roles: ['operator'],
      effect: 'record',
      input: {
        vat_id: id('vat'),
        add_kg: kg(),
        token: text({ secret: true }).optional(),
        order: object({ no: text(), token: text({ secret: true }) }).optional(),
      },
      facts: {
        ...facts,
        near: rows({ vat: recordOf(vat) }, async ({ db }) =>
          (await db.of(vat).list({})).map((row) => ({ vat: row })),
        ),
      },
      async run({ db, facts: { vat: row }, input }) {
        given.push({ token: input.token, order: input.order?.token ?? null });
        const { load_kg } = await db.of(vat).update(row.id, {
          load_kg: row.load_kg + input.add_kg,
          lock: { side: 'right', key: `${SECRETS.nested} anew` },
        });
        return { load_kg };
      },
      pause: async ({ db, facts: { vat: row } }) =>
        void (await db.of(vat).update(row.id, { paused: true })),
    }),
    operation({
      name: 'vat.resume',
      http: 'POST /vats/:vat_id/resume',
      summary: title('Go on with a vat'),
      roles: ['operator'],
      effect: 'record',
      input: { vat_id: id('vat') },
      facts,
      async run({ db, facts: { vat: row } }) {
        await db.of(vat).update(row.id, { paused: false });
      },
    }),
    operation({
      name: 'vat.empty',
      http: 'POST /vats/:vat_id/empty',
      summary: title('Empty a vat'),
      roles: ['operator'],
      effect: 'record',
      input: { vat_id: id('vat') },
      facts,
      closes: ['too_full'],
      async run({ db, facts: { vat: row }, gates }) {
        await db.of(vat).update(row.id, { load_kg: 0 });
        return { closed: await gates.close('too_full', [{ vat: row.id }], 'emptied') };
      },
    }),
    operation({
      name: 'vat.meddle',
      http: 'POST /vats/:vat_id/meddle',
      summary: title('Close a gate that is none of its own'),
      roles: ['operator'],
      effect: 'record',
      input: { vat_id: id('vat') },
      facts,
      run: ({ facts: { vat: row }, gates }) =>
        gates.close('too_full', [{ vat: row.id }], 'meddled'),
    }),
  ],
});

export interface VatPlant extends TestPlatform {
  /** Publishes a module of the plant's own; what it loosens is confirmed. */
  publish(module: string, text: string): Promise<void>;
  makeVat(code: string): Promise<string>;
}

/** A platform with vats, whose log nobody signs or checks but the test. */
export async function startVats(
  settings: Readonly<Record<string, string>> = {},
  now?: () => Date,
): Promise<VatPlant> {
  const plant = await startTestPlatform({
    plugins: [vats],
    settings: { AUDIT_CHECKPOINT_MINUTES: '0', AUDIT_CHECK_HOURS: '0', ...settings },
    ...(now === undefined ? {} : { now }),
  });
  return {
    ...plant,
    async publish(module, rules) {
      const path = `/rules/modules/${module}`;
      let had = await plant.admin.get(path);
      if (had.status === 404) {
        await plant.admin.post('/rules/modules', { name: module });
        had = await plant.admin.get(path);
      }
      const { version: base_version } = had.body;
      const text = `module ${module}\n${rules}`;
      const body = { text, base_version, note: 'a test', accepts: ACCEPTS };
      const { status, body: answer } = await plant.admin.post(`${path}/publish`, body);
      const isInForce = status === 200 || answer.error?.reason === 'text_unchanged';
      if (!isInForce) throw new Error(JSON.stringify(answer));
    },
    async makeVat(code) {
      const { status, body } = await plant.admin.post('/vats', { code });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body.id;
    },
  };
}

const ACCEPTS = ['too_full', 'too_full_later', 'never_red', 'noted'];
