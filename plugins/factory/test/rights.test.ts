import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Answer, clientOf, type TestClient } from '@qoida/core/testing';
import { Plant } from './support/plant.ts';

/** Short names of F-ANX-RBAC. */
const ROLES = {
  DIR: 'direktor',
  TEX: 'texnolog',
  SEX: 'sex_boshligi',
  OPR: 'operator',
  SHP: 'shop_op',
  MAI: 'main_ombor',
  OTK: 'otk',
  DRB: 'drabilka_op',
  FGO: 'fg_ombor',
  MOL: 'moliya',
  INT: 'integrator',
} as const;
type Role = keyof typeof ROLES;
const ALL = Object.keys(ROLES) as Role[];

/** Endpoint → who may, as the permission matrix and the table of endpoints have it. `{id}` names nothing. */
const MATRIX: readonly (readonly [string, string])[] = [
  ['F-RBAC-01 POST /stock/requests', 'SEX SHP'],
  ['F-RBAC-01 POST /stock/requests/{id}/cancel', 'SEX SHP'],
  ['F-RBAC-02 POST /stock/transfers/main-to-shop', 'MAI SHP'],
  ['F-RBAC-02 POST /stock/transfers/{id}/receive', 'MAI SHP'],
  ['F-RBAC-02 POST /stock/transfers/{id}/cancel', 'MAI SHP'],
  ['F-RBAC-02 POST /stock/transfers/{id}/accept-discrepancy', 'SEX'],
  ['F-RBAC-02 GET /stock/transfers', 'DIR TEX SEX SHP MAI INT'],
  ['F-RBAC-03 POST /stock/shop/snapshot', 'SHP'],
  ['F-RBAC-04 POST /stock/adjust', 'MAI SHP'],
  ['F-RBAC-05 POST /sessions', 'SEX'],
  ['F-RBAC-05 PATCH /sessions/{id}/pause', 'SEX TEX OPR'],
  ['F-RBAC-05 PATCH /sessions/{id}/resume', 'SEX TEX'],
  ['F-RBAC-05 PATCH /sessions/{id}/close', 'SEX'],
  ['F-RBAC-05 PATCH /sessions/{id}/operators', 'SEX'],
  ['F-API-043 GET /sessions/{id}/balance/preview', 'SEX TEX DIR OPR OTK'],
  ['F-API-045 GET /sessions/{id}/investigate', 'SEX TEX DIR'],
  ['F-API-107 GET /dash/session-live', 'SEX TEX DIR OPR'],
  ['F-RBAC-06 POST /sessions/{id}/inputs', 'SEX OPR SHP'],
  ['F-RBAC-07 POST /sessions/{id}/reopen', 'SEX TEX OTK MOL'],
  ['F-RBAC-08 POST /master/recipes', 'TEX INT'],
  ['F-RBAC-08 POST /master/recipes/{id}/publish', 'TEX'],
  ['F-RBAC-08 POST /sessions/{id}/recipe-change', 'SEX'],
  ['F-RBAC-09 POST /packages', 'SEX OPR'],
  ['F-RBAC-09 POST /packages/{id}/review/submit', 'SEX OPR'],
  ['F-RBAC-10 POST /packages/{id}/void', 'SEX OPR'],
  ['F-API-127 PATCH /packages/{id}', 'SEX OPR'],
  ['F-RBAC-11 POST /qc/decide', 'OTK'],
  ['F-API-055 GET /qc/queue', 'OTK SEX TEX'],
  ['F-RBAC-12 POST /packages/{id}/degaz/done', 'SEX TEX'],
  ['F-RBAC-12 POST /sessions/{id}/degaz/done', 'SEX TEX'],
  ['F-OP-07 GET /degaz/queue', 'SEX TEX OPR OTK DIR FGO'],
  ['F-RBAC-13 POST /rework/dispose', 'DRB SEX'],
  ['F-API-121 POST /sessions/{id}/scrap', 'OPR SEX DRB'],
  ['F-RBAC-20 PATCH /devices/{id}/calibration', 'INT'],
  ['F-RBAC-22 GET /audit', 'DIR INT TEX SEX MOL'],
  ['F-API-134 GET /audit/verify', 'DIR INT'],
  ['F-RBAC-23 POST /master/skus', 'INT'],
  ['F-RBAC-23 POST /master/qualifications', 'TEX'],
  ['F-RBAC-23 GET /master/skus', ALL.join(' ')],
  ['F-API-013 GET /users', 'SEX TEX DIR INT MOL'],
  ['F-API-014 GET /roles', 'INT DIR'],
  ['F-API-015 GET /rbac/permissions', 'INT DIR'],
  ['F-API-020 GET /devices', ALL.join(' ')],
  ['F-API-022 GET /devices/health', 'INT SEX TEX DIR'],
  ['F-API-025 GET /ingest/scale-events', 'INT SEX TEX'],
  ['F-API-034 GET /stock/locations', ALL.join(' ')],
  ['F-API-035 GET /stock/items', ALL.join(' ')],
  ['F-API-047 GET /sessions', ALL.join(' ')],
  ['F-API-100 GET /gates', ALL.join(' ')],
  ['F-API-133 GET /approvals', ALL.join(' ')],
];

