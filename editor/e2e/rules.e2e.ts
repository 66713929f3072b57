import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { choose } from './browser.ts';
import { setStage } from './stage.ts';

const GATE = `
gate under_repair
  on session.start
  block when workcenter.code = "E2"
  message uz "{workcenter.code} ta’mirda"
  message ru "{workcenter.code} в ремонте"
  message en "{workcenter.code} is under repair"
  release never
`;

/** Fills the form of a new session on E2. */
async function askForE2(page: Page): Promise<void> {
  await page.goto('/sessions/new');
  await choose(page, 'Work centre', 'E2');
  await choose(page, 'Product', 'POL-10');
  await page.getByLabel('Lot number').fill('RULES-1');
  await page.getByLabel('Operators').click();
  await page.getByRole('option').filter({ hasText: 'Jasur' }).click();
  await page.keyboard.press('Escape');
}

/** Opens a module and puts the cursor at its end. */
async function openModule(page: Page, module: string): Promise<void> {
  await page.goto(`/rules?module=${module}`);
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+End');
}
const problems = (page: Page) => page.locator('[data-test=problems]');

describe('rules in the browser', () => {
  const stage = setStage();

  it('finds faults as one types, completes from the catalog, and explains names on hover', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.balance');
    await problems(page).getByText('No problems found').waitFor();
    await page.keyboard.insertText('\nformula trial(session: session): m = session.input_kg\n');
    await problems(page).getByRole('button').first().waitFor();
    await page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await page.keyboard.type('formula other(session: session): kg = session.good');
    await page.locator('.suggest-widget.visible').getByText('good_kg').first().waitFor();
    await page.keyboard.type('_kg');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Control+I');
    await page
      .locator('.monaco-hover:not(.hidden)')
      .getByText('session.good_kg: kg')
      .first()
      .waitFor();
    await page.locator('[data-test=save-state]').filter({ hasText: 'draft saved' }).waitFor();
    assert.equal(await page.locator('[data-test=publish]').isDisabled(), true);
  });

  it('completes what was typed on while the language was still thinking', async () => {
    const page = await stage.at('texnolog');
    await page.addInitScript(() => {
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (...args: unknown[]) {
        const slow = (args[0] as { method?: string }).method === 'completion';
        setTimeout(() => Reflect.apply(post, this, args), slow ? 1_000 : 0);
      };
    });
    await openModule(page, 'factory.feeding');
    await page.keyboard.insertText('\nformula other(session: session): kg = session');
    await page.keyboard.type('.good');
    const offered = page.locator('.suggest-widget.visible').getByText('good_kg');
    await offered.first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.view-line').filter({ hasText: '= session.good_kg' }).waitFor();
  });

  it('a published rule changes the next decision, without a restart', async () => {
    const chief = await stage.at('sex_boshligi');
    await askForE2(chief);
    await chief.getByText('No gate objects').waitFor();

    const page = await stage.at('texnolog');
    await openModule(page, 'factory.people');
    await page.keyboard.insertText(GATE);
    await problems(page).getByText('No problems found').waitFor();
    await page.click('[data-test=check]');
    await page
      .locator('[data-test=check-report]')
      .getByText(/0 failed/)
      .waitFor();
    await page.click('[data-test=publish]');
    await page.locator('[data-test=diff] .line-insert').first().waitFor();
    await page.getByLabel('What changed, and why').fill('E2 is taken apart until Friday');
    await page.click('[data-test=publish-now]');
    await page.locator('[data-test=published]').getByText('version 2 is in force').waitFor();

    await chief.getByRole('button', { name: 'Start the session' }).click();
    await chief.locator('[data-test=refusal]').getByText('E2 is under repair').waitFor();
    await askForE2(chief);
    await chief.getByText('It can not start now').waitFor();
  });

  it('shows the versions, compares them, and returns to the first', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.people');
    await page.click('[data-test=versions]');
    await page.click('[data-test=diff-2]');
    await page.locator('[data-test=meaning]').getByText('new: gate under_repair').waitFor();
    await page.locator('[data-test=diff] .line-insert').first().waitFor();
    await page.click('[data-test=rollback-1]');
    await page.locator('[data-test=meaning]').getByText('gate under_repair removed').waitFor();
    assert.equal(await page.locator('[data-test=rollback-now]').isDisabled(), true);
    await page.check('[data-test=loosened-sure]');
    await page.click('[data-test=rollback-now]');
    await page.locator('[data-test=published]').getByText('version 3 is in force').waitFor();
    const chief = await stage.at('sex_boshligi');
    await askForE2(chief);
    await chief.getByText('No gate objects').waitFor();
  });

  it('two people in one draft see each other’s text and choose', async () => {
    const [one, two] = [await stage.at('texnolog'), await stage.at('admin')];
    await openModule(one, 'factory.packing');
    await openModule(two, 'factory.packing');
    await one.keyboard.insertText('\n# of the technologist\n');
    await one.locator('[data-test=save-state]').filter({ hasText: 'draft saved' }).waitFor();
    await two.keyboard.insertText('\n# of the administrator\n');
    await two.getByText('changed this draft').waitFor();
    await two.locator('[data-test=diff]').waitFor();
    await two.getByRole('button', { name: 'Keep mine' }).click();
    await two.locator('[data-test=save-state]').filter({ hasText: 'draft saved' }).waitFor();
    const { draft } = await stage.platform.call<{ draft: { text: string } }>(
      'texnolog',
      'GET',
      '/rules/modules/factory.packing',
    );
    assert.match(draft.text, /of the administrator/);
    assert.doesNotMatch(draft.text, /of the technologist/);
  });

  it('is read only for those who don’t write rules', async () => {
    const page = await stage.at('operator');
    await openModule(page, 'factory.balance');
    await page.getByText('read only').waitFor();
    assert.equal(await page.locator('[data-test=publish]').count(), 0);
  });
});
