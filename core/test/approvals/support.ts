import assert from 'node:assert/strict';
import {
  type Answer,
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { crates } from './crates.ts';

/** A plant of crates with the people who ask and agree, and a clock that can be moved on. */
export interface Yard {
  readonly plant: TestPlatform;
  readonly operator: TestClient;
  readonly chief: TestClient;
  readonly texnolog: TestClient;
  readonly direktor: TestClient;
  readonly clock: { offset: number };
  /** A person of this position who reads English. */
  as(position: string, username?: string): Promise<TestClient>;
  newCrate(load_kg?: number): Promise<string>;
  crateOf(id: string): Promise<Answer['body']>;
  /** Asks for an operation on a crate that has to wait. @returns the request's id */
  ask(crate: string, as?: TestClient, path?: string, body?: object): Promise<string>;
  approve(as: TestClient, approval: string, comment?: string): Promise<Answer>;
  /** Publishes the text as this module, which is made where it is not there; what it loosens is accepted. */
  publish(module: string, text: string): Promise<void>;
  /** Waits until the approved operation has been run. */
  ended(approval: string): Promise<Answer['body']>;
}

/** Starts a yard of its own. */
export async function openYard(settings: Readonly<Record<string, string>> = {}): Promise<Yard> {
  const clock = { offset: 0 };
  const plant = await startTestPlatform({
    plugins: [crates],
    settings,
    now: () => new Date(Date.now() + clock.offset),
  });
  const as = (position: string, username = `test_${position}`) =>
    plant.as(position, { username, locale: 'en' });
  const operator = await as('operator');
  const texnolog = await as('texnolog');
  let crateNo = 0;
  return {
    plant,
    operator,
    chief: await as('sex_boshligi'),
    texnolog,
    direktor: await as('direktor'),
    clock,
    as,
    async newCrate(load_kg = 500) {
      crateNo += 1;
      return expectStatus(await operator.post('/crates', { code: `C-${crateNo}`, load_kg }), 201)
        .id;
    },
    crateOf: async (id) => (await operator.get(`/crates/${id}`)).body,
    ask: async (crate, by = operator, path = 'ship', body = {}) =>
      expectStatus(await by.post(`/crates/${crate}/${path}`, body), 202).approval_id,
    approve: (by, approval, comment) =>
      by.post(`/approvals/${approval}/approve`, comment === undefined ? {} : { comment }),
    async publish(module, text) {
      const path = `/rules/modules/${module}`;
      const { status, body } = await texnolog.get(path);
      const made =
        status === 404 ? await texnolog.post('/rules/modules', { name: module }) : { body };
      const base_version = made.body.version;
      const given = {
        text: `module ${module}\n${text}`,
        base_version,
        note: 'as the test needs it',
      };
      const first = await texnolog.post(`${path}/publish`, given);
      if (first.status === 200 || first.status === 201) return;
      // It is in force already.
      if (first.body.error?.reason === 'text_unchanged') return;
      const loosened = first.body.error?.details?.loosened ?? [];
      const accepts = loosened.map(({ guard }: { guard: string }) => guard);
      const again = await texnolog.post(`${path}/publish`, { ...given, accepts });
      assert.ok(again.status < 300, JSON.stringify(again.body));
    },
    ended: (approval) =>
      until(async () => {
        const { body } = await texnolog.get(`/approvals/${approval}`);
        return ['done', 'refused', 'failed'].includes(body.outcome) ? body : null;
      }, 'the end of the operation'),
  };
}

/** The answer's body, where it has this status. */
export function expectStatus(answer: Answer, status: number): Answer['body'] {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

export const reasonOf = (answer: Answer): string => answer.body?.error?.reason;
