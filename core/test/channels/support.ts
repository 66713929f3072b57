import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { tanks } from '../alerts/tanks.ts';

export const WEBHOOK_SECRET = 'a-secret-of-sixteen';
export const BOT_TOKEN = '12345:abcdefghijklmnop';

export interface Delivery {
  readonly id: string;
  readonly channel: string;
  readonly status: string;
  readonly failure: string | null;
  readonly message: string | null;
  readonly attempts: number;
  readonly recipient: string;
  readonly address: string | null;
  readonly next_at: string | null;
}

/** A plant with tanks whose alerts leave by channels, and what tests of them ask again and again. */
export class ChannelPlant {
  readonly platform: TestPlatform;
  #tanks = 0;

  private constructor(platform: TestPlatform) {
    this.platform = platform;
  }

  static async start(settings: Readonly<Record<string, string>> = {}, now?: () => Date) {
    const platform = await startTestPlatform({
      plugins: [tanks],
      settings: {
        ALERT_LOOK_SEC: '1',
        CHANNEL_RETRY_SEC: '1',
        CHANNEL_PACE_SEC: '1',
        CHANNELS_LOCAL: 'true',
        QOIDA_PUBLIC_URL: 'https://plant.example',
        ...settings,
      },
      ...(now === undefined ? {} : { now }),
    });
    return new ChannelPlant(platform);
  }

  get admin(): TestClient {
    return this.platform.admin;
  }

  /** Sets a channel up. @throws Error when the platform refuses */
  async set(name: string, settings: Readonly<Record<string, unknown>>, enabled = true) {
    const { status, body } = await this.admin.put(`/channels/${name}`, { settings, enabled });
    if (status !== 200) throw new Error(`${name}: ${JSON.stringify(body)}`);
  }

  setMail(port: number): Promise<void> {
    const login = { username: 'plant', password: 'right-password' };
    const place = { host: '127.0.0.1', port, security: 'none' };
    return this.set('email', { ...place, ...login, from: 'qoida@plant.example' });
  }

  setHook(url: string, enabled = true): Promise<void> {
    return this.set('webhook', { url, secret: WEBHOOK_SECRET }, enabled);
  }

  /** Publishes a module of its own beside those of the tanks. */
  async publish(name: string, text: string): Promise<void> {
    const made = await this.admin.post('/rules/modules', { name });
    const { status, body } = await this.admin.post(`/rules/modules/${name}/publish`, {
      text: `module ${name}\n\n${text}\n`,
      base_version: made.body.version,
      note: 'as the test needs it',
    });
    if (status >= 300) throw new Error(`${name}: ${JSON.stringify(body)}`);
  }

  async newTank(code = `C-${++this.#tanks}`): Promise<string> {
    const { status, body } = await this.admin.post('/tanks', { code });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id;
  }

  fill(tank: string, level_kg: number) {
    return this.admin.post(`/tanks/${tank}/fill`, { level_kg });
  }

  /** A tank runs over: P1, to the technologist at once and to the director later. */
  async overfill(level_kg = 120, code?: string) {
    const tank = await this.newTank(code);
    await this.fill(tank, level_kg);
    return this.alertOf('overfull', tank);
  }

  alertOf(rule: string, group: string, status?: string, module = 'tanks.watch') {
    return until(async () => {
      const query = `rule=${module}.${rule}&page_size=200`;
      const { items } = (await this.admin.get(`/alerts?${query}`)).body;
      return items.find(
        (one: { group: string; status: string }) =>
          one.group === group && (status ?? one.status) === one.status,
      ) as { id: string; status: string } | undefined;
    }, `the alert ${rule} of ${group}`);
  }

  deliveryOf(
    alert: string,
    channel: string,
    fits: (one: Delivery) => boolean = () => true,
  ): Promise<Delivery> {
    return until(async () => {
      const { deliveries } = (await this.admin.get(`/alerts/${alert}`)).body;
      return (deliveries as Delivery[]).find((one) => one.channel === channel && fits(one));
    }, `a message by ${channel}`);
  }

  /** Sends a test message. @returns what became of it */
  async test(channel: string, address?: string): Promise<Delivery> {
    const { status, body } = await this.admin.post(`/channels/${channel}/test`, { address });
    if (status !== 202) throw new Error(JSON.stringify(body));
    return until(async () => {
      const found = (await this.admin.get(`/deliveries/${body.delivery_id}`)).body as Delivery;
      return ['ready', 'sending'].includes(found.status) ? null : found;
    }, 'the test message');
  }

  /** All events are taken and nothing is being sent or due now. */
  settled(): Promise<unknown> {
    return until(async () => {
      const [left] = await this.platform.asOwner<{ waiting: string; going: string }>(
        `select (select count(*) from outbox where delivered_at is null) as waiting,
           (select count(*) from alert_deliveries where status in ('ready', 'sending')) as going`,
      );
      return Number(left?.waiting) + Number(left?.going) === 0;
    }, 'all messages to leave');
  }

  stop(): Promise<void> {
    return this.platform.stop();
  }
}

/** Quoted-printable and base64 bodies of a mail as text. */
export function decoded(raw: string): string {
  const [, body = ''] = raw.split(/\r?\n\r?\n/, 2);
  const rest = raw.slice(raw.indexOf(body));
  if (/base64/i.test(raw)) return Buffer.from(rest, 'base64').toString('utf8');
  const joined = rest.replace(/=\r?\n/g, '');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
