import assert from 'node:assert/strict';
import { accessibilityFaults, loaded, openScreen } from './browser.ts';
import { layLine } from './line.ts';
import { load, openSession, setStage } from './stage.ts';

const PAGES: readonly [string, string][] = [
  ['operator', '/'],
  ['operator', '/kiosk'],
  ['sex_boshligi', '/sessions'],
  ['sex_boshligi', '/sessions/new'],
  ['otk', '/quality'],
  ['main_ombor', '/transfers'],
  ['main_ombor', '/transfers/send/main-to-shop'],
  ['shop_op', '/snapshot'],
  ['direktor', '/stock'],
  ['integrator', '/devices'],
  ['integrator', '/users'],
  ['integrator', '/import'],
  ['direktor', '/audit'],
  ['texnolog', '/gates'],
  ['texnolog', '/alerts'],
  ['operator', '/channels'],
  ['integrator', '/channels'],
  ['sex_boshligi', '/approvals'],
  ['texnolog', '/rules?module=factory.balance'],
  ['direktor', '/nowhere/at/all'],
];

describe('every page', () => {
  const stage = setStage();
  let session = '';

  before(async () => {
    session = await openSession(stage.platform, 'E1', 'PAGES-1');
    await load(stage.platform, 'scale-E1-pack-01', 20.52);
  });

  for (const [role, path] of PAGES) {
    for (const theme of ['light', 'dark'] as const) {
      it(`${path} as ${role}, ${theme}: no serious fault for people with disabilities`, async () => {
        const page = await stage.at(role);
        await page.evaluate((value) => localStorage.setItem('qoida.theme', value), theme);
        await page.goto(path);
        await loaded(page);
        if (path.startsWith('/rules'))
          await page.locator('.monaco-editor .view-line').first().waitFor();
        assert.deepEqual(await accessibilityFaults(page), []);
      });
    }
  }

  it('a session’s page has none either', async () => {
    const page = await stage.at('sex_boshligi');
    await page.goto(`/sessions/${session}`);
    await page.locator('[data-test=delta]').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  it('sign-in and set-up have none, and a wrong password is told in words', async () => {
    const { page, close } = await openScreen(stage.browser, stage.platform, { locale: 'uz' });
    await page.goto('/sign-in');
    await page.locator('h1').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.fill('input[name=username]', 'operator');
    await page.fill('input[name=password]', 'not the password');
    await page.click('button[type=submit]');
    await page.getByRole('alert').waitFor();
    await page.goto('/setup?token=x');
    await page.locator('h1').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await close();
  });

  it('speaks uz, ru and en, switched at run time and remembered', async () => {
    const page = await stage.at('operator', { locale: 'uz' });
    await page.getByText('Hozir nima qila olasiz').waitFor();
    await page.getByRole('button', { name: 'Русский' }).click();
    await page.getByText('Что можно сделать сейчас').waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'ru');
    await page.reload();
    await page.getByText('Что можно сделать сейчас').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('What you can do now').waitFor();
  });

  it('keeps the session over a reload without keeping a token where scripts of others could find it', async () => {
    const page = await stage.at('operator');
    await page.reload();
    await page.getByText('What you can do now').waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }),
    );
    assert.doesNotMatch(kept, /eyJ|refresh/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await page.goto('/');
    await page.waitForURL(/sign-in/);
  });

  it('tells on the first page what waits, where a phone hides the menu', async () => {
    const page = await stage.at('texnolog', { size: { width: 390, height: 844 } });
    const alerts = page.locator('.home__task').filter({ hasText: 'Alerts' });
    await alerts.getByText(/^[1-9]\d* waiting$/).waitFor({ state: 'attached' });
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  it('the menu of a low screen shows where one is, above its foot', async () => {
    const page = await stage.at('integrator', { size: { width: 1280, height: 700 } });
    await page.goto('/import');
    await loaded(page);
    const here = page.locator('nav a[aria-current=page]');
    await page.waitForFunction(() => {
      const link = document.querySelector('nav a[aria-current=page]');
      const box = link?.getBoundingClientRect();
      if (link == null || box === undefined) return false;
      return link.contains(
        document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2),
      );
    });
    assert.match((await here.textContent()) ?? '', /CSV import/);
  });

  it('fits a phone: nothing runs out of the screen', async () => {
    const page = await stage.at('sex_boshligi', { size: { width: 360, height: 740 } });
    const text = `what a flow posts: {"id":"${'0c345c1c'.repeat(20)}"}`;
    await stage.platform.call('integrator', 'POST', '/messages', { text, level: 'info' });
    for (const path of [
      '/',
      '/kiosk',
      `/sessions/${session}`,
      '/devices',
      '/stock',
      '/gates',
      '/alerts',
      '/channels',
      '/sessions/new',
      '/approvals',
      '/automations',
      '/switches',
    ]) {
      await page.goto(path);
      await loaded(page);
      if (path === '/') await page.getByText('what a flow posts').waitFor();
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      assert.ok(over <= 0, `${path} is ${over} px too wide`);
    }
  });

  it('shows the weight by itself, and says so when the connection is lost', async () => {
    const line = await layLine(stage.platform.url);
    const page = await stage.at('operator', { url: line.url });
    await page.goto('/kiosk');
    await page.locator('[data-test=weight]').filter({ hasText: '20.520' }).waitFor();
    line.cut();
    await page.getByText('Connection lost').waitFor();
    await page.locator('[data-state=connection_lost]').waitFor();
    assert.equal(await page.locator('[data-test=weight]').textContent(), '– – –');
    line.mend();
    await page.locator('[data-test=weight]').filter({ hasText: '20.520' }).waitFor();
    assert.equal(await page.getByText('Connection lost').count(), 0);
    await page.context().close();
    await line.close();
  });
});
