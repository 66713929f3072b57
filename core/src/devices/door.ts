import { createHash, timingSafeEqual } from 'node:crypto';
import type { BlockList } from 'node:net';
import type { DEVICE_TYPES } from '../api/devices.ts';
import { Refusal } from '../api/errors.ts';
import type { Database, DataLog } from '../data/index.ts';
import { aMinute, refuseTired, take } from '../http/index.ts';
import { SecretReplaced } from '../operations/proof.ts';
import { allowListOf, isAllowed } from './ip-allow.ts';
import { type DeviceSecrets, unseal, usableSecrets } from './sealing.ts';
import { deviceSettingsOf } from './settings.ts';
import { isSignedBy, type SignedMessage } from './signature.ts';

/** Told of a device's id when something about it changed that doors and drivers go by. */
export const DEVICES_CHANNEL = 'qoida_devices';

export type DeviceType = (typeof DEVICE_TYPES)[number];

/** A device that has proved who it is. */
export interface KnownDevice {
  readonly id: string;
  readonly organizationId: string;
  readonly code: string;
  readonly type: DeviceType;
  /** Model of its plugin, where one drives it or lets it in. */
  readonly model: string | null;
  /** The sealed secret by which it was let in: the database says whether it still has it. */
  readonly secretRef: string;
}

export interface DoorOptions {
  readonly db: Database;
  /** With SERVER_SECRET, under which the devices' secrets are sealed, and INGEST_RATE_LIMIT_RPM. */
  readonly settings: Readonly<Record<string, unknown>>;
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
  /**
   * Lets a device in by its token `CODE.SECRET` (or `UUID.SECRET`), which a connection shows once.
   * @throws Refusal unauthorized bad_token; forbidden ip_not_allowed, device_inactive; rate_limited
   */
  enterByToken(request: TokenRequest): Promise<KnownDevice>;
  /**
   * Whether a device that was let in would be let in again, which costs it none of its requests.
   * @throws Refusal unauthorized bad_token; forbidden ip_not_allowed, device_inactive
   */
  stillFits(request: TokenRequest): Promise<KnownDevice>;
  /** Whether a device that was let in still has the secret by which it was. */
  hasStill(device: KnownDevice): Promise<boolean>;
  /**
   * Lets a device in by its signature and does something for it. What finds that its secret was replaced
   * (`SecretReplaced`) is done once more, by what the device has proved anew.
   * @throws Refusal as `enter`, and whatever the work throws
   */
  serve<T>(request: DoorRequest, work: (device: KnownDevice) => Promise<T>): Promise<T>;
}

interface TokenRequest {
  readonly token: string;
  readonly ip: string;
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
  const requests = aMinute(deviceSettingsOf(options.settings).INGEST_RATE_LIMIT_RPM);
  void db
    .listen(DEVICES_CHANNEL, () => book.forget())
    .catch((error: unknown) =>
      options.log.warn({ error: String(error) }, 'changes of devices are seen after a minute only'),
    );

  const find = async (
    name: string | undefined,
    ip: string,
    asked: Asked,
  ): Promise<Entry | null> => {
    const entry = name === undefined ? null : await book.find(name, ip, asked);
    if (entry === null || isAllowed(entry.allow, ip)) return entry;
    const message = 'This device may not call from this address';
    throw new Refusal('forbidden', 'ip_not_allowed', message, { ip });
  };
  const refuseInactive = ({ active, code }: Entry): void => {
    if (active) return;
    throw new Refusal('forbidden', 'device_inactive', 'The device is switched off', {
      device: code,
    });
  };
  const letIn = async (entry: Entry): Promise<KnownDevice> => {
    await take(requests, entry.id);
    return shown(entry);
  };
  const shown = (entry: Entry): KnownDevice => {
    refuseInactive(entry);
    const { id, organizationId, code, type, model, secretRef } = entry;
    return { id, organizationId, code, type, model, secretRef };
  };
  /** Secrets that would fit; of a stranger one that fits nothing, so that both take as long. */
  const secretsOf = (entry: Entry | null) =>
    entry === null ? [''] : usableSecrets(entry.secrets, now());
  const byToken = async ({ token, ip }: TokenRequest): Promise<Entry> => {
    const dot = token.lastIndexOf('.');
    // A connection lasts: what it begins with is asked of the database.
    const entry = await find(dot < 1 ? undefined : token.slice(0, dot), ip, 'anew');
    const secret = token.slice(dot + 1);
    if (!secretsOf(entry).some((known) => sameText(known, secret)) || entry === null) {
      throw new Refusal('unauthorized', 'bad_token', 'The token fits no device');
    }
    return entry;
  };

  const bySignature = async (request: DoorRequest, asked: Asked): Promise<Entry> => {
    const entry = await find(request.device, request.ip, asked);
    if (!isSignedBy(secretsOf(entry), request, now()) || entry === null) {
      throw new Refusal(
        'unauthorized',
        'bad_signature',
        'The signature does not fit the body and the device',
      );
    }
    return entry;
  };

  return {
    enter: async (request) => letIn(await bySignature(request, 'kept')),
    enterByToken: async (request) => letIn(await byToken(request)),
    stillFits: async (request) => shown(await byToken(request)),
    async hasStill({ id, organizationId, secretRef }) {
      const rows = await db.read(organizationId, (tx) =>
        tx.sql('select 1 from devices where id = ? and secret_ref = ? and active', [id, secretRef]),
      );
      return rows.length > 0;
    },
    async serve(request, work) {
      const device = await letIn(await bySignature(request, 'kept'));
      try {
        return await work(device);
      } catch (error) {
        if (!(error instanceof SecretReplaced)) throw error;
        return work(shown(await bySignature(request, 'anew')));
      }
    },
  };
}

/** Whether what is known of a device may be what was read a little while ago. */
type Asked = 'kept' | 'anew';

const digest = (text: string) => createHash('sha256').update(text).digest();
/** In a time that tells nothing of where they differ. */
const sameText = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

/** What the door knows of devices, by the name they give. */
class DeviceBook {
  readonly #options: DoorOptions;
  readonly #kept = new Map<string, { readonly entry: Entry | null; readonly until: number }>();
  readonly #strangers = aMinute(STRANGERS_PER_MINUTE);
  #generation = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  forget(): void {
    this.#generation += 1;
    this.#kept.clear();
  }

  async find(name: string, ip: string, asked: Asked): Promise<Entry | null> {
    const kept = this.#kept.get(name);
    const known = kept !== undefined && kept.until > performance.now() ? kept.entry : undefined;
    if (known !== undefined && (asked === 'kept' || known === null)) return known;
    // Names cost a query each; who tries many that are none is slowed down, not a plant behind one address.
    if (known === undefined) await refuseTired(this.#strangers, ip);
    const generation = this.#generation;
    const entry = await this.#load(name);
    if (entry === null) await take(this.#strangers, ip);
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
          `select id, code, device_type, driver_model, active, secret_ref, ip_allow from devices
            where (id::text = ? or code = ?) and removed_at is null`,
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
      model: row.driver_model,
      active: row.active,
      secretRef: row.secret_ref,
      secrets: unseal(row.secret_ref, row.id, String(this.#options.settings.SERVER_SECRET)),
      allow: allowListOf(row.ip_allow),
    };
  }
}

interface DeviceRow {
  readonly id: string;
  readonly code: string;
  readonly device_type: DeviceType;
  readonly driver_model: string | null;
  readonly active: boolean;
  readonly secret_ref: string;
  readonly ip_allow: string[] | null;
}
