import type { BlockList } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../api/errors.ts';
import type { Database, DataLog } from '../data/index.ts';
import type { DeviceType } from './event-check.ts';
import { allowListOf, isAllowed } from './ip-allow.ts';
import { type DeviceSecrets, unseal, usableSecrets } from './sealing.ts';
import { isSignedBy, type SignedMessage } from './signature.ts';

/** Told of a device's id when something about it changed that doors and drivers go by. */
export const DEVICES_CHANNEL = 'qoida_devices';

/** A device that has proved who it is. */
export interface KnownDevice {
  readonly id: string;
  readonly organizationId: string;
  readonly code: string;
  readonly type: DeviceType;
}

export interface DoorOptions {
  readonly db: Database;
  readonly serverSecret: string;
  readonly requestsPerMinute: number;
  readonly now: () => Date;
  readonly log: DataLog;
}

export interface DoorRequest extends SignedMessage {
  /** `X-Device-Id`: uuid or code. */
  readonly device: string | undefined;
  readonly ip: string;
}

export interface Door {
  /**
   * Lets a device in by its signature (F-SEC-03, F-SEC-09).
   * @throws Refusal unauthorized bad_signature; forbidden ip_not_allowed, device_inactive; rate_limited
   */
  enter(request: DoorRequest): Promise<KnownDevice>;
}

interface Entry extends KnownDevice {
  readonly active: boolean;
  readonly secrets: DeviceSecrets;
  readonly allow: BlockList | null;
}

const KEPT_MS = 60_000;
const MAX_KEPT = 5_000;
const STRANGERS_PER_MINUTE = 120;

/** Opens the door for devices. What it knows of them is forgotten as soon as they change. */
export function createDoor(options: DoorOptions): Door {
  const { db, now } = options;
  const book = new DeviceBook(options);
  const requests = new RateLimiterMemory({ points: options.requestsPerMinute, duration: 60 });
  void db
    .listen(DEVICES_CHANNEL, () => book.forget())
    .catch((error: unknown) =>
      options.log.warn({ error: String(error) }, 'changes of devices are seen after a minute only'),
    );

  return {
    async enter(request) {
      const entry =
        request.device === undefined ? null : await book.find(request.device, request.ip);
      if (entry !== null && !isAllowed(entry.allow, request.ip)) {
        throw new Refusal(
          'forbidden',
          'ip_not_allowed',
          'This device may not call from this address',
          { ip: request.ip },
        );
      }
      const secrets = entry === null ? [''] : usableSecrets(entry.secrets, now());
      if (!isSignedBy(secrets, request, now()) || entry === null) {
        throw new Refusal(
          'unauthorized',
          'bad_signature',
          'The signature does not fit the body and the device',
        );
      }
      await take(requests, entry.id);
      if (!entry.active)
        throw new Refusal('forbidden', 'device_inactive', 'The device is switched off', {
          device: entry.code,
        });
      return {
        id: entry.id,
        organizationId: entry.organizationId,
        code: entry.code,
        type: entry.type,
      };
    },
  };
}

/** What the door knows of devices, by the name they give. */
class DeviceBook {
  readonly #options: DoorOptions;
  readonly #kept = new Map<string, { readonly entry: Entry | null; readonly until: number }>();
  readonly #strangers = new RateLimiterMemory({ points: STRANGERS_PER_MINUTE, duration: 60 });
  #generation = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  forget(): void {
    this.#generation += 1;
    this.#kept.clear();
  }

  async find(name: string, ip: string): Promise<Entry | null> {
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.until > performance.now()) return kept.entry;
    // Names cost a query each; who tries many is slowed down.
    if (kept?.entry == null) await take(this.#strangers, ip);
    const generation = this.#generation;
    const entry = await this.#load(name);
    if (generation !== this.#generation) return entry;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(name, { entry, until: performance.now() + KEPT_MS });
    return entry;
  }

  /** A code that several organisations use names no device: such a device says its uuid. */
  async #load(name: string): Promise<Entry | null> {
    const { db } = this.#options;
    if (name.length > 64) return null;
    const found: Entry[] = [];
    for (const organization of await db.organizations()) {
      const rows = await db.read(organization.id, (tx) =>
        tx.sql<DeviceRow>(
          'select id, code, device_type, active, secret_ref, ip_allow from devices where id::text = ? or code = ?',
          [name.toLowerCase(), name],
        ),
      );
      found.push(...rows.map((row) => this.#entryOf(row, organization.id)));
    }
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  #entryOf(row: DeviceRow, organizationId: string): Entry {
    return {
      id: row.id,
      organizationId,
      code: row.code,
      type: row.device_type,
      active: row.active,
      secrets: unseal(row.secret_ref, row.id, this.#options.serverSecret),
      allow: allowListOf(row.ip_allow),
    };
  }
}

interface DeviceRow {
  readonly id: string;
  readonly code: string;
  readonly device_type: DeviceType;
  readonly active: boolean;
  readonly secret_ref: string;
  readonly ip_allow: string[] | null;
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const retryAfter = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    const details = { limit: limiter.points, retry_after: retryAfter };
    throw new Refusal(
      'rate_limited',
      'rate_limited',
      `Too many requests; try again in ${retryAfter} s`,
      details,
      { retryAfter },
    );
  }
}
