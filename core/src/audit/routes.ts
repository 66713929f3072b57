import { invalid, notFound, Refusal } from '../api/errors.ts';
import { decimalOf } from '../api/from-text.ts';
import type { Actor } from '../api/operations.ts';
import {
  type AuditSearch,
  auditKeys,
  checkpointOf,
  type Database,
  fileOf,
  hashOf,
  listsOf,
  type Page,
  type Place,
  pageOf,
  pageOfCheckpoints,
  RecordTable,
  searchAudit,
  type Transaction,
  verifyAnchors,
  verifyAudit,
  verifyCheckpoints,
  verifyPage,
} from '../data/index.ts';
import { HttpReply, type RouteDef, type RouteRequest } from '../http/index.ts';
import { anchorsOf } from './anchors.ts';
import { lastChecks } from './checks.ts';
import { exportedRows } from './export.ts';
import { type Declared, shownRows, shownTypes } from './view.ts';

/** Who reads the whole log (F-API-104, F-RBAC-22), and who only what became of objects he had to do with. */
const READERS = ['direktor', 'integrator', 'admin'];
const OF_THEIR_OWN = ['sex_boshligi', 'texnolog', 'moliya'];

export interface AuditRouteParts {
  readonly db: Database;
  readonly serverSecret: string;
  readonly registry: Declared;
}

/** Search and proof of the audit chain (F-API-104, F-API-134), and its checkpoints. */
export function auditRoutes({ db, serverSecret, registry }: AuditRouteParts): RouteDef[] {
  const read = <T>(request: RouteRequest, work: Parameters<typeof db.read<T>>[1]) =>
    db.read(actorOf(request).organizationId, work);
  return [
    get('/audit', 'audit.search', 'Who changed what: signed differences', {
      parameters: SEARCH,
      responses: 'items, page, page_size, total',
      roles: [...READERS, ...OF_THEIR_OWN],
      handle: (request) =>
        read(request, async (tx) => {
          const object_id = await objectOf(tx, request, registry);
          const search = { ...searchOf(request), ...(object_id === null ? {} : { object_id }) };
          const page: Page<object> = await searchAudit(tx, search);
          const items = await shownRows(tx, page.items as never, registry, request.locale);
          return { ...page, items };
        }),
    }),
    get('/audit/types', 'audit.types', 'Kinds of objects that the log knows', {
      responses: 'items: object_type, title',
      roles: [...READERS, ...OF_THEIR_OWN],
      handle: (request) =>
        read(request, async (tx) => ({ items: await shownTypes(tx, registry, request.locale) })),
    }),
    get('/audit/verify', 'audit.verify', 'Check the signature chain of the audit log', {
      parameters: ['from', 'to', 'limit', 'after'],
      description:
        'Without `limit` the whole log and its checkpoints in one answer; with it that many objects, and `next` to go on `after`.',
      responses: 'checked, faults, and checkpoints, or objects and next',
      handle: async (request) => {
        const range = { ...periodOf(request), serverSecret };
        if (request.query.limit === undefined) {
          const { organizationId } = actorOf(request);
          return {
            ...(await verifyAudit(db, organizationId, range)),
            checkpoints: await wholeLine(db, organizationId, serverSecret),
          };
        }
        const limit = wholeOf(request, 'limit', 500, 2_000);
        const page = await read(request, (tx) => verifyPage(tx, range, placeOf(request), limit));
        const { next } = page;
        return { ...page, next: next === null ? null : `${next.object_type} ${next.object_id}` };
      },
    }),
    get('/audit/verify/checkpoints', 'audit.verify_checkpoints', 'Check the checkpoints', {
      parameters: ['after', 'limit'],
      responses: 'checked, faults, next, last',
      handle: (request) =>
        read(request, (tx) =>
          verifyCheckpoints(tx, {
            serverSecret,
            after: wholeOf(request, 'after', 0, Number.MAX_SAFE_INTEGER, 0),
            limit: wholeOf(request, 'limit', 20, 100),
          }),
        ),
    }),
    {
      ...get('/audit/verify/chains', 'audit.verify_chains', 'Hold chains against a copy', {
        description: 'For copies of checkpoints that were kept elsewhere; nothing of them is kept.',
        responses: 'checked, faults',
        handle: (request) =>
          read(request, (tx) => verifyAnchors(tx, anchorsOf(request.body), serverSecret)),
      }),
      method: 'POST',
    },
    get('/audit/exports/rows', 'audit.export_rows', 'The log, chain by chain, in pages', {
      parameters: ['after'],
      description: 'Begin with `POST /audit/exports`, which keeps who takes the log along.',
      responses: 'items, next',
      handle: (request) => exportedRows(db, actorOf(request), request),
    }),
    get('/audit/checkpoints', 'audit.checkpoints', 'Signed checkpoints, newest first', {
      parameters: ['page', 'page_size'],
      responses: 'items, page, page_size, total',
      handle: (request) =>
        read(request, async (tx) => {
          const { page, page_size, offset } = pageOf(request.query);
          const { items, total } = await pageOfCheckpoints(tx, { limit: page_size, offset });
          const hashed = items.map((item) => ({ ...item, hash: hashOf(tx.organizationId, item) }));
          return { organization_id: tx.organizationId, items: hashed, page, page_size, total };
        }),
    }),
    get('/audit/checkpoints/:number', 'audit.checkpoint_file', 'A checkpoint to keep elsewhere', {
      responses: 'the signed checkpoint with its keys and the chains it names',
      handle: (request) =>
        read(request, async (tx) => {
          const given = request.params.number ?? '';
          const number = /^[1-9][0-9]{0,14}$/.test(given) ? Number(given) : 0;
          const checkpoint = await checkpointOf(tx, number);
          if (checkpoint === null) throw notFound('checkpoint', given);
          const keys = await auditKeys(tx);
          const file = fileOf(tx.organizationId, checkpoint, await listsOf(tx, number), keys);
          return new HttpReply(200, file, {
            'Content-Disposition': `attachment; filename="checkpoint-${number}.json"`,
          });
        }),
    }),
    get('/audit/keys', 'audit.keys', 'Public halves of the keys that sign checkpoints', {
      responses: 'items',
      handle: (request) =>
        read(request, async (tx) => ({
          items: (await auditKeys(tx)).map(({ number, key_id, public_key, endorsement }) => ({
            number,
            key_id,
            public_key,
            endorsement,
          })),
        })),
    }),
    get('/audit/checks', 'audit.checks', 'What the latest checks of the whole log found', {
      responses: 'items, newest first',
      handle: (request) => read(request, async (tx) => ({ items: await lastChecks(tx) })),
    }),
  ];
}

