import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import {
  type Answer,
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  zoneAtNoon,
} from '@qoida/core/testing';
import { MASTER_FILES } from '../../plugins/factory/src/demo/master-data.ts';
import { Scale } from './scale.ts';
import type { WireKind } from './wires.ts';

type Body = Answer['body'];

/** What lies in a store. */
export interface Batch {
  readonly material_id: string;
  readonly batch_no: string;
}

export const PVD: Batch = { material_id: 'PVD-PE', batch_no: 'PVD-2508-01' };
/** Enough of it stands at the lines for the largest session. */
export const MUCH_PVD: Batch = { material_id: 'PVD-PE', batch_no: 'PVD-2508-02' };

/** Sold by the kilogram, so that a package may weigh anything. */
export const BY_WEIGHT = 'IZD-KG';

const MORE_FILES: readonly (readonly [entity: string, csv: string])[] = [
  ['skus', `code,name,category,uom_default\n${BY_WEIGHT},Izdeliya,izdeliya,kg\n`],
  [
    'recipe_lines',
    `sku_code,version,material_code,comp_type,ratio_pct\n${BY_WEIGHT},1,PVD-PE,perv,100\n`,
  ],
  ['recipes', `sku_code,version,vt_limit_pct,status\n${BY_WEIGHT},1,35,published\n`],
  [
    'opening_stock',
    'location,item_type,code,batch_no,qty,uom\nSHOP,material,PVD-PE,PVD-2508-02,2000,kg\n',
  ],
];

/** So that a slow machine binds what was weighed, and the day lasts as long as its test. */
const STEADY = { IOT_ACCEPT_WINDOW_SEC: '600', PLANT_TZ: zoneAtNoon() };

const DAY_MS = 86_400_000;
export const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS);

/** The plant with its people and scales; each verb is one call of the REST API by the one who may. */
export class PlantDay {
  readonly #platform: TestPlatform;
  readonly #wires: WireKind;
  readonly #scales: Scale[] = [];

  private constructor(platform: TestPlatform, wires: WireKind) {
    this.#platform = platform;
    this.#wires = wires;
  }

