import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { TestClient } from '@qoida/core/testing';
import type { Random } from './random.ts';

export interface SentEvent {
  readonly seq: number;
  readonly ts_device: string;
  readonly gross_kg: number;
  readonly stable: boolean;
}

const MOST_EVENTS = 60;
const REQUESTS_AT_ONCE = 3;
/** One request in so many says again what was acknowledged before. */
const REPEATS = 5;

/**
 * A gateway with one scale: signs batches and keeps each until it is acknowledged, as F-ALG-02 wants
 * it. `acknowledged` is what the platform has promised to have.
 */
export class Sender {
  readonly code: string;
  readonly acknowledged = new Map<number, SentEvent>();
  /** Requests whose answer never came. */
  interrupted = 0;
  readonly #secret: string;
  readonly #random: Random;
  #waiting: SentEvent[][] = [];
  #seq = 0;

  private constructor(code: string, secret: string, random: Random) {
    this.code = code;
    this.#secret = secret;
    this.#random = random;
  }

  static async registers(code: string, integrator: TestClient, random: Random): Promise<Sender> {
    const made = await integrator.post('/devices', { code, device_type: 'scale' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return new Sender(code, made.body.secret, random);
  }

  /** Sends without pause, some requests at once, until the platform is gone. */
  async sendsUntilGone(url: string): Promise<void> {
    const lane = async () => {
      while (await this.#send(url, this.#waiting.pop() ?? this.#next()));
    };
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, lane));
  }

  /** Sends what was never acknowledged. */
  async sendsTheRest(url: string): Promise<void> {
    for (let batch = this.#waiting.pop(); batch !== undefined; batch = this.#waiting.pop()) {
      assert.ok(await this.#send(url, batch), 'the platform is gone');
    }
  }

  /** New readings, now and then together with old ones. */
  #next(): SentEvent[] {
    const events = Array.from({ length: this.#random.whole(1, MOST_EVENTS) }, () => {
      this.#seq += 1;
      const ts_device = new Date().toISOString();
      return { seq: this.#seq, ts_device, gross_kg: kgOf(this.#seq), stable: this.#seq % 3 > 0 };
    });
    const repeats = this.#random.whole(1, REPEATS) === 1;
    const known = repeats ? this.acknowledged.get(this.#random.whole(1, this.#seq)) : undefined;
    return known === undefined ? events : [...events, known, known];
  }

  /** @returns whether the platform answered; a batch without an answer waits for the next time */
  async #send(url: string, events: SentEvent[]): Promise<boolean> {
    const body = JSON.stringify({ events });
    let response: Response;
    let answer: string;
    try {
      response = await fetch(`${url}/api/v1/ingest/scale-events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-device-id': this.code,
          'x-signature': createHmac('sha256', this.#secret).update(body).digest('hex'),
        },
        body,
      });
      answer = await response.text();
    } catch {
      this.interrupted += 1;
      this.#waiting.push(events);
      return false;
    }
    // A server that is losing its database says so; the gateway keeps its readings.
    if (response.status === 503) {
      this.#waiting.push(events);
      return true;
    }
    assert.equal(response.status, 201, answer);
    const { accepted, duplicates, conflicts } = JSON.parse(answer);
    assert.deepEqual([accepted + duplicates, conflicts], [events.length, undefined], answer);
    for (const event of events) this.acknowledged.set(event.seq, event);
    return true;
  }
}

/** A weight that tells its number, so that a mix-up shows. */
const kgOf = (seq: number): number => (seq % 1_000_000) / 1000;
