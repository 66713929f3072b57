import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults, choose } from './browser.ts';
import { assertFits, openSession, setStage } from './stage.ts';

describe('F-APR-04 another recipe, from the session’s page', () => {
  const stage = setStage();
  let session = '';
  before(async () => {
    session = await openSession(stage.platform, 'E1', 'RECIPE-1');
  });

  const share = (page: Page, material: string) => page.getByLabel(`Share: ${material}`);
  const openForm = async (page: Page) => {
    await page.goto(`/sessions/${session}`);
    await page.click('[data-test=change-recipe]');
    await share(page, 'PVD-PE').waitFor();
  };

  /** 55 % of one, 35 % of the other, and why. */
  async function fill(page: Page): Promise<void> {
    await share(page, 'PVD-PE').fill('55');
    await share(page, 'VT-PE').fill('35');
    await page.getByLabel('Why is it changed?').fill('PVD is short');
  }

  it('tells what the shares lack, what changes, and who has to agree, before anything is sent', async () => {
    const chief = await stage.at('sex_boshligi');
    await openForm(chief);
    const send = chief.locator('[data-test=ask]');
    await chief.getByText('Nothing is changed yet').waitFor();
    await share(chief, 'PVD-PE').fill('55');
    await chief.locator('[data-test=sum]').getByText('5.00 % lacking').waitFor();
    assert.equal(await send.isDisabled(), true);
    await fill(chief);
    await chief.locator('[data-test=sum]').getByText('whole').waitFor();
    const changed = chief.locator('[data-test=shares] [data-changed=true]');
    assert.deepEqual(await changed.allTextContents(), [
      'PVD-PE60.00 %55.00 %',
      'VT-PE30.00 %35.00 %',
    ]);
    await chief.locator('[data-test=forecast]').getByText('Technologist').waitFor();
    assert.deepEqual(await accessibilityFaults(chief), []);
    await choose(chief, 'Begin with', 'version 1');
    await chief.getByText('Nothing is changed yet').waitFor();
    assert.equal(await share(chief, 'PVD-PE').inputValue(), '60');
  });

  it('a material comes, another goes, and Enter sends it; who asked takes it back', async () => {
    const chief = await stage.at('sex_boshligi');
    await openForm(chief);
    await chief.getByRole('button', { name: 'Remove: TALK' }).click();
    await choose(chief, 'Add a material', 'TALK');
    await share(chief, 'TALK').fill('5');
    await fill(chief);
    await chief.getByLabel('Why is it changed?').press('Enter');
    const note = chief.getByRole('dialog').locator('[data-test=waiting-approval]');
    await note.getByText('Technologist').first().waitFor();
    await note.locator('[data-test=withdraw]').click();
    await chief.getByRole('button', { name: 'Withdraw the request' }).last().click();
    await chief.locator('[data-test=waiting-approval][data-state=withdrawn]').waitFor();
    await chief.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await chief.locator('[data-test=waiting-list]').waitFor({ state: 'detached' });
  });

  it('waits on the session’s page, over a reload too, until the technologist agrees; then it is the recipe', async () => {
    const chief = await stage.at('sex_boshligi');
    await openForm(chief);
    await fill(chief);
    await chief.getByLabel('VT limit').fill('40');
    await chief.click('[data-test=ask]');
    await chief.locator('[data-test=waiting-approval]').waitFor();
    await chief.reload();
    const waits = chief.locator('[data-test=waiting-list]');
    await waits.getByText('PVD is short').waitFor();
    await waits.locator('[data-test=withdraw]').waitFor();

    const office = await stage.at('texnolog');
    await office.goto(`/sessions/${session}`);
    const asked = office.locator('[data-test=asked-recipe]');
    await asked.locator('[data-material=VT-PE][data-changed=true]').getByText('35.00 %').waitFor();
    await asked.getByText('VT limit 40.00 % (now 35.00 %)').waitFor();
    assert.equal(await office.locator('[data-test=change-recipe]').count(), 0);
    await office.locator('[data-test=waiting-list] [data-test=approve]').click();
    await waits.waitFor({ state: 'detached' });
    const recipe = chief.locator('[data-test=recipe]');
    await recipe.getByText('version 1, changes: 1 · VT limit 40.00 %').waitFor();
    await recipe.getByRole('row', { name: /PVD-PE.*55\.00 %/ }).waitFor();
  });

  it('the technologist reads the request on a phone, in Uzbek', async () => {
    const { platform } = stage;
    await platform.call('sex_boshligi', 'POST', `/sessions/${session}/recipe-change`, {
      lines: [{ material_id: 'PVD-PE', ratio_pct: 100 }],
      reason: 'VT tugadi',
    });
    const phone = await stage.at('texnolog', { locale: 'uz', size: { width: 360, height: 740 } });
    await phone.goto('/approvals');
    const gone = phone.locator('[data-test=asked-recipe] [data-material=VT-PE]');
    await gone.getByText('–').waitFor();
    await assertFits(phone);
    assert.deepEqual(await accessibilityFaults(phone), []);
  });
});
