import assert from 'node:assert/strict';
import { quantity, specsOf, text } from '../../src/api/fields.ts';
import { jsonSchemaOf } from '../../src/api/json-schema.ts';
import {
  authRoutes,
  createLog,
  createMetrics,
  openApiOf,
  openApiRoute,
  type RouteDef,
  streamRoute,
  systemRoutes,
  userRoutes,
} from '../../src/http/index.ts';
import { envelope, type Platform, route, startPlatform } from './support.ts';

describe('health, readiness, metrics', () => {
  let platform: Platform;
  let ok = true;
  const metrics = createMetrics();
  before(async () => {
    platform = await startPlatform({
      metrics,
      settings: { API_RATE_LIMIT_RPM: 100, TRUSTED_PROXIES: ['10.0.0.0/8'] },
      rootRoutes: systemRoutes({
        metrics,
        metricsToken: 'a-token-of-the-collector',
        ready: async () => ({ ok, checks: { database: ok ? 'ok' : 'no answer' } }),
      }),
      routes: [route('GET', '/things/:id', async () => ({}))],
    });
  });
  after(() => platform.end());

  it('/health lives even when /ready says 503', async () => {
    assert.equal((await fetch(`${platform.url}/ready`)).status, 200);
    ok = false;
    const ready = await fetch(`${platform.url}/ready`);
    assert.equal(ready.status, 503);
    assert.deepEqual(await ready.json(), {
      status: 'not_ready',
      checks: { database: 'no answer' },
    });
    assert.equal((await fetch(`${platform.url}/health`)).status, 200);
  });

  it('F-TEL-01 durations are counted by route template, whatever addresses were asked', async () => {
    for (const id of ['1', '2', '3']) await fetch(`${platform.url}/api/v1/things/${id}`);
    for (const path of ['/wp-admin', '/x/y/z']) await fetch(platform.url + path);
    const response = await fetch(`${platform.url}/metrics`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
    const text = await response.text();
    const counts = text
      .split('\n')
      .filter((line) => line.startsWith('api_http_request_duration_seconds_count'));
    const count = (label: string) =>
      counts.filter((line) => line.includes(label)).map((line) => line.split(' ').at(-1));
    assert.deepEqual(count('route="/api/v1/things/:id",method="GET",status="200"'), ['3']);
    assert.deepEqual(count('route="unmatched"'), ['2']);
    assert.ok(!text.includes('wp-admin'));
  });

  it('F-TEL-02 F-TEL-03 the counters of ingest and gates are there for their owners', async () => {
    metrics.ingested.inc({ device_id: 'scale-1', status: 'accepted' }, 5);
    metrics.gateHits.inc({ gate_type: 'calibration_expired' });
    metrics.gauge('session_delta_kg', 'delta', ['workcenter']).set({ workcenter: 'E1' }, -1.5);
    assert.equal(
      metrics.gauge('session_delta_kg', 'delta'),
      metrics.gauge('session_delta_kg', 'delta'),
    );
    const { text } = await metrics.render();
    assert.match(text, /ingest_events_total\{device_id="scale-1",status="accepted"\} 5/);
    assert.match(text, /gate_hits_total\{gate_type="calibration_expired"\} 1/);
    assert.match(text, /session_delta_kg\{workcenter="E1"\} -1.5/);
  });

  it('metrics that came through a proxy need the token', async () => {
    const get = (headers: Record<string, string>) => fetch(`${platform.url}/metrics`, { headers });
    const outside = await get({ 'X-Forwarded-For': '127.0.0.1' });
    assert.equal(outside.status, 401);
    assert.equal((await envelope(outside)).error.reason, 'metrics_token_required');
    const proxied = { 'X-Forwarded-For': '203.0.113.9' };
    assert.equal((await get({ ...proxied, Authorization: 'Bearer wrong' })).status, 401);
    assert.equal(
      (await get({ ...proxied, Authorization: 'Bearer a-token-of-the-collector' })).status,
      200,
    );
  });

  it('the page of the API is ours alone: no address of another host, no script in the page', async () => {
    const page = await (await fetch(`${platform.url}/api/docs`)).text();
    assert.ok(!/https?:\/\//.test(page) && !/<script>|onclick=|style=/.test(page));
    for (const [, path] of page.matchAll(/(?:src|href)="(\/api\/docs\/[^"]+)"/g)) {
      const file = await fetch(platform.url + path);
      assert.equal(file.status, 200, path);
      const text = await file.text();
      assert.ok(!/https?:\/\/|innerHTML|eval\(/.test(text), path);
      for (const [, imported] of text.matchAll(/from '\.\/([^']+)'/g)) {
        assert.equal((await fetch(`${platform.url}/api/docs/${imported}`)).status, 200, imported);
      }
    }
  });
});

describe('F-API-009 OpenAPI', () => {
  const pack = { kg: quantity('kg', { resolution: 0.001 }), label: text() };
  const own: RouteDef[] = [
    {
      ...route('POST', '/packages/:id/close', async () => ({})),
      access: 'user',
      openapi: {
        summary: 'Close a package',
        tags: ['packages'],
        operationId: 'package.close',
        roles: ['operator'],
        requestBody: jsonSchemaOf(specsOf(pack), { input: true }),
        responses: { 200: { description: 'OK', schema: { $ref: '#/components/schemas/package' } } },
      },
    },
  ];
  const routes = [
    ...own,
    ...authRoutes(null as never, null as never, ''),
    ...userRoutes({ db: null as never, roles: {}, permissions: () => [] }),
    streamRoute({ hub: null as never }),
  ];
  const options = {
    title: 'Qoida',
    version: '0.1.0',
    routes,
    schemas: { package: jsonSchemaOf(specsOf(pack), { input: false }) },
  };
  const document = openApiOf({
    ...options,
    routes: [...routes, openApiRoute(options)],
  }) as unknown as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
  };
  interface Operation {
    operationId: string;
    summary: string;
    tags: string[];
    security: object[];
    responses: Record<string, object>;
    parameters?: { name: string; in: string; required: boolean; schema: object }[];
  }
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );

  it('has every route, each with responses, a summary, a tag and an id of its own', () => {
    assert.equal(document.openapi, '3.1.0');
    assert.equal(operations.length, routes.length + 1);
    for (const { path, operation } of operations) {
      assert.ok(Object.keys(operation.responses).length > 0, path);
      assert.ok(
        Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)),
        path,
      );
      assert.ok(operation.summary && operation.tags.length > 0, path);
    }
    assert.equal(
      new Set(operations.map(({ operation }) => operation.operationId)).size,
      operations.length,
    );
  });

  it('describes every parameter of a path, as required', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const told = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      assert.deepEqual(
        told.map(({ name }) => name),
        inPath,
        path,
      );
      assert.ok(told.every(({ required }) => required));
      assert.ok(!path.includes(':'), path);
    }
  });

  it('resolves every reference', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    assert.ok(refs.length > 20);
    for (const ref of refs) {
      const target = ref
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
      assert.ok(target, ref);
    }
  });

  it('public routes ask for no sign-in, the others say who may', () => {
    const close = document.paths['/packages/{id}/close']?.post as Operation & {
      'x-roles': string[];
    };
    assert.deepEqual(close.security, [{ bearer: [] }]);
    assert.deepEqual(close['x-roles'], ['operator']);
    assert.ok(close.responses['401'] && close.responses['403']);
    assert.deepEqual(document.paths['/auth/login']?.post?.security, []);
  });
});

