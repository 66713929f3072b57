import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { batches } from './batches.ts';

export interface KpiLine {
  readonly kpi: string;
  readonly result: string;
  readonly unit: string;
  readonly pay: boolean;
  readonly as: string | null;
  readonly rows: number;
  readonly changed: number;
  readonly not_computed: { readonly before: number; readonly after: number };
  readonly before: number;
  readonly after: number;
}

export interface Rehearsed {
  readonly state: string;
  readonly error: string | null;
  readonly result_sha256: string;
  readonly names: Readonly<Record<string, string>>;
  readonly result: {
    readonly figures: Readonly<Record<string, number>>;
    readonly by_draft: Readonly<Record<string, number>>;
    readonly by_person: readonly { person: string; kind: string; count: number }[];
    readonly asked: Readonly<Record<string, number>>;
    readonly by: readonly { kind: string; of: string; gate: string | null; count: number }[];
    readonly undecidable: readonly { of: string; reason: string; names: string[]; count: number }[];
    readonly kpis: readonly KpiLine[];
    readonly people: readonly (KpiLine & { person: string })[];
    readonly items: { readonly count: number; readonly sha256: string };
  };
}

export interface Shop {
  readonly plant: TestPlatform;
  readonly admin: TestClient;
  readonly from: string;
  /** Makes a batch and finishes it. @returns the status of the finish */
  finish(made: number, scrap: number, worker?: string): Promise<number>;
  worker(name: string): Promise<string>;
  /** Asks for a rehearsal and waits for its end. */
  rehearse(
    modules: readonly { module: string; text?: string }[],
  ): Promise<Rehearsed & { id: string }>;
  ended(id: string): Promise<Rehearsed & { id: string }>;
  items(id: string, query?: string): Promise<ReturnType<typeof JSON.parse>[]>;
}

export async function openShop(): Promise<Shop> {
  const plant = await startTestPlatform({ plugins: [batches] });
  const { admin } = plant;
  const from = new Date(Date.now() - 3_600_000).toISOString();
  let no = 0;
  const worker = async (name: string) => {
    const [row] = await plant.asOwner<{ id: string }>('select id from users where username = $1', [
      name,
    ]);
    if (row !== undefined) return row.id;
    await plant.as('worker', { username: name });
    return worker(name);
  };
  const ended = (id: string) =>
    until(async () => {
      const { body } = await admin.get(`/rules/rehearsals/${id}`);
      return ['waiting', 'running'].includes(body.state) ? null : body;
    }, `the end of ${id}`);
  return {
    plant,
    admin,
    from,
    worker,
    async finish(made_kg, scrap_kg, name = 'aziz') {
      no += 1;
      const day = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Tashkent' }).format(new Date());
      const input = { code: `B-${no}`, worker_id: await worker(name), day, made_kg, scrap_kg };
      const { body, status } = await admin.post('/batches', input);
      assert.equal(status, 201, JSON.stringify(body));
      return (await admin.post(`/batches/${body.id}/finish`)).status;
    },
    async rehearse(modules) {
      const asked = await admin.post(
        '/rules/rehearse',
        { from, modules },
        { 'idempotency-key': randomUUID() },
      );
      assert.equal(asked.status, 202, JSON.stringify(asked.body));
      return ended(asked.body.id);
    },
    ended,
    async items(id, query = '') {
      const { body } = await admin.get(`/rules/rehearsals/${id}/items?${query}`);
      return body.items;
    },
  };
}
