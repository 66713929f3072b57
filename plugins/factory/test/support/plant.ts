import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { Answer, TestClient, TestPlatform } from '@qoida/core/testing';
import { startTestPlatform, zoneAtNoon } from '@qoida/core/testing';
import { MASTER_FILES } from '../../src/demo/master-data.ts';
import factory from '../../src/index.ts';

const DAY_MS = 86_400_000;

/** So that a slow machine binds what was weighed, and no shift ends in the midst of a test. */
const STEADY = { IOT_ACCEPT_WINDOW_SEC: '600', IOT_LATE_SEC: '600', PLANT_TZ: zoneAtNoon() };

/** The plant of the UAT data set with its people and scales, spoken to over HTTP only. */
export class Plant {
  readonly platform: TestPlatform;
  readonly #secrets = new Map<string, string>();
  readonly #seq = new Map<string, number>();

  private constructor(platform: TestPlatform) {
    this.platform = platform;
  }

  static async start(settings: Record<string, string> = {}, now?: () => Date): Promise<Plant> {
    const clock = now === undefined ? {} : { now };
    const all = { ...STEADY, ...settings };
    const plant = new Plant(
      await startTestPlatform({ plugins: [factory], settings: all, ...clock }),
    );
    for (const [entity, csv] of MASTER_FILES) {
      const report = await plant.platform.admin.post(`/import/${entity}`, { csv });
      assert.equal(report.status, 200, `${entity}: ${JSON.stringify(report.body)}`);
    }
    await plant.addScale('scale-MAIN-01', 'main');
    await plant.addScale('scale-MAIN-02', 'main');
    await plant.addScale('scale-MAIN-OLD', 'main', { calibrated_days: -30 });
    await plant.addScale('scale-SHOP-01', 'shop');
    await plant.addScale('scale-E1-pack-01', 'pack', { workcenter_id: 'E1' });
    return plant;
  }

  stop(): Promise<void> {
    return this.platform.stop();
  }

  as(position: string, person?: { grade?: string; username?: string }): Promise<TestClient> {
    return this.platform.as(position, person);
  }

  async addScale(
    code: string,
    purpose: string,
    options: { calibrated_days?: number; workcenter_id?: string; device_type?: string } = {},
  ): Promise<void> {
    const { calibrated_days = 300, device_type = 'scale', ...place } = options;
    const made = await this.platform.admin.post('/devices', {
      code,
      device_type,
      purpose,
      ...place,
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    this.#secrets.set(code, made.body.secret);
    const until = Date.now() + calibrated_days * DAY_MS;
    const integrator = await this.as('integrator');
    const calibrated = await integrator.patch(`/devices/${code}/calibration`, {
      performed_at: new Date(until - 365 * DAY_MS).toISOString(),
      valid_until: new Date(until).toISOString(),
      certificate_no: `CAL-${code}`,
    });
    assert.equal(calibrated.status, 200, JSON.stringify(calibrated.body));
  }

  /** Puts a load on an empty scale and lets it come to rest; the answer comes when the reading is stored. */
  async weigh(code: string, kg: number): Promise<string> {
    await this.ingest(code, [
      { gross_kg: 0, stable: false },
      { gross_kg: kg, stable: true },
    ]);
    return code;
  }

  /** What a gateway posts: signed readings of one device. */
  async ingest(
    code: string,
    readings: readonly Readonly<Record<string, unknown>>[],
  ): Promise<void> {
    const events = readings.map((reading) => {
      const seq = (this.#seq.get(code) ?? 0) + 1;
      this.#seq.set(code, seq);
      return { seq, ts_device: new Date().toISOString(), ...reading };
    });
    const body = JSON.stringify({ events });
    const secret = this.#secrets.get(code) ?? '';
    const response = await fetch(`${this.platform.url}/api/v1/ingest/scale-events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-device-id': code,
        'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
      },
      body,
    });
    assert.equal(response.status, 201, await response.text());
  }

  /** Stock of a material's batch in a place, kilograms. */
  async stock(location: string, material: string, batch: string): Promise<number> {
    const answer = await this.platform.admin.get(
      `/stock/items?location=${location}&material_id=${material}&batch_no=${batch}`,
    );
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.items[0]?.qty ?? 0;
  }
}

/** The answer's body, if its status is the expected one. */
export function expectStatus(answer: Answer, status: number): Answer['body'] {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

/** A refusal as the requirements have it: status, general code and specific reason (F-API-006). */
export function expectRefusal(
  answer: Answer,
  status: number,
  code: string,
  reason: string,
): Answer['body'] {
  assert.deepEqual(
    { status: answer.status, code: answer.body.error?.code, reason: answer.body.error?.reason },
    { status, code, reason },
    JSON.stringify(answer.body),
  );
  return answer.body.error.details;
}

/** A refusal by gates: which ones, in any order (F-M13-06). */
export function expectGates(answer: Answer, gates: readonly string[]): Answer['body'] {
  assert.equal(answer.status, 409, JSON.stringify(answer.body));
  assert.equal(answer.body.error.code, 'gate_blocked', JSON.stringify(answer.body));
  const hit = answer.body.error.details.gates.map((gate: { gate: string }) => gate.gate);
  assert.deepEqual([...new Set<string>(hit)].sort(), [...gates].sort());
  return answer.body.error.details;
}