describe('log', () => {
  const write = (readable: boolean, work: (log: ReturnType<typeof createLog>) => void) => {
    const lines: string[] = [];
    work(createLog({ level: 'info', readable, write: (line) => void lines.push(line) }));
    return lines;
  };

  it('F-SEC-12 strikes out secrets by their name, at any usual depth', () => {
    const [line = ''] = write(false, (log) =>
      log.info(
        {
          user: 'ali',
          password: 'x1',
          headers: { authorization: 'x2' },
          a: { b: { token: 'x3' } },
        },
        'hello',
      ),
    );
    assert.ok(!/x[123]/.test(line), line);
    const entry = JSON.parse(line) as Record<string, unknown>;
    assert.equal(entry.user, 'ali');
    assert.equal(entry.msg, 'hello');
    assert.match(String(entry.time), /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('is one readable line on a terminal, with the stack of an error below', () => {
    const [line = '', fault = ''] = write(true, (log) => {
      log.debug({}, 'not written');
      log.info({ route: '/a', status: 200, user: undefined }, 'request');
      log.error({ err: new Error('broken') }, 'failed');
    });
    assert.match(line, /^\d\d:\d\d:\d\d info {2}request route=\/a status=200\n$/);
    assert.match(fault, /error failed\nError: broken\n {4}at /);
  });
});
