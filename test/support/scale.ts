import assert from 'node:assert/strict';
import { type TestClient, until } from '@qoida/core/testing';
import type { Wire } from './wires.ts';

/** A continuous indicator sends about as often, ms. */
const FRAME_MS = 50;
/** Frames while the load still swings. */
const SWINGING = 2;

/** A reading as the platform keeps it. */
export interface StoredReading {
  readonly id: string;
  readonly seq: number;
  readonly gross_kg: number;
  readonly stable_bool: boolean;
  /** The frame as it came, in hexadecimal. */
  readonly raw: string;
}

/** An indicator at the far end of a line: sends bytes without pause, and knows no more than that. */
export class Scale {
  readonly code: string;
  readonly #wire: Wire;
  readonly #integrator: TestClient;
  readonly #sending: NodeJS.Timeout;
  #kg = 0;
  #swinging = 0;

  constructor(code: string, wire: Wire, integrator: TestClient) {
    this.code = code;
    this.#wire = wire;
    this.#integrator = integrator;
    this.#sending = setInterval(() => this.#send(), FRAME_MS);
  }

  /** Puts a load on and waits until its stable reading is stored. */
  async weighs(kg: number): Promise<StoredReading> {
    const before = (await this.#newest())[0]?.seq ?? -1;
    this.#kg = kg;
    this.#swinging = SWINGING;
    return until(
      async () =>
        (await this.#newest()).find(
          (reading) => reading.seq > before && reading.stable_bool && reading.gross_kg === kg,
        ),
      `${this.code} stores ${kg} kg`,
    );
  }

  async isCalibratedUntil(day: Date): Promise<void> {
    const performed_at = new Date(Math.min(day.getTime(), Date.now()) - YEAR_MS);
    const answer = await this.#integrator.patch(`/devices/${this.code}/calibration`, {
      performed_at: performed_at.toISOString(),
      valid_until: day.toISOString(),
      certificate_no: 'CAL-IS-2025-081',
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }

  async goesAway(): Promise<void> {
    clearInterval(this.#sending);
    await this.#wire.close();
  }

  #send(): void {
    const swings = this.#swinging > 0;
    if (swings) this.#swinging -= 1;
    this.#wire.write(frameOf(swings ? this.#kg / 2 : this.#kg, !swings));
  }

  async #newest(): Promise<readonly StoredReading[]> {
    const list = await this.#integrator.get(
      `/ingest/scale-events?device_id=${this.code}&page_size=10`,
    );
    assert.equal(list.status, 200, JSON.stringify(list.body));
    return list.body.items;
  }
}

const YEAR_MS = 365 * 86_400_000;

/** `ST,GS,+  20.520kg`: stable or not, gross, sign, eight places, unit. */
export function frameOf(kg: number, stable: boolean): string {
  return `${stable ? 'ST' : 'US'},GS,+${kg.toFixed(3).padStart(8)}kg\r\n`;
}

/** The text of a stored frame, without its line end. */
export const textOfFrame = (reading: StoredReading): string =>
  Buffer.from(reading.raw, 'hex').toString('latin1').trimEnd();
