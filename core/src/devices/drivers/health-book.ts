import type { DeviceHealth, DeviceState } from '../../api/devices.ts';
import { healthTopic, type LiveStream } from '../live.ts';

type Counters = Record<string, number>;

/** The health of driven devices, as their drivers tell it, with what the platform counts itself. */
export class HealthBook {
  readonly #states = new Map<string, DeviceHealth>();
  readonly #own = new Map<string, Counters>();
  readonly #stream: LiveStream | undefined;
  readonly #organizationId: string;

  constructor(organizationId: string, stream?: LiveStream) {
    this.#organizationId = organizationId;
    this.#stream = stream;
  }

  list(): DeviceHealth[] {
    return [...this.#states.keys()]
      .map((code) => this.#view(code))
      .filter((state) => state !== null);
  }

  set(health: DeviceHealth): void {
    this.#states.set(health.code, health);
    this.#tell(health.code);
  }

  /** What the platform itself knows: the driver is starting, gone, or stopped. */
  change(code: string, state: DeviceState, since: Date, reason?: string): void {
    const { counters = {} } = this.#states.get(code) ?? {};
    this.set({ code, state, since, counters, ...(reason === undefined ? {} : { reason }) });
  }

  count(code: string, counts: Counters): void {
    const own = this.#own.get(code) ?? {};
    for (const [name, count] of Object.entries(counts))
      if (count > 0) own[name] = (own[name] ?? 0) + count;
    this.#own.set(code, own);
    this.#tell(code);
  }

  forget(code: string): void {
    this.#states.delete(code);
    this.#own.delete(code);
  }

  #view(code: string): DeviceHealth | null {
    const state = this.#states.get(code);
    return state === undefined
      ? null
      : { ...state, counters: { ...state.counters, ...this.#own.get(code) } };
  }

  #tell(code: string): void {
    const view = this.#view(code);
    if (view !== null)
      this.#stream?.publish(healthTopic(code), view, {
        organizationId: this.#organizationId,
        retain: true,
      });
  }
}
