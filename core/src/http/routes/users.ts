import { Refusal } from '../../api/errors.ts';
import { integer, oneOf, specsOf, type Texts, text } from '../../api/fields.ts';
import { validatorOf } from '../../api/json-schema.ts';
import type { Locale } from '../../api/locale.ts';
import type { Actor } from '../../api/operations.ts';
import { ADMIN, listUsers, serviceToken, showUser } from '../../auth/index.ts';
import type { Database } from '../../data/index.ts';
import type { JsonSchema, RouteDef, RouteRequest } from '../route.ts';

/** What someone may do; derived from the declared operations and reads. */
export interface Permission {
  readonly code: string;
  readonly name: Texts;
  readonly roles: readonly string[] | '*';
}

export interface UserRouteOptions {
  readonly db: Database;
  readonly roles: Readonly<Record<string, Texts>>;
  permissions(): readonly Permission[];
}

const READERS = ['sex_boshligi', 'texnolog', 'direktor', 'integrator', 'moliya', ADMIN];
const RBAC_READERS = ['integrator', 'direktor', ADMIN];
const readQuery = validatorOf(
  specsOf({
    role: text({ maxLength: 64 }).optional(),
    status: oneOf('active', 'disabled', 'waiting').optional(),
    page: integer({ min: 1, max: 1_000_000 }).default(1),
    page_size: integer({ min: 1, max: 200 }).default(50),
  }),
  { fromText: true },
);

const LIST: JsonSchema = {
  type: 'object',
  required: ['items'],
  properties: {
    items: { type: 'array', items: { type: 'object' } },
    page: { type: 'integer' },
    page_size: { type: 'integer' },
    total: { type: 'integer' },
  },
};

/** People, roles and permissions for reading (F-API-012…015); changes are operations. */
export function userRoutes(options: UserRouteOptions): RouteDef[] {
  const roles = async ({ locale }: RouteRequest) => ({ items: rolesIn(options, locale) });
  const permissions = async ({ locale }: RouteRequest) => ({
    items: permissionsIn(options, locale),
  });
  return [
    route('/me', 'me', 'Who is signed in, with roles and permissions', '*', (request) =>
      me(options, request),
    ),
    {
      ...route('/users', 'users.list', 'List of users', READERS, (request) =>
        list(options, request),
      ),
    },
    route('/users/:id', 'users.get', 'One user by id or username', READERS, (request) =>
      options.db.read(actorOf(request).organizationId, (tx) =>
        showUser(tx, request.params.id ?? ''),
      ),
    ),
    route('/roles', 'roles.list', 'Roles with their permissions', RBAC_READERS, roles),
    route(
      '/permissions',
      'permissions.list',
      'Permissions with their roles',
      RBAC_READERS,
      permissions,
    ),
    route('/rbac/roles', 'rbac.roles', 'The same as /roles', RBAC_READERS, roles),
    route(
      '/rbac/permissions',
      'rbac.permissions',
      'The same as /permissions',
      RBAC_READERS,
      permissions,
    ),
    route('/service-tokens', 'service_tokens.list', 'Tokens of programs', [ADMIN], (request) =>
      tokens(options, request),
    ),
  ];
}

function route(
  path: string,
  operationId: string,
  summary: string,
  roles: readonly string[] | '*',
  handle: (request: RouteRequest) => Promise<object>,
): RouteDef {
  const lists = path.endsWith('s');
  const parameters = path === '/users' ? ['role', 'status', 'page', 'page_size'] : [];
  return {
    method: 'GET',
    path,
    access: 'user',
    openapi: {
      summary,
      tags: ['users'],
      operationId,
      roles,
      parameters: parameters.map((name) => ({ name, in: 'query' })),
      responses: { 200: { description: 'OK', schema: lists ? LIST : { type: 'object' } } },
    },
    handle,
  };
}

async function me({ db, permissions }: UserRouteOptions, request: RouteRequest): Promise<object> {
  const actor = actorOf(request);
  const allowed = permissions().filter(
    ({ roles }) => roles === '*' || roles.some((role) => actor.roles.includes(role)),
  );
  const common = {
    roles: actor.roles,
    permissions: allowed.map(({ code }) => code),
    organization_id: actor.organizationId,
  };
  if (actor.kind !== 'user' || actor.id === null) {
    return {
      user: { id: actor.id, username: actor.name, kind: actor.kind },
      role: actor.roles[0] ?? null,
      ...common,
    };
  }
  const user = await db.read(actor.organizationId, (tx) => showUser(tx, actor.id ?? ''));
  return { user, role: user.position, ...common };
}

async function list({ db }: UserRouteOptions, request: RouteRequest): Promise<object> {
  const query = readQuery(request.query, request.locale);
  const { page, page_size } = query as { page: number; page_size: number };
  const filter = {
    page,
    pageSize: page_size,
    ...(typeof query.role === 'string' ? { role: query.role } : {}),
    ...(typeof query.status === 'string' ? { status: query.status } : {}),
  };
  const { items, total } = await db.read(actorOf(request).organizationId, (tx) =>
    listUsers(tx, filter),
  );
  return { items, page, page_size, total };
}

async function tokens({ db }: UserRouteOptions, request: RouteRequest): Promise<object> {
  return db.read(actorOf(request).organizationId, async (tx) => {
    const rows = await tx.of(serviceToken).list({}, { sort: 'name' });
    return { items: rows.map(({ token_hash: _, ...shown }) => shown) };
  });
}

function rolesIn({ roles, permissions }: UserRouteOptions, locale: Locale): object[] {
  return Object.entries(roles).map(([code, name]) => ({
    code,
    name: textIn(name, locale) ?? code,
    permissions: permissions()
      .filter((permission) => permission.roles === '*' || permission.roles.includes(code))
      .map((permission) => permission.code),
  }));
}

function permissionsIn({ permissions }: UserRouteOptions, locale: Locale): object[] {
  return permissions().map(({ code, name, roles }) => ({
    code,
    name: textIn(name, locale) ?? code,
    roles,
  }));
}

function textIn(texts: Texts, locale: Locale): string | undefined {
  return typeof texts === 'string' ? texts : (texts[locale] ?? texts.uz ?? texts.en ?? texts.ru);
}

function actorOf(request: RouteRequest): Actor {
  if (request.actor) return request.actor;
  throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
}
