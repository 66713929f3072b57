import assert from 'node:assert/strict';
import { envelope, rawBytes, rawGet, route, startPlatform } from './support.ts';

describe('F-SEC-09 rate limits', () => {
  it('counts each user by themselves, checks apart, and says when to come again', async () => {
    const platform = await startPlatform({
      settings: { API_RATE_LIMIT_RPM: 3, CHECK_RATE_LIMIT_RPM: 2 },
      routes: [
        route('GET', '/a', async () => ({}), { access: 'user' }),
        route('POST', '/check', async () => ({}), { access: 'user', rateLimit: 'check' }),
        route('GET', '/free', async () => ({}), { access: 'user', rateLimit: 'none' }),
      ],
    });
    const status = async (user: string, path: string, method = 'GET') =>
      (
        await fetch(`${platform.url}/api/v1${path}`, {
          method,
          headers: { Authorization: `Bearer ${user}` },
        })
      ).status;
    try {
      for (const expected of [200, 200, 200, 429, 429])
        assert.equal(await status('operator', '/a'), expected);
      assert.equal(await status('otk', '/a'), 200);
      for (const expected of [200, 200, 429])
        assert.equal(await status('operator', '/check', 'POST'), expected);
      assert.equal(await status('operator', '/free'), 200);
      const refused = await fetch(`${platform.url}/api/v1/a`, {
        headers: { Authorization: 'Bearer operator' },
      });
      assert.ok(Number(refused.headers.get('retry-after')) >= 1);
      assert.equal((await envelope(refused)).error.code, 'rate_limited');
      for (const expected of [401, 401, 401, 429]) assert.equal(await status('?', '/a'), expected);
    } finally {
      await platform.end();
    }
  });
});

describe('proxied applications', () => {
  it('answer everything under their prefix and nothing beside it', async () => {
    const seen: string[] = [];
    const platform = await startPlatform({
      proxies: [
        {
          prefix: '/red',
          handle(req, res) {
            seen.push(req.url ?? '');
            res.end('proxied');
          },
          upgrade: (_req, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
        },
      ],
      upgrade: (req) => req.url === '/never',
    });
    try {
      const inside = await fetch(`${platform.url}/red/flows?x=1`);
      assert.equal(await inside.text(), 'proxied');
      assert.equal(inside.headers.get('content-security-policy'), null);
      assert.equal(inside.headers.get('x-content-type-options'), 'nosniff');
      assert.equal((await fetch(`${platform.url}/redirect`)).status, 404);
      assert.equal((await rawGet(platform, '/red/%2e%2e/api/v1/x')).status, 400);
      assert.deepEqual(seen, ['/red/flows?x=1']);
      const upgrade = (path: string) =>
        rawBytes(
          platform,
          `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        );
      assert.match(await upgrade('/red/comms'), /^HTTP\/1\.1 101 /);
      assert.match(await upgrade('/ws'), /^HTTP\/1\.1 404 /);
      assert.match(await upgrade('/red/../ws'), /^HTTP\/1\.1 400 /);
    } finally {
      await platform.end();
    }
  });
});
