import assert from 'node:assert/strict';
import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { BURN, kilns } from './kilns.ts';
import type { Rehearsed } from './support.ts';

export const MODULE = 'kilns.burn';

/** A plant of kilns, with everything that a rehearsal is asked and answers. */
export interface Works {
  readonly plant: TestPlatform;
  readonly admin: TestClient;
  readonly from: string;
  /** Stacks a load. @returns its id */
  stack(mass_kg: number, spoiled_kg?: number, as?: TestClient): Promise<string>;
  /** Fires a load. @returns the status, and the request where it waits */
  fire(load: string, as?: TestClient): Promise<{ status: number; approval: string }>;
  /** Rehearses a text of the module, or the rules in force. */
  rehearse(
    text?: string,
    period?: { from?: string; to?: string },
    as?: TestClient,
    module?: string,
  ): Promise<Rehearsed & { id: string }>;
  items(id: string, query?: string): Promise<ReturnType<typeof JSON.parse>[]>;
  open(id: string, no: number, as?: TestClient): Promise<ReturnType<typeof JSON.parse>>;
  /** Waits for this many ended runs of a rule. */
  runs(rule: string, count: number): Promise<void>;
  /** Waits until every event was delivered and every run has ended. */
  settled(): Promise<void>;
}

export async function openWorks(settings: Readonly<Record<string, string>> = {}): Promise<Works> {
  const plant = await startTestPlatform({ plugins: [kilns], settings });
  const { admin } = plant;
  const begun = new Date(Date.now() - 3_600_000).toISOString();
  let no = 0;
  return {
    plant,
    admin,
    from: begun,
    async stack(mass_kg, spoiled_kg = 0, as = admin) {
      no += 1;
      const made = await as.post('/loads', { code: `L-${no}`, day: today(), mass_kg, spoiled_kg });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      return made.body.id;
    },
    async fire(load, as = admin) {
      const { status, body } = await as.post(`/loads/${load}/fire`);
      return { status, approval: body.approval_id };
    },
    async rehearse(text, { from = begun, to } = {}, as = admin, module = MODULE) {
      const modules = text === undefined ? [] : [{ module, text }];
      const asked = await as.post('/rules/rehearse', { from, modules, ...(to ? { to } : {}) });
      assert.equal(asked.status, 202, JSON.stringify(asked.body));
      const ended = await until(async () => {
        const { body } = await as.get(`/rules/rehearsals/${asked.body.id}`);
        return ['waiting', 'running'].includes(body.state) ? null : body;
      }, 'the end of a rehearsal');
      assert.equal(ended.state, 'done', String(ended.error));
      return ended;
    },
    async items(id, query = '') {
      const { status, body } = await admin.get(`/rules/rehearsals/${id}/items?${query}`);
      assert.equal(status, 200, JSON.stringify(body));
      return body.items;
    },
    async open(id, item, as = admin) {
      const { status, body } = await as.get(`/rules/rehearsals/${id}/items/${item}`);
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    },
    async settled() {
      await until(async () => {
        const [row] = await plant.asOwner<{ waiting: number }>(
          `select (select count(*)::int from outbox where delivered_at is null)
             + (select count(*)::int from rule_runs where status = 'running') as waiting`,
        );
        return row?.waiting === 0 ? true : null;
      }, 'everything to be delivered');
    },
    async runs(rule, count) {
      await until(async () => {
        const rows = await plant.asOwner<{ status: string }>(
          'select status from rule_runs where rule = $1',
          [`${MODULE}.${rule}`],
        );
        return rows.length === count && rows.every(({ status }) => status !== 'running')
          ? true
          : null;
      }, `${count} runs of ${rule}`);
    },
  };
}

/** The plant's day. */
export const today = (): string =>
  new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Tashkent' }).format(new Date());

/** The module without one of its blocks. */
export const without = (name: string): string =>
  BURN.split('\n\n')
    .filter((block) => !new RegExp(`^(gate|approval|automation|alert|kpi) ${name}\\n`).test(block))
    .join('\n\n');

/** The kinds that were found, with their numbers. */
export const found = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
