import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import { Reply } from '../../src/api/operations.ts';
import { HttpReply, uniqueRoutes } from '../../src/http/index.ts';
import { envelope, type Platform, rawBytes, rawGet, route, startPlatform } from './support.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SECRET = 'password=hunter2';

const routes = [
  route('GET', '/things/health', async () => ({ which: 'health' })),
  route('GET', '/things/:id', async ({ params, query }) => ({ params, query })),
  route(
    'POST',
    '/things',
    async ({ body, rawBody }) => new Reply(201, { body, bytes: rawBody.length }),
  ),
  route(
    'POST',
    '/raw',
    async ({ body, rawBody }) => ({ body: body ?? null, text: rawBody.toString() }),
    {
      raw: true,
      bodyLimit: 10,
    },
  ),
  route('DELETE', '/things/:id', async () => undefined),
  route('GET', '/quality', async ({ actor }) => ({ name: actor?.name }), {
    access: 'user',
    roles: ['otk'],
  }),
  route('GET', '/fault', async () => {
    throw new Error(SECRET);
  }),
  route('GET', '/gate', async () => {
    throw new Refusal('gate_blocked', 'calibration_expired', 'The scale is out of term', {
      device: 'E1',
    });
  }),
  route('GET', '/busy', async () => {
    throw new Refusal('unavailable', 'overloaded', 'Busy', {}, { retryAfter: 3 });
  }),
  route(
    'GET',
    '/label',
    async () => new HttpReply(200, '<svg/>', { 'Content-Type': 'image/svg+xml' }),
  ),
  route('GET', '/locale', async ({ locale }) => ({ locale })),
];

