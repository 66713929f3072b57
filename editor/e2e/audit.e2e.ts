import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessibilityFaults, choose, loaded, PATIENCE_MS } from './browser.ts';
import { setStage } from './stage.ts';

describe('the audit log in the browser (F-UI-12, F-M12-05)', () => {
  const stage = setStage();

  before(async () => {
    const { platform } = stage;
    const { id } = await platform.call<{ id: string }>('integrator', 'POST', '/users', {
      username: 'audited',
      full_name: 'Audited Person',
      position: 'operator',
      password: 'Correct-Horse-42',
    });
    await platform.call('integrator', 'PATCH', `/users/${id}`, { full_name: 'Renamed Person' });
  });

  it('shows who changed what, old and new, and everything about one object', async () => {
    const page = await stage.at('direktor');
    await page.goto('/audit');
    const rows = page.locator('[data-test=audit-row]');
    const renamed = rows.filter({ hasText: 'Renamed Person' }).first();
    await renamed.getByText('Audited Person').waitFor();
    await renamed.getByText('Change a user').waitFor();
    await renamed.getByRole('button', { name: 'Everything about this object' }).click();
    await page.getByText('Total: 2').waitFor();
    assert.equal(await rows.count(), 2);
    await page.getByRole('button', { name: 'Show all' }).click();
    await rows.nth(2).waitFor();
    await choose(page, 'Person', 'Renamed Person');
    await page.getByText('No entry fits').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  it('proves the log, signs a checkpoint and gives it to take away', async () => {
    const page = await stage.at('direktor');
    await page.goto('/audit');
    await page.click('[data-test=check-log]');
    await page.getByText('The log is whole').waitFor();
    await page.click('[data-test=sign-checkpoint]');
    const first = page.locator('[data-test=checkpoint]').first();
    await first.waitFor();
    const file = page.waitForEvent('download');
    await first.getByRole('button', { name: 'Download' }).click();
    const download = await file;
    assert.match(download.suggestedFilename(), /^checkpoint-\d+\.json$/);
    const copy = JSON.parse(await readFile(await download.path(), 'utf8'));
    assert.equal(copy.format, 'qoida.audit.checkpoint.v2');
    assert.ok(copy.heads.length > 0);
  });

  it('people of the plant find only their own, in their own language', async () => {
    const page = await stage.at('texnolog', { locale: 'uz' });
    await page.goto('/audit');
    await page.getByText('Siz ishtirok etgan narsalar').waitFor();
    await loaded(page);
    assert.equal(await page.locator('[data-test=check-log]').count(), 0);
    assert.equal(await page.locator('[data-test=sign-checkpoint]').count(), 0);
  });

  it('a password that another set asks for one of one’s own at sign-in', async () => {
    const { platform, browser } = stage;
    const { items } = await platform.call<{ items: { id: string; username: string }[] }>(
      'integrator',
      'GET',
      '/users?page_size=200',
    );
    const id = items.find(({ username }) => username === 'audited')?.id;
    await platform.call('integrator', 'POST', `/users/${id}/password`, {
      password: 'Chosen-by-IT-7',
    });
    const context = await browser.newContext({ baseURL: platform.url });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto('/sign-in');
    await page.fill('input[name=username]', 'audited');
    await page.fill('input[name=password]', 'Chosen-by-IT-7');
    await page.click('button[type=submit]');
    await page.fill('input[name=new-password]', 'Only-mine-9-yes');
    await page.click('button[type=submit]');
    await page.waitForURL(`${platform.url}/`);
    await context.close();
  });
});