/** What may be asked without a sign-in: nothing of the plant. */
const PUBLIC = [
  'GET /auth/setup',
  'GET /openapi.json',
  'POST /auth/login',
  'POST /auth/password',
  'POST /auth/register',
  'POST /auth/setup',
];

describe('F-M12-01 rights', () => {
  let plant: Plant;
  const people = new Map<Role, TestClient>();
  before(async () => {
    plant = await Plant.start();
    for (const role of ALL) people.set(role, await plant.as(ROLES[role]));
  });
  after(() => plant.stop());

  function ask(as: TestClient, endpoint: string): Promise<Answer> {
    const [method, path = ''] = endpoint.split(' ');
    const where = path.replace(/\{\w+\}/g, () => randomUUID());
    if (method === 'GET') return as.get(where);
    if (method === 'DELETE') return as.delete(where);
    if (method === 'PUT') return as.put(where, {});
    return method === 'PATCH' ? as.patch(where, {}) : as.post(where, {});
  }

  for (const [name, who] of MATRIX) {
    const [id, ...endpoint] = name.split(' ');
    it(`F-UT-152 ${id} ${endpoint.join(' ')}: ${who === ALL.join(' ') ? 'everybody' : who}`, async () => {
      const may: Role[] = [];
      for (const role of ALL) {
        const answer = await ask(people.get(role) as TestClient, endpoint.join(' '));
        assert.ok(![401, 405, 429, 500].includes(answer.status), `${role}: ${answer.status}`);
        if (answer.status !== 403) may.push(role);
        else assert.equal(answer.body.error.code, 'forbidden');
      }
      assert.deepEqual(may.sort(), who.split(' ').sort());
    });
  }

  it('every endpoint that is documented asks for a sign-in, but those of the sign-in itself', async () => {
    const { paths } = (await plant.platform.admin.get('/openapi.json')).body;
    const nobody = clientOf(plant.platform.url, '');
    const open: string[] = [];
    for (const [path, methods] of Object.entries(paths as Record<string, object>)) {
      for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
        if (!['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].includes(method)) continue;
        const { status } = await ask(nobody, `${method} ${path}`);
        if (status !== 401) open.push(`${method} ${path}`);
      }
    }
    assert.deepEqual(open.sort(), [...PUBLIC].sort());
  });

  it('every endpoint says who may, and by names of roles that there are', async () => {
    const { paths } = (await plant.platform.admin.get('/openapi.json')).body;
    // Devices that connect by themselves have a role of their own, which nobody can be given.
    const known = new Set(['device']);
    for (const { code } of (await plant.platform.admin.get('/roles')).body.items) known.add(code);
    const declared = paths as Record<string, Record<string, { 'x-roles'?: unknown }>>;
    for (const [path, methods] of Object.entries(declared)) {
      for (const [method, { 'x-roles': roles }] of Object.entries(methods)) {
        const said =
          roles === '*' || (Array.isArray(roles) && roles.every((one) => known.has(one)));
        assert.ok(said || roles === undefined, `${method} ${path}: ${JSON.stringify(roles)}`);
      }
    }
  });
});