const SEARCH = [
  'object_type',
  'object_id',
  'actor_id',
  'action',
  'from',
  'to',
  'page',
  'page_size',
] as const;

interface Got {
  readonly parameters?: readonly string[];
  readonly description?: string;
  readonly responses: string;
  readonly roles?: readonly string[];
  readonly handle: RouteDef['handle'];
}

function get(path: string, operationId: string, summary: string, got: Got): RouteDef {
  return {
    method: 'GET',
    path,
    access: 'user',
    openapi: {
      summary,
      ...(got.description === undefined ? {} : { description: got.description }),
      tags: ['audit'],
      operationId,
      parameters: (got.parameters ?? []).map((name) => ({ name, in: 'query' as const })),
      responses: { 200: { description: got.responses } },
      roles: got.roles ?? READERS,
    },
    handle: got.handle,
  };
}

/** All checkpoints, a page at a time. */
async function wholeLine(db: Database, organizationId: string, serverSecret: string) {
  const found = { checked: 0, faults: [] as object[] };
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after;
    const page: Awaited<ReturnType<typeof verifyCheckpoints>> = await db.read(
      organizationId,
      (tx) => verifyCheckpoints(tx, { serverSecret, after: from }),
    );
    found.checked += page.checked;
    found.faults.push(...page.faults);
    after = page.next;
  }
  return found;
}

function actorOf(request: RouteRequest): Actor {
  if (request.actor === null) throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
  return request.actor;
}

function searchOf(request: RouteRequest): AuditSearch {
  const actor = actorOf(request);
  const { page, page_size, object_type, action } = request.query;
  const all = READERS.some((role) => actor.roles.includes(role));
  return {
    ...(page === undefined ? {} : { page }),
    ...(page_size === undefined ? {} : { page_size }),
    ...(object_type ? { object_type } : {}),
    ...(action ? { action } : {}),
    ...idOf(request, 'actor_id'),
    ...periodOf(request),
    ...(all ? {} : { touched_by: actor.id ?? NOBODY }),
  };
}

/** The object by its id or, where people call it by a code, by that. @throws Refusal not_found, invalid_input */
async function objectOf(
  tx: Transaction,
  request: RouteRequest,
  { records }: Declared,
): Promise<string | null> {
  const { object_id: given, object_type } = request.query;
  if (given === undefined || given === '' || UUID.test(given)) return given || null;
  const record = records.get(object_type ?? '');
  const code = record?.options.code;
  if (record === undefined || code === undefined)
    return idOf(request, 'object_id').object_id ?? null;
  const [row] = await tx.sql<{ id: string }>(
    `select id from ${new RecordTable(record).idByCode(code)} as named (id) where id is not null`,
    [given],
  );
  if (row === undefined) throw notFound(record.name, given);
  return row.id;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function idOf<K extends string>({ query }: RouteRequest, name: K): { [key in K]?: string } {
  const given = query[name];
  if (given === undefined || given === '') return {};
  if (UUID.test(given)) return { [name]: given } as { [key in K]?: string };
  throw invalid('invalid_input', `"${given}" is not an id`, {
    fields: { [name]: given.slice(0, 100) },
  });
}

function wholeOf(
  { query }: RouteRequest,
  name: string,
  fallback: number,
  max: number,
  min = 1,
): number {
  const given = query[name];
  if (given === undefined || given === '') return fallback;
  const value = decimalOf(given);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid('invalid_input', `${name} must be a whole number from ${min} to ${max}`, {
    fields: { [name]: given.slice(0, 100) },
  });
}

/** Where the page before ended: `type id`. */
function placeOf({ query: { after } }: RouteRequest): Place | undefined {
  if (after === undefined || after === '') return undefined;
  const cut = after.lastIndexOf(' ');
  const place = { object_type: after.slice(0, cut), object_id: after.slice(cut + 1) };
  if (cut > 0 && UUID.test(place.object_id)) return place;
  throw invalid('cursor_invalid', `"${after}" is no place to go on from`, {
    after: after.slice(0, 100),
  });
}

function periodOf(request: RouteRequest): { from?: Date; to?: Date } {
  const moment = (name: 'from' | 'to') => {
    const text = request.query[name];
    if (text === undefined || text === '') return {};
    const date = new Date(text);
    if (Number.isNaN(date.getTime()))
      throw invalid('invalid_input', `"${text}" is not a moment`, { fields: { [name]: text } });
    return { [name]: date };
  };
  return { ...moment('from'), ...moment('to') };
}
