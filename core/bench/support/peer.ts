import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { ScaleEvent } from '../../src/devices/event-check.ts';

/** What somebody would write who has no platform: two multi-row inserts in one transaction. */
export type PeerStyle = 'values' | 'unnest';

const KEYS = ['uuid', 'bigint', 'uuid', 'timestamptz'];
const EVENTS = [
  ...['uuid', 'uuid', 'bigint', 'timestamptz', 'timestamptz', 'numeric'],
  ...['boolean', 'boolean', 'boolean', 'text', 'uuid'],
];
const INTO_KEYS = 'insert into scale_event_keys (device_id, seq, event_id, ts_ingested)';
const INTO_EVENTS = `insert into scale_events (id, device_id, seq, ts_device, ts_ingested, gross_kg,
  stable_bool, trusted_bool, late_bool, raw, trace_id)`;

/** The raw `pg` beside which the ingest is measured: connections of the application's role. */
export class Peer {
  readonly #clients: readonly pg.Client[];
  readonly #organizationId: string;

  private constructor(clients: readonly pg.Client[], organizationId: string) {
    this.#clients = clients;
    this.#organizationId = organizationId;
  }

  static async connect(
    config: pg.ClientConfig,
    connections: number,
    organizationId: string,
  ): Promise<Peer> {
    const clients = Array.from({ length: connections }, () => new pg.Client(config));
    for (const client of clients) await client.connect();
    return new Peer(clients, organizationId);
  }

  /** A setting as the application's role has it. */
  async shows(setting: string): Promise<string> {
    const result = await this.#clients[0]?.query(`show ${setting}`);
    return String(Object.values(result?.rows[0] ?? {})[0]);
  }

  /** How many readings lie in the two tables. */
  async counts(): Promise<{ keys: number; events: number }> {
    const client = this.#clients[0] as pg.Client;
    await client.query(`begin; select set_config('qoida.org', '${this.#organizationId}', true)`);
    const { rows } = await client.query(
      `select (select count(*) from scale_event_keys)::int as keys,
         (select count(*) from scale_events)::int as events`,
    );
    await client.query('commit');
    return rows[0];
  }

  /** Stores one batch on one connection, durably. */
  async insert(
    connection: number,
    deviceId: string,
    events: readonly ScaleEvent[],
    style: PeerStyle,
  ): Promise<void> {
    const client = this.#clients[connection] as pg.Client;
    const ids = events.map(() => randomUUID());
    const [now, trace] = [new Date().toISOString(), randomUUID()];
    const keys = events.map((event, index) => [deviceId, event.seq, ids[index], now]);
    const rows = events.map((event, index) => [
      ...[ids[index], deviceId, event.seq, event.ts_device.toISOString(), now, event.gross_kg],
      ...[event.stable, true, false, event.raw, trace],
    ]);
    const source = style === 'values' ? valuesOf : unnestOf;
    const put = async (into: string, types: readonly string[], all: unknown[][], end = '') => {
      const { text, parameters } = source(types, all);
      await client.query(`${into} ${text} ${end}`, parameters);
    };
    await client.query(`begin; select set_config('qoida.org', '${this.#organizationId}', true)`);
    await put(INTO_KEYS, KEYS, keys, 'on conflict do nothing');
    await put(INTO_EVENTS, EVENTS, rows);
    await client.query('commit');
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.end();
  }
}

interface Source {
  readonly text: string;
  readonly parameters: unknown[];
}

/** `values ($1, $2), ($3, $4)`: a parameter a value. */
function valuesOf(types: readonly string[], rows: readonly unknown[][]): Source {
  const width = types.length;
  const row = (index: number) =>
    `(${types.map((_, column) => `$${index * width + column + 1}`).join(',')})`;
  return {
    text: `values ${rows.map((_, index) => row(index)).join(',')}`,
    parameters: rows.flat(),
  };
}

/** `select * from unnest($1::uuid[], …)`: a parameter a column. */
function unnestOf(types: readonly string[], rows: readonly unknown[][]): Source {
  const columns = types.map((type, index) => `$${index + 1}::${type}[]`);
  return {
    text: `select * from unnest(${columns.join(',')})`,
    parameters: types.map((_, column) => rows.map((row) => row[column])),
  };
}
