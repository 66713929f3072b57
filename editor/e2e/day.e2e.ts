import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { choose } from './browser.ts';
import { load, setStage } from './stage.ts';

const kg = (value: number) => value.toFixed(3);

/** Weighs the line of a material once its scale shows the load stable. */
async function weighLine(page: Page, material: string, value: number): Promise<void> {
  const line = page.locator(`[data-material="${material}"]`).first();
  await line.getByText(`${kg(value)} kg`).waitFor();
  await line.getByText('Weight is stable').waitFor();
  await line.getByRole('button', { name: /^Weigh/ }).click();
  await line.locator('[data-test=held]').waitFor();
  assert.match(
    (await line.locator('[data-test=held]').textContent()) ?? '',
    new RegExp(kg(value).replace('.', '\\.')),
  );
}

describe('the operator’s day, by clicking', () => {
  const stage = setStage();

  it('the main store weighs material and sends it', async () => {
    const page = await stage.at('main_ombor');
    await page.goto('/transfers');
    await page.getByRole('link', { name: 'Main store to shop' }).click();
    await load(stage.platform, 'scale-MAIN-01', 151.2);
    await choose(page, 'Add a material', 'PVD-PE');
    await choose(page, 'Scale', 'scale-MAIN-01');
    await weighLine(page, 'PVD-PE', 151.2);
    await page.click('[data-test=send]');
    await page.locator('[data-test=slip]').waitFor();
    assert.match((await page.locator('[data-test=slip]').textContent()) ?? '', /PVD-PE.*151\.200/);
  });

  it('the shop weighs it again and receives it', async () => {
    const page = await stage.at('shop_op');
    await load(stage.platform, 'scale-SHOP-01', 151.2);
    await page.goto('/transfers');
    await page.getByRole('link', { name: 'Receive' }).click();
    await weighLine(page, 'PVD-PE', 151.2);
    await page.click('[data-test=receive]');
    await page.locator('[data-test=received]').waitFor();
    assert.match((await page.locator('[data-test=received]').textContent()) ?? '', /Received/);
  });

  it('the chief opens a session, seeing its recipe first, and feeds it', async () => {
    const page = await stage.at('sex_boshligi');
    await page.goto('/sessions/new');
    await choose(page, 'Work centre', 'E1');
    await choose(page, 'Product', 'POL-10');
    await page.getByLabel('Lot number').fill('ORD-E2E-1');
    await page.getByLabel('Operators').click();
    await page.getByRole('option').filter({ hasText: 'Jasur' }).click();
    await page.keyboard.press('Escape');
    await page.locator('[data-test=recipe]').waitFor();
    assert.match((await page.locator('[data-test=recipe]').textContent()) ?? '', /PVD-PE.*60\.00/);
    await page.getByText('No gate objects').waitFor();
    await page.getByRole('button', { name: 'Start the session' }).click();
    await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/);
    await load(stage.platform, 'scale-SHOP-01', 62);
    await choose(page, 'Material and batch', 'PVD-2508-01');
    await choose(page, 'Scale', 'scale-SHOP-01');
    await page.getByText('62.000 kg').first().waitFor();
    await page.getByText('Weight is stable').waitFor();
    await page.getByRole('button', { name: /^Weigh/ }).click();
    await page.locator('[data-test=held]').waitFor();
    await page.getByRole('button', { name: 'Feed into the session' }).click();
    await page.locator('[data-test=balance-input]').filter({ hasText: '62.000' }).waitFor();
  });

  it('the operator makes three packages at the kiosk', async () => {
    const page = await stage.at('operator');
    await page.goto('/kiosk');
    await choose(page, 'Session', 'ORD-E2E-1');
    for (const [index, weight] of [20.52, 20.5, 20.54].entries()) {
      await load(stage.platform, 'scale-E1-pack-01', weight);
      await page
        .locator('[data-state=stable]')
        .filter({ hasText: kg(weight) })
        .waitFor();
      await stage.platform.ingest('len-E1-01', { length_m: 120.5 * (index + 1) });
      await page.click('[data-test=create]');
      const result = page.locator('[data-test=result]').filter({ hasText: kg(weight) });
      await result.waitFor();
      assert.match((await result.textContent()) ?? '', /FG-\d{4}-\d{2}-\d{2}-\d{6}/);
      assert.equal(await result.locator('svg[role=img]').count(), 1);
    }
    await page.locator('.history__item').nth(2).waitFor();
    assert.equal(await page.locator('.history__item').count(), 3);
  });

  it('quality control accepts them', async () => {
    const page = await stage.at('otk');
    await page.goto('/quality');
    for (let left = 3; left > 0; left--) {
      await page
        .locator('[data-test=approve]')
        .nth(left - 1)
        .waitFor();
      assert.equal(await page.locator('[data-test=approve]').count(), left);
      await page.locator('[data-test=approve]').first().click();
      await page
        .locator('[data-test=approve]')
        .nth(left - 1)
        .waitFor({ state: 'detached' });
    }
    await page.getByText('Nothing to inspect').waitFor();
  });

  it('the shop weighs what is left', async () => {
    const page = await stage.at('shop_op');
    await page.goto('/snapshot');
    const line = page.locator('[data-material="PVD-PE"]').filter({ hasText: 'PVD-2508-01' });
    await load(stage.platform, 'scale-SHOP-01', 338);
    await line.getByText('338.000 kg').waitFor();
    await line.getByText('Weight is stable').waitFor();
    await line.getByRole('button', { name: /^Weigh/ }).click();
    await line.locator('[data-test=held]').waitFor();
    await page.getByText('The shift is finished').click();
    await page.click('[data-test=take]');
    await page.locator('[data-test=snapshot-result]').waitFor();
  });

  it('the chief looks at the balance and closes the session', async () => {
    const page = await stage.at('sex_boshligi');
    await page.goto('/sessions');
    await page.getByRole('link', { name: 'E1' }).click();
    await page.locator('[data-test=delta]').filter({ hasText: '0.440' }).waitFor();
    assert.equal(await page.locator('[data-test=balance-bar] rect > title').count(), 2);
    await page.click('[data-test=close]');
    await page.getByRole('dialog').getByRole('button', { name: 'Close the session' }).click();
    await page.getByText('The session is closed').waitFor();
    await page.locator('[data-test=status]').filter({ hasText: 'closed' }).waitFor();
  });
});
