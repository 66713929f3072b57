import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults, choose } from './browser.ts';
import { assertFits, load, setStage } from './stage.ts';

const BATCH = 'PVD-PE PVD-2508-01';

describe('F-APR-09 stores are counted', () => {
  const stage = setStage();

  /** Opens the count of the batch and holds what the scale shows. */
  async function weigh(page: Page, kg: number): Promise<void> {
    await load(stage.platform, 'scale-SHOP-01', kg);
    await page.goto('/stock');
    await page.getByRole('button', { name: `Count: ${BATCH}` }).click();
    await hold(page, kg);
  }
  async function hold(page: Page, kg: number): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(`${kg.toFixed(3)} kg`)
      .first()
      .waitFor();
    await dialog.getByText('Weight is stable').waitFor();
    await dialog.getByRole('button', { name: /^Weigh/ }).click();
    await dialog.locator('[data-test=held]').waitFor();
  }
  const rowOf = (page: Page, batch = BATCH) => page.locator(`[data-batch="${batch}"]`);

  it('what agrees with the book is nothing to correct', async () => {
    const page = await stage.at('shop_op');
    await weigh(page, 400);
    await page.getByText('there is nothing to correct').waitFor();
    assert.equal(await page.locator('[data-test=ask]').isDisabled(), true);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('No count waits for anybody').waitFor();
  });

  it('F-OP-12 the difference is seen first; a large one is the director’s too; then the book follows', async () => {
    const page = await stage.at('shop_op');
    await weigh(page, 340.5);
    const figures = page.locator('[data-test=figures]');
    await figures.getByText('400.000 kg').waitFor();
    const difference = await page.locator('[data-test=difference]').textContent();
    assert.match(difference ?? '', /-59\.500 kg\s+\(-14\.9 %\)/);
    await page.getByLabel('Why do they differ?').fill('a bag was torn');
    const told = page.locator('[data-test=forecast] li');
    await told.nth(1).waitFor();
    assert.deepEqual(await told.allTextContents(), ['Workshop chief', 'Director']);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.click('[data-test=ask]');
    await page.locator('[data-test=waiting-approval]').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    const waits = page.locator('[data-test=waiting-list]');
    await waits.getByText('a bag was torn').waitFor();
    await rowOf(page).getByText('400.000 kg').waitFor();

    for (const role of ['sex_boshligi', 'direktor']) {
      const leader = await stage.at(role);
      await leader.goto('/stock');
      await leader.locator('[data-test=waiting-list] [data-test=approve]').click();
      await leader
        .locator('[data-test=waiting-list] [data-test=approve]')
        .waitFor({ state: 'detached' });
    }
    await rowOf(page).getByText('340.500 kg').waitFor();
    await waits.getByText('No count waits for anybody').waitFor();
  });

  it('a batch that the book of this store doesn’t have is counted too, by its own storekeeper alone', async () => {
    const page = await stage.at('shop_op');
    await load(stage.platform, 'scale-SHOP-01', 25);
    await page.goto('/stock');
    await page.click('[data-test=count-other]');
    await choose(page, 'Material', 'PVD-PE');
    await choose(page, 'Batch', 'PVD-2507-09');
    await hold(page, 25);
    await page.getByText('+25.000 kg').waitFor();
    await page.getByLabel('Why do they differ?').fill('found behind the press');
    await page.click('[data-test=ask]');
    await page.locator('[data-test=waiting-approval]').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('radio', { name: 'Main store' }).check();
    await rowOf(page, 'PVD-PE PVD-2507-09').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Count/ }).count(), 0);
    const waits = page.locator('[data-test=waiting-list]');
    await waits.locator('[data-test=withdraw]').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw the request' }).click();
    await waits.getByText('No count waits for anybody').waitFor();
  });

  it('fits a phone, in Uzbek: the quantity and the button are seen without scrolling', async () => {
    const page = await stage.at('shop_op', { locale: 'uz', size: { width: 360, height: 740 } });
    await page.goto('/stock');
    const button = rowOf(page).getByRole('button');
    await button.waitFor();
    const box = await button.boundingBox();
    assert.ok(box !== null && box.x + box.width <= 360, JSON.stringify(box));
    await assertFits(page);
    await button.click();
    await page.getByRole('dialog').getByText('Sanash: Sex').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  });
});
