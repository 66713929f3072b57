import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessibilityFaults, loaded } from './browser.ts';
import { until } from './platform.ts';
import { setStage } from './stage.ts';

describe('alerts and channels on the screen', () => {
  const stage = setStage();
  let server: Server;
  const posted: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      request.on('data', (part) => posted.push(String(part)));
      request.on('end', () => response.end('{}'));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', () => ready()));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** A scale whose clock is a day ahead: F-ALT-07. */
  const raise = async (code: string) => {
    await stage.platform.addScale(code);
    await stage.platform.ingest(code, { gross_kg: 1 }, new Date(Date.now() + 86_400_000));
  };

  it('an alert comes by itself, is counted in the menu, taken up, explained and closed', async () => {
    const page = await stage.at('sex_boshligi');
    await page.goto('/alerts');
    await loaded(page);
    await raise('scale-ALERT-1');
    const card = page.locator('[data-alert=clock_skew]').first();
    await card.waitFor();
    await page.locator('.nav__link', { hasText: 'Alerts' }).locator('.nav__count').waitFor();
    await page.locator('[data-test=alert-toast]').getByText('clock of a device').waitFor();
    await page.locator('[data-test=alert-toast]').getByRole('button', { name: 'Close' }).click();
    assert.match((await card.textContent()) ?? '', /clock of a device is ahead/);
    await card.getByText('Why, history and messages').click();
    await card.locator('[data-test=alert-more]').getByText('people were told').waitFor();
    await card.locator('[data-delivery=in_app][data-status=sent]').first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByLabel('Note (optional)').fill('I set its clock');
    await page.locator('[data-test=alert-act]').click();
    await page.locator('[data-alert=clock_skew][data-status=ack]').waitFor();
    await page.getByText('I set its clock').first().waitFor();
    await page.getByRole('button', { name: 'Close alert' }).first().click();
    await page.locator('[data-test=alert-act]').click();
    await page.locator('[data-alert=clock_skew]').waitFor({ state: 'detached' });
    await page.getByRole('radio', { name: 'Closed' }).check();
    await page.locator('[data-alert=clock_skew][data-status=closed]').waitFor();
  });

  it('many are chosen, by shift or all at once, and done together; what could not be is told of each', async () => {
    const page = await stage.at('sex_boshligi');
    await page.goto('/alerts');
    await loaded(page);
    for (const code of ['scale-MANY-1', 'scale-MANY-2', 'scale-MANY-3', 'scale-MANY-4'])
      await raise(code);
    const cards = page.locator('[data-alert=clock_skew]');
    await cards.nth(3).waitFor();
    const bulk = page.locator('[data-test=bulk]');
    const choose = page.locator('[data-alert=clock_skew] [data-test=choose]');
    await choose.nth(0).click();
    await choose.nth(2).click({ modifiers: ['Shift'] });
    await bulk.getByText('3 chosen').waitFor();
    assert.equal(
      await bulk.locator('[data-test=choose-all]').getAttribute('aria-checked'),
      'mixed',
    );
    assert.deepEqual(await accessibilityFaults(page), []);
    await bulk.locator('[data-test=ack-many]').filter({ hasText: 'Acknowledge (3)' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Note (optional)').fill('their clocks are being set');
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.locator('[data-test=bulk-act]').click();
    await page.locator('[data-test=bulk-done]').getByText('Done: 3').waitFor();
    await page.locator('[data-alert=clock_skew][data-status=ack]').nth(2).waitFor();
    assert.equal(await page.getByText('Note: their clocks are being set').count(), 3);

    // Somebody else is first with one of them, while the others are on their way.
    let beaten: string | undefined;
    await page.route('**/api/v1/alerts/*/close', async (route) => {
      const path = new URL(route.request().url()).pathname.replace('/api/v1', '');
      if (beaten === undefined) {
        beaten = path.split('/')[2];
        await stage.platform.call('admin', 'POST', path, {});
      }
      await route.continue();
    });
    await bulk.locator('[data-test=choose-all]').click();
    await bulk.getByText('4 chosen').waitFor();
    await bulk.locator('[data-test=close-many]').click();
    await dialog.locator('[data-test=bulk-act]').click();
    const failed = page.locator('[data-test=bulk-failed]');
    await failed.getByText('Not done: 1').waitFor();
    await failed.getByText('Done: 3').waitFor();
    assert.match(
      (await failed.locator(`[data-failed="${beaten}"]`).textContent()) ?? '',
      /clock of a device is ahead.*closed/is,
    );
    await cards.first().waitFor({ state: 'detached' });
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  it('a channel is set up and tested: what is wrong is said, what is right arrives', async () => {
    const page = await stage.at('integrator');
    await page.goto('/channels');
    await loaded(page);
    const card = page.locator('[data-channel=webhook]');
    const { port } = server.address() as AddressInfo;
    await card.getByLabel('Address (http or https)').fill('http://127.0.0.1:1/in');
    await card.getByLabel('Key of the signature').fill('a-secret-of-sixteen');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Saved').waitFor();
    await card.getByRole('button', { name: 'Send a test' }).click();
    await card.locator('[data-test=tested]').getByText('did not arrive').waitFor();
    await card.getByLabel('Address (http or https)').fill(`http://127.0.0.1:${port}/in`);
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByRole('button', { name: 'Send a test' }).click();
    await card.locator('[data-test=tested]').getByText('was sent').waitFor();
    assert.ok(posted.some((body) => body.includes('"reason":"test"')));
    assert.equal(await card.getByLabel('Key of the signature').inputValue(), '');
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  it('what was given up is seen and sent again', async () => {
    const { port } = server.address() as AddressInfo;
    const set = (path: string, enabled = true) =>
      stage.platform.call('integrator', 'PUT', '/channels/webhook', {
        enabled,
        settings: { url: `http://127.0.0.1:${port}${path}`, secret: 'a-secret-of-sixteen' },
      });
    await set('/in');
    await stage.platform.call('integrator', 'PUT', '/channels/email', {
      settings: { host: '127.0.0.1', port: 1, security: 'none', from: 'q@plant.example' },
    });
    await stage.platform.call('integrator', 'PUT', '/addresses/email', {
      address: 'nobody@plant.example',
    });
    const { delivery_id } = await stage.platform.call<{ delivery_id: string }>(
      'integrator',
      'POST',
      '/channels/email/test',
      {},
    );
    await until('the test is given up', async () => {
      const found = await stage.platform.call<{ status: string }>(
        'integrator',
        'GET',
        `/deliveries/${delivery_id}`,
      );
      return found.status === 'dead' ? true : undefined;
    });
    const page = await stage.at('integrator');
    await page.goto('/channels');
    await loaded(page);
    const line = page.locator('[data-delivery=email][data-status=dead]').first();
    await line.waitFor();
    await line.getByRole('button', { name: 'Send again' }).click();
    await page.locator('[data-delivery=email][data-status=dead]').first().waitFor();
  });

  it('a person keeps an address and quiet hours of his own', async () => {
    const page = await stage.at('operator', { locale: 'ru' });
    await page.goto('/channels');
    await loaded(page);
    const address = page.getByLabel(/Эл\. почта/);
    await address.fill('not an address');
    await address.press('Enter');
    await page.locator('[data-test=refusal]').waitFor();
    await address.fill('operator@plant.example');
    await address.press('Enter');
    await page.getByText('Сохранено').first().waitFor();
    await page.getByRole('button', { name: 'Добавить тихие часы' }).click();
    await page.getByLabel('Причина').fill('сплю');
    await page.locator('[data-test=silence-save]').click();
    await page.locator('[data-test=silence]').filter({ hasText: '22:00–07:00' }).waitFor();
    await page.getByRole('button', { name: 'Закончить' }).click();
    await page.locator('[data-test=silence]').waitFor({ state: 'detached' });
    assert.deepEqual(await accessibilityFaults(page), []);
  });
});