describe('gateway', () => {
  let platform: Platform;
  before(async () => {
    platform = await startPlatform({
      routes,
      translate: (reason, locale) =>
        reason === 'calibration_expired' ? `${locale}: ${reason}` : undefined,
    });
  });
  after(() => platform.end());
  const call = (path: string, init?: RequestInit) => fetch(`${platform.url}/api/v1${path}`, init);
  const post = (path: string, body: string, type = 'application/json') =>
    call(path, { method: 'POST', body, headers: { 'Content-Type': type } });

  it('answers a plain object without an envelope, and the most exact route wins', async () => {
    assert.deepEqual(await (await call('/things/health')).json(), { which: 'health' });
    const named = await call('/things/scale%2DE1?page=2&page=3');
    assert.deepEqual(await named.json(), { params: { id: 'scale-E1' }, query: { page: '3' } });
    assert.equal(named.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(named.headers.get('cache-control'), 'no-store');
  });

  it('keeps the status of a Reply, and answers 204 for nothing', async () => {
    const made = await post('/things', '{"a":[1,{"b":null}]}');
    assert.equal(made.status, 201);
    assert.deepEqual(await made.json(), { body: { a: [1, { b: null }] }, bytes: 20 });
    assert.equal((await call('/things/1', { method: 'DELETE' })).status, 204);
    const label = await call('/label');
    assert.equal(label.headers.get('content-type'), 'image/svg+xml');
    assert.equal(await label.text(), '<svg/>');
  });

  it('F-API-006 a refusal is the envelope, its message in the language asked for', async () => {
    const response = await call('/gate', { headers: { 'X-Locale': 'ru' } });
    assert.equal(response.status, 409);
    const body = await envelope(response);
    assert.equal(body.success, false);
    assert.deepEqual(body.error, {
      code: 'gate_blocked',
      reason: 'calibration_expired',
      message: 'ru: calibration_expired',
      details: { reason: 'calibration_expired', device: 'E1' },
    });
    assert.match(body.trace_id, UUID);
    assert.equal(response.headers.get('x-request-id'), body.request_id);
  });

  it('F-API-006 F-SECL-13 an error that is no refusal shows nothing of its inside, and is logged', async () => {
    const response = await call('/fault');
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.ok(!text.includes('hunter2') && !text.includes('at '), text);
    const trace = (JSON.parse(text) as { trace_id: string }).trace_id;
    const logged = platform.lines.find(({ fields }) => fields.err && fields.trace_id === trace);
    assert.match(String(logged?.fields.err), new RegExp(SECRET));
  });

  it('F-API-007 F-TST-17 nobody signed in is 401, F-TST-18 another role is 403', async () => {
    const nobody = await call('/quality');
    assert.equal(nobody.status, 401);
    assert.equal(nobody.headers.get('www-authenticate'), 'Bearer');
    assert.equal((await envelope(nobody)).error.code, 'unauthorized');
    const other = await call('/quality', { headers: { Authorization: 'Bearer operator' } });
    assert.equal(other.status, 403);
    assert.deepEqual((await envelope(other)).error.details.roles, ['otk']);
    const right = await call('/quality', { headers: { Authorization: 'Bearer operator.otk' } });
    assert.deepEqual(await right.json(), { name: 'operator' });
  });

  it('F-API-007 malformed JSON is 400, and so is a body of another type', async () => {
    for (const [body, type, reason] of [
      ['{"a":', 'application/json', 'malformed_json'],
      ['{"a":1,"a":2}', 'application/json', 'duplicate_key'],
      ['{"x":{"__proto__":{"admin":true}}}', 'application/json', 'forbidden_key'],
      ['a=1', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
      ['{}', 'text/plain', 'unsupported_media_type'],
    ] as const) {
      const response = await post('/things', body, type);
      assert.equal(response.status, 400, body);
      assert.equal((await envelope(response)).error.reason, reason, body);
    }
    assert.equal(({} as { admin?: boolean }).admin, undefined);
    const zipped = await call('/things', {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    });
    assert.equal((await envelope(zipped)).error.reason, 'unsupported_encoding');
  });

  it('a body over the limit is 413, whether its length is told or not', async () => {
    assert.deepEqual(await (await post('/raw', '0123456789', 'text/csv')).json(), {
      body: null,
      text: '0123456789',
    });
    const told = await post('/raw', '01234567890');
    assert.equal(told.status, 413);
    assert.equal((await envelope(told)).error.reason, 'body_too_large');
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 20; i += 1) controller.enqueue(new TextEncoder().encode('01234'));
        controller.close();
      },
    });
    const untold = await call('/raw', {
      method: 'POST',
      body: chunks,
      duplex: 'half',
    } as RequestInit);
    assert.equal(untold.status, 413);
  });

  it('an unknown address or method is 404 in the envelope', async () => {
    for (const response of [
      await call('/nothing'),
      await call('/things', { method: 'PUT' }),
      await fetch(`${platform.url}/api/v2/things`),
      await fetch(`${platform.url}/api`),
      await call('/Things/1'),
    ]) {
      assert.equal(response.status, 404);
      assert.equal((await envelope(response)).error.reason, 'unknown_route');
    }
  });

  it('an operation that there is not is named', async () => {
    for (const path of ['/operations/thing.misspelt', '/operations/thing.misspelt/check']) {
      const response = await call(path, { method: 'POST', body: '{}' });
      assert.equal(response.status, 404);
      const { error } = await envelope(response);
      assert.equal(error.reason, 'unknown_operation');
      assert.match(error.message, /thing\.misspelt/);
    }
  });

  it('paths that two readers could read differently are refused', async () => {
    const paths = [
      '/api/v1/things/../gate',
      '/api/v1/things/%2e%2e/gate',
      '/api/v1//things/1',
      '/api/v1/things/..%2fgate',
      '/api/v1/things/a%5cb',
      '/api/v1/things/%00',
      '/api/v1/things/%zz',
      'http://example.org/api/v1/gate',
    ];
    for (const path of paths) {
      const { status, text } = await rawGet(platform, path);
      assert.equal(status, 400, path);
      assert.equal(
        (JSON.parse(text) as { error: { reason: string } }).error.reason,
        'bad_path',
        path,
      );
    }
  });

  it('a broken HTTP request gets a bare 400, and too long headers 431', async () => {
    assert.match(await rawBytes(platform, 'GARBAGE\r\n\r\n'), /^HTTP\/1\.1 400 /);
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`;
    assert.match(await rawBytes(platform, long), /^HTTP\/1\.1 431 /);
  });

  it('F-API-007 503 and 429 say when to come again', async () => {
    const response = await call('/busy');
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '3');
  });

  it('F-TEL-11 the trace id of the caller runs through, a bad one is replaced', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const response = await call('/gate', {
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
    });
    assert.equal((await envelope(response)).trace_id.replaceAll('-', ''), trace);
    const own = crypto.randomUUID();
    assert.equal(
      (await envelope(await call('/gate', { headers: { 'X-Trace-Id': own } }))).trace_id,
      own,
    );
    const bad = await envelope(
      await call('/gate', { headers: { 'X-Trace-Id': 'x\tx', 'X-Request-Id': 'a b<c>' } }),
    );
    assert.match(bad.trace_id, UUID);
    assert.equal(bad.request_id, bad.trace_id);
    const kept = await call('/things/1', { headers: { 'X-Request-Id': 'order-12345' } });
    assert.equal(kept.headers.get('x-request-id'), 'order-12345');
  });

  it('F-API-006 S-OP-08 the request’s id is the trace id, by both names and in both headers', async () => {
    const ids = async (headers: Record<string, string>) => {
      const response = await call('/gate', { headers });
      const { trace_id, request_id } = await envelope(response);
      return [
        ...[trace_id, request_id],
        ...[response.headers.get('x-trace-id'), response.headers.get('x-request-id')],
      ];
    };
    const fresh = await ids({});
    assert.match(String(fresh[0]), UUID);
    assert.deepEqual(new Set(fresh).size, 1);
    const own = crypto.randomUUID();
    for (const name of ['X-Request-Id', 'X-Trace-Id'])
      assert.deepEqual(await ids({ [name]: own }), [own, own, own, own], name);
  });

  it('the language is X-Locale, then the browser’s, then Uzbek', async () => {
    const locale = async (headers: Record<string, string>) =>
      (await call('/locale', { headers })).json();
    assert.deepEqual(await locale({ 'X-Locale': 'en', 'Accept-Language': 'ru' }), { locale: 'en' });
    assert.deepEqual(await locale({ 'Accept-Language': 'de, ru-RU;q=0.8' }), { locale: 'ru' });
    assert.deepEqual(await locale({ 'X-Locale': '../en', 'Accept-Language': 'de' }), {
      locale: 'uz',
    });
  });

  it('security headers stand on every answer', async () => {
    for (const response of [
      await call('/things/1'),
      await call('/nothing'),
      await call('/fault'),
    ]) {
      const { headers } = response;
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
      const policy = headers.get('content-security-policy') ?? '';
      for (const part of [
        "default-src 'self'",
        "worker-src 'self' blob:",
        "frame-ancestors 'self'",
      ]) {
        assert.ok(policy.includes(part), part);
      }
      assert.ok(!/script-src[^;]*unsafe/.test(policy));
      assert.equal(headers.get('x-powered-by'), null);
    }
  });

  it('F-TEL-10 each request is one log line with trace, user, route, object, status; no secrets', async () => {
    const trace = crypto.randomUUID();
    await call('/things/42?token=hunter2', {
      headers: { 'X-Trace-Id': trace, Authorization: 'Bearer hunter3' },
    });
    const lines = platform.lines.filter(({ fields }) => fields.trace_id === trace);
    assert.equal(lines.length, 1);
    const { route: path, object_id, status, method } = lines[0]?.fields ?? {};
    assert.deepEqual(
      { path, object_id, status, method },
      {
        path: '/api/v1/things/:id',
        object_id: '42',
        status: 200,
        method: 'GET',
      },
    );
    assert.ok(!JSON.stringify(lines).includes('hunter'));
  });

  it('the bus can neither add nor remove nor list routes', async () => {
    const { ServiceBroker } = await import('moleculer');
    const { gatewayService } = await import('../../src/http/index.ts');
    const broker = new ServiceBroker({ logger: false, nodeID: 'bus' });
    broker.createService(
      gatewayService({
        routes,
        rootRoutes: [],
        auth: null,
        limits: null,
        log: null,
        translate: null,
      } as never) as never,
    );
    await broker.start();
    const offered = broker.registry.getActionList({ onlyLocal: true }).map(({ name }) => name);
    // `api.rest` is private; what would stand here could be called by any node.
    assert.deepEqual(
      offered.filter((name) => name.startsWith('api.')),
      [],
    );
    assert.ok(broker.getLocalService('api'));
    await broker.stop();
  });
});

describe('routes', () => {
  const answer = async () => undefined;
  it('a route claimed twice stops the start', () => {
    const twice = [route('GET', '/users/:id', answer), route('GET', '/users/:name', answer)];
    assert.throws(() => uniqueRoutes(twice), /two routes answer GET \/users\/:name/);
  });

  it('a fallback gives way, wherever it stands', () => {
    const special = route('GET', '/users', answer);
    const generic = route('GET', '/users', answer, { fallback: true });
    assert.equal(uniqueRoutes([generic, special]).get('GET /users'), special);
    assert.equal(uniqueRoutes([generic]).get('GET /users'), generic);
  });
});
