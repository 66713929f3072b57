import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { setStage } from './stage.ts';

/** Opens a module and puts the cursor at its end. */
async function openModule(page: Page, module: string): Promise<void> {
  await page.goto(`/rules?module=${module}`);
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+End');
}
const problems = (page: Page) => page.locator('[data-test=problems]');
/** What stands in the lines that are shown. */
const shown = (page: Page, text: string | RegExp) =>
  page.locator('.monaco-editor .view-line').filter({ hasText: text }).first();

/** The line the cursor stands on. */
const cursorLine = (page: Page, line: number) =>
  page.locator('.monaco-editor .active-line-number').filter({ hasText: new RegExp(`^${line}$`) });

/** Writes a formula that calls one of another module, and puts the cursor into the called name. */
async function callOfDelta(page: Page): Promise<void> {
  await page.keyboard.insertText('\nformula trial(session: session): kg = delta(session)');
  await problems(page).getByText('No problems found').waitFor();
  for (const _ of '(session)d') await page.keyboard.press('ArrowLeft');
}

describe('the language in the browser', () => {
  const stage = setStage();

  beforeEach(async () => {
    for (const module of ['factory.balance', 'factory.stock'])
      await stage.platform.call('texnolog', 'DELETE', `/rules/modules/${module}/draft`);
  });

  it('tells in the background what the rules say together, with facts that show it', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.balance');
    await page.keyboard.insertText('\nformula never(x: kg): bool = x > 5 kg and x < 3 kg');
    await problems(page).getByText('is never true').waitFor();
    await page.keyboard.press('F8');
    await page.locator('.marker-widget').getByText('false with x = 5 kg').waitFor();
  });

  it('mends a word by the light bulb’s key and by its button, and extracts a formula', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.balance');
    await page.keyboard.insertText('\nformula trial(s: session): kg = s.inptu_kg');
    await problems(page).getByText('inptu_kg').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Control+.');
    const menu = page.locator('.action-widget');
    await menu.getByText('did you mean').first().waitFor();
    await page.keyboard.press('Enter');
    await shown(page, 'formula trial(s: session): kg = s.input_kg').waitFor();
    await problems(page).getByText('No problems found').waitFor();

    // By finger: the button does what the key does, at what is chosen.
    await page.keyboard.press('Shift+Home');
    await page.keyboard.press('End');
    for (const _ of 's.input_kg') await page.keyboard.press('Shift+ArrowLeft');
    await page.locator('.lightBulbWidget').first().waitFor();
    await page.click('[data-test=fixes]');
    await menu.getByText('Extract to a formula `part`').waitFor();
    await menu.getByText('Extract to a formula `part`').click();
    await shown(page, 'kg = part(s)').waitFor();
    await page.keyboard.press('Control+End');
    // What the formula gives is not written, but shown.
    await shown(page, /formula\spart\(s:\ssession\).+kg.+s\.input_kg/).waitFor();
    await problems(page).getByText('No problems found').waitFor();
  });

  it('goes to a definition in another module, and back', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.stock');
    await callOfDelta(page);
    await page.keyboard.press('F12');
    await page.waitForURL(/module=factory\.balance/);
    await shown(page, 'formula delta(').waitFor();
    await cursorLine(page, 15).waitFor();
    await page.goBack();
    await page.waitForURL(/module=factory\.stock/);
    await shown(page, 'module factory.stock').waitFor();
    await page.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press('Control+End');
    await shown(page, 'formula trial').waitFor();
  });

  it('shows where a name is used, in all modules', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.stock');
    await callOfDelta(page);
    await page.click('[data-test=uses]');
    const peek = page.locator('.reference-zone-widget');
    await peek.getByText('factory.balance.qoida').first().waitFor();
  });

  it('renames within a module, and says why not', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.balance');
    await page.keyboard.insertText(
      '\nformula trial(session: session): kg = scrap_expected(session)',
    );
    for (const _ of '(session)d') await page.keyboard.press('ArrowLeft');
    await page.click('[data-test=rename]');
    await page.locator('.rename-box input:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('linked_total');
    await page.keyboard.press('Enter');
    await page.locator('.monaco-editor-overlaymessage').getByText('is taken already').waitFor();
    await page.keyboard.press('F2');
    await page.locator('.rename-box input:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('scrap');
    await page.keyboard.press('Enter');
    await shown(page, 'formula trial(session: session): kg = scrap(session)').waitFor();
    await problems(page).getByText('No problems found').waitFor();
    await page.locator('[data-test=save-state]').filter({ hasText: 'draft saved' }).waitFor();
    const { draft } = await stage.platform.call<{ draft: { text: string } }>(
      'texnolog',
      'GET',
      '/rules/modules/factory.balance',
    );
    assert.doesNotMatch(draft.text, /scrap_expected/);
    assert.match(draft.text, /formula scrap\(session: session\): kg/);
  });

  it('shows what a call takes, and units that are not written', async () => {
    // Somebody else: so many pages in a minute are too many requests of one person.
    const page = await stage.at('admin');
    await openModule(page, 'factory.stock');
    await page.keyboard.insertText('\nformula trial(session: session) = delta');
    await page.keyboard.type('(');
    await page
      .locator('.parameter-hints-widget.visible')
      .getByText('delta(session: session): kg')
      .first()
      .waitFor();
    await page.keyboard.type('session)');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await shown(page, /trial\(session:\ssession\).+kg.+delta/).waitFor();
    await page.click('[data-test=hints]');
    await shown(page, /trial\(session:\ssession\)\s=/).waitFor();
    await page.click('[data-test=hints]');
    await shown(page, /trial\(session:\ssession\).+kg.+delta/).waitFor();
  });
});
