import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envelope, type Platform, rawGet, startPlatform } from './support.ts';

describe('files of the web app', () => {
  let platform: Platform;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qoida-static-'));
    const app = join(folder, 'dist');
    await mkdir(join(app, 'assets'), { recursive: true });
    await writeFile(join(app, 'index.html'), '<title>Qoida</title>');
    await writeFile(join(app, 'assets', 'index-B7d93kQz.js'), 'app()');
    await writeFile(join(app, 'logo.svg'), '<svg/>');
    await writeFile(join(app, '.env'), 'SECRET=1');
    await writeFile(join(folder, 'secrets.json'), 'SECRET=2');
    await symlink(join(app, 'logo.svg'), join(app, 'link.svg'));
    platform = await startPlatform({ staticDir: app });
  });
  after(async () => {
    await platform.end();
    await rm(folder, { recursive: true });
  });
  const get = (path: string, accept = 'text/html') =>
    fetch(platform.url + path, { headers: { Accept: accept } });

  it('serves the first page, never from an old copy', async () => {
    const page = await get('/');
    assert.equal(await page.text(), '<title>Qoida</title>');
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.ok(page.headers.get('content-security-policy'));
  });

  it('serves hashed assets for ever, others checked again', async () => {
    const asset = await get('/assets/index-B7d93kQz.js', '*/*');
    assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.match(asset.headers.get('content-type') ?? '', /javascript/);
    const logo = await get('/logo.svg', 'image/*');
    assert.equal(logo.headers.get('cache-control'), 'no-cache');
    const again = await rawGet(platform, '/logo.svg', {
      'If-None-Match': logo.headers.get('etag') ?? '',
    });
    assert.equal(again.status, 304);
  });

  it('addresses of the app’s own router get its first page, missing files and the API don’t', async () => {
    for (const path of ['/kiosk', '/rules/factory.packing/edit', '/setup?token=abc']) {
      assert.equal(await (await get(path)).text(), '<title>Qoida</title>', path);
    }
    assert.equal((await get('/assets/gone-A1b2C3d4.js')).status, 404);
    const page = await get('/rules/factory.balance', 'text/html');
    assert.equal(page.status, 200, 'a name with a dot is an address of the app too');
    assert.equal((await get('/kiosk', 'application/json')).status, 404);
    const api = await get('/api/v1/nothing');
    assert.equal((await envelope(api)).error.reason, 'unknown_route');
    assert.equal((await fetch(`${platform.url}/kiosk`, { method: 'POST' })).status, 404);
  });

  it('nothing outside the folder and no hidden file can be had', async () => {
    const ways = [
      '/../secrets.json',
      '/..%2fsecrets.json',
      '/%2e%2e/secrets.json',
      '/assets/../../secrets.json',
      '/assets/..%5c..%5csecrets.json',
      '/%252e%252e%252fsecrets.json',
      '//secrets.json',
      '/.env',
      '/assets/%2e%2e/.env',
      '/assets',
    ];
    for (const path of ways) {
      const { status, text } = await rawGet(platform, path);
      assert.ok(status === 400 || status === 404, `${path} → ${status}`);
      assert.ok(!text.includes('SECRET'), path);
    }
  });
});
