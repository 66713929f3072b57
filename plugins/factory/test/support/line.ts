import assert from 'node:assert/strict';
import type { Answer, TestClient } from '@qoida/core/testing';
import { ePechat } from '../../src/quality/e-pechat.ts';
import type { Plant } from './plant.ts';
import { expectStatus } from './plant.ts';

export interface Session {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A product sold by the kilogram, without a norm: packages of any weight, for figures of the balance. */
export const BY_WEIGHT = 'IZD-KG';
export const STORE = { material_id: 'PVD-PE', batch_no: 'PVD-BIG' };

interface People {
  readonly chief: TestClient;
  readonly operator: TestClient;
  readonly shop: TestClient;
  readonly otk: TestClient;
  readonly tex: TestClient;
}

/** A production line worked by its people: what the tests of sessions, packages and balances say. */
export class Line implements People {
  readonly plant: Plant;
  readonly chief: TestClient;
  readonly operator: TestClient;
  readonly shop: TestClient;
  readonly otk: TestClient;
  readonly tex: TestClient;

  private constructor(plant: Plant, people: People) {
    this.plant = plant;
    this.chief = people.chief;
    this.operator = people.operator;
    this.shop = people.shop;
    this.otk = people.otk;
    this.tex = people.tex;
  }

  static async open(plant: Plant): Promise<Line> {
    const line = new Line(plant, {
      chief: await plant.as('sex_boshligi'),
      operator: await plant.as('operator', { grade: 'katta' }),
      shop: await plant.as('shop_op'),
      otk: await plant.as('otk'),
      tex: await plant.as('texnolog'),
    });
    await line.#stockUp();
    return line;
  }

  async #stockUp(): Promise<void> {
    const imports = {
      skus: `code,name,category,uom_default\n${BY_WEIGHT},Izdeliya,izdeliya,kg\n`,
      recipe_lines: `sku_code,version,material_code,comp_type,ratio_pct\n${BY_WEIGHT},1,PVD-PE,perv,100\n`,
      recipes: `sku_code,version,vt_limit_pct,status\n${BY_WEIGHT},1,35,published\n`,
      opening_stock: `location,item_type,code,batch_no,qty,uom
SHOP,material,PVD-PE,PVD-BIG,20000,kg
SHOP,vt,VT-PE,VT-BIG,20000,kg\n`,
    };
    for (const [entity, csv] of Object.entries(imports)) {
      expectStatus(await this.plant.platform.admin.post(`/import/${entity}`, { csv }), 200);
    }
  }

  start(
    workcenter: string,
    sku: string,
    operators: readonly string[] = ['test_operator'],
  ): Promise<Answer> {
    return this.chief.post('/sessions', {
      workcenter_id: workcenter,
      sku_id: sku,
      partiya_no: 'P-2508-01',
      shift: 'day',
      operators,
    });
  }

  async opened(workcenter: string, sku: string, operators?: readonly string[]): Promise<Session> {
    return expectStatus(await this.start(workcenter, sku, operators), 201);
  }

  async feed(session: Session, kg: number, store: object = STORE): Promise<Answer> {
    const device_id = await this.plant.weigh('scale-SHOP-01', kg);
    return this.operator.post(`/sessions/${session.id}/inputs`, {
      lines: [{ ...store, device_id }],
    });
  }

  async pack(session: Session, kg: number, more: object = {}): Promise<Answer> {
    const device_id = await this.plant.weigh('scale-E1-pack-01', kg);
    return this.operator.post('/packages', {
      session_id: session.id,
      sku_id: session.sku_id,
      device_id,
      ...more,
    });
  }

  async packed(session: Session, kg: number, more: object = {}): Promise<Answer['body']> {
    return expectStatus(await this.pack(session, kg, more), 201);
  }

  /** The inspector's decision with his own stamp. */
  async decide(
    made: { readonly id: string; readonly weight_kg: number },
    decision: 'ok' | 'partial' | 'reject',
    more: object = {},
  ): Promise<Answer> {
    const { key, inspector_id } = expectStatus(await this.otk.post('/qc/stamp-key'), 200);
    const e_pechat = ePechat(Buffer.from(key, 'hex'), {
      package_id: made.id,
      decision,
      weight_kg: made.weight_kg,
      inspector_id,
    });
    return this.otk.post('/qc/decide', { package_id: made.id, decision, e_pechat, ...more });
  }

  async decided(made: Parameters<Line['decide']>[0], decision: 'ok' | 'reject'): Promise<void> {
    expectStatus(await this.decide(made, decision), 200);
  }

  async snapshot(items: readonly object[]): Promise<Answer> {
    return this.shop.post('/stock/shop/snapshot', { shift: 'day', items });
  }

  async preview(session: Session): Promise<Answer['body']> {
    return expectStatus(await this.chief.get(`/sessions/${session.id}/balance/preview`), 200);
  }

  close(session: Session): Promise<Answer> {
    return this.chief.patch(`/sessions/${session.id}/close`);
  }

  /** Ends production of whatever runs, as any close attempt does, so that the next case finds machines free. */
  async freeMachines(): Promise<void> {
    const { items } = expectStatus(
      await this.chief.get('/sessions?status=open&page_size=200'),
      200,
    );
    for (const item of items) {
      if (item.production_ended_at === null) await this.close(item);
    }
  }

  async read(session: Session): Promise<Answer['body']> {
    return expectStatus(await this.chief.get(`/sessions/${session.id}`), 200);
  }
}

/** The figures of a balance that a case states. */
export function expectFigures(
  balance: Answer['body'],
  figures: Readonly<Record<string, unknown>>,
): void {
  const stated = Object.fromEntries(Object.keys(figures).map((name) => [name, balance[name]]));
  assert.deepEqual(stated, figures);
}