  static async begins(wires: WireKind): Promise<PlantDay> {
    const plant = new PlantDay(await startTestPlatform({ settings: STEADY }), wires);
    try {
      for (const [entity, csv] of [...MASTER_FILES, ...MORE_FILES]) {
        done(await plant.#platform.admin.post(`/import/${entity}`, { csv }));
      }
    } catch (error) {
      await plant.ends();
      throw error;
    }
    return plant;
  }

  async ends(): Promise<void> {
    await this.#platform.stop();
    for (const scale of this.#scales) await scale.goesAway();
  }

  /** Lays a line to an indicator, and has the integrator register it and write its calibration down. */
  async getsScale(code: string, purpose: string, calibratedUntil: Date): Promise<Scale> {
    const wire = await this.#wires.lay();
    const integrator = await this.#as('integrator');
    const scale = new Scale(code, wire, integrator);
    this.#scales.push(scale);
    done(
      await integrator.post('/devices', {
        code,
        purpose,
        device_type: 'scale',
        division_kg: 0.001,
        driver_model: 'ascii-st-gs',
        line: { protocol: 'ascii-st-gs', link: wire.link },
      }),
    );
    await scale.isCalibratedUntil(calibratedUntil);
    return scale;
  }

  /** @param language asked for instead of the storekeeper's own, which is Uzbek */
  async triesToSend(batch: Batch, scale: Scale, language?: 'ru' | 'en'): Promise<Answer> {
    const storekeeper = await this.#as('main_ombor');
    const lines = [{ ...batch, device_id: scale.code }];
    const headers = language === undefined ? {} : { 'x-locale': language };
    return storekeeper.post('/stock/transfers/main-to-shop', { lines }, headers);
  }

  async sends(batch: Batch, scale: Scale): Promise<Body> {
    return done(await this.triesToSend(batch, scale));
  }

  async receives(transfer: Body, batch: Batch, scale: Scale): Promise<Body> {
    const keeper = await this.#as('shop_op');
    const path = `/stock/transfers/${transfer.transfer_id}/receive`;
    return done(await keeper.post(path, { lines: [{ ...batch, device_id: scale.code }] }));
  }

  async opensSession(workcenter_id: string, sku_id: string): Promise<Body> {
    await this.#as('operator');
    const chief = await this.#as('sex_boshligi');
    const operators = ['test_operator'];
    const order = { partiya_no: 'ORD-2025-08-001', shift: 'day', operators };
    return done(await chief.post('/sessions', { workcenter_id, sku_id, ...order }));
  }

  async feeds(session: Body, batch: Batch, scale: Scale): Promise<Body> {
    const operator = await this.#as('operator');
    const lines = [{ ...batch, device_id: scale.code }];
    return done(await operator.post(`/sessions/${session.id}/inputs`, { lines }));
  }

  async triesToPack(session: Body, scale: Scale, more: object = {}): Promise<Answer> {
    const operator = await this.#as('operator');
    const what = { session_id: session.id, sku_id: session.sku_id, device_id: scale.code };
    return operator.post('/packages', { ...what, ...more });
  }

  async packs(session: Body, scale: Scale): Promise<Body> {
    return done(await this.triesToPack(session, scale));
  }

  /** A package of a product sold by the metre; the chief lets the length that was typed pass. */
  async packsMetres(session: Body, scale: Scale, length_m: number): Promise<Body> {
    const length = { length_mode: 'manual', length_m, manual_reason: 'no counter on this line' };
    const made = done(await this.triesToPack(session, scale, length));
    const chief = await this.#as('sex_boshligi');
    done(await chief.post(`/approvals/manual_length/${made.id}/approve`));
    return made;
  }

  /** The inspector's decision under his own stamp (F-ALG-17). */
  async inspects(made: Body, decision: 'ok' | 'reject'): Promise<Body> {
    const inspector = await this.#as('otk');
    const { key, inspector_id } = done(await inspector.post('/qc/stamp-key'));
    const text = ['v1', made.id, decision, made.weight_kg.toFixed(3), inspector_id].join('|');
    const e_pechat = createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex');
    return done(await inspector.post('/qc/decide', { package_id: made.id, decision, e_pechat }));
  }

  async countsTheRest(session: Body, batch: Batch, scale: Scale): Promise<Body> {
    const keeper = await this.#as('shop_op');
    const items = [{ ...batch, session_id: session.id, device_id: scale.code }];
    return done(await keeper.post('/stock/shop/snapshot', { shift: 'day', items }));
  }

  async throwsAway(session: Body, scale: Scale): Promise<Body> {
    const chief = await this.#as('sex_boshligi');
    const what = { session_id: session.id, device_id: scale.code, reason: "laminat zar qog'oz" };
    return done(await chief.post('/rework/dispose', what));
  }

  async previews(session: Body): Promise<Body> {
    const chief = await this.#as('sex_boshligi');
    return done(await chief.get(`/sessions/${session.id}/balance/preview`));
  }

  async triesToClose(session: Body): Promise<Answer> {
    return (await this.#as('sex_boshligi')).patch(`/sessions/${session.id}/close`);
  }

  async closes(session: Body): Promise<Body> {
    return done(await this.triesToClose(session));
  }

  async readsRules(module: string): Promise<{ text: string; version: number }> {
    return done(await (await this.#as('texnolog')).get(`/rules/modules/${module}`));
  }

  async triesToPublish(module: string, text: string): Promise<Answer> {
    const { version } = await this.readsRules(module);
    const technologist = await this.#as('texnolog');
    const accepts = ['delta_exceeded'];
    const entry = { text, base_version: version, note: 'a limit of our own', accepts };
    return technologist.post(`/rules/modules/${module}/publish`, entry);
  }

  #as(position: string): Promise<TestClient> {
    return this.#platform.as(position, position === 'operator' ? { grade: 'katta' } : {});
  }
}

/** The answer's body, when what was asked was done. */
function done(answer: Answer): Body {
  assert.ok(answer.status < 300, `${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A refusal's details, when it is this one (F-API-006). */
export function refused(answer: Answer, status: number, code: string, reason: string): Body {
  const { error } = answer.body;
  assert.deepEqual(
    [answer.status, error?.code, error?.reason],
    [status, code, reason],
    JSON.stringify(answer.body),
  );
  return error.details;
}

/** Those figures of a balance that are asked for. */
export function figuresOf(balance: Body, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, balance[name]]));
}
