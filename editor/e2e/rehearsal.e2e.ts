import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './browser.ts';
import { openSession, setStage } from './stage.ts';

/** A second limit beside the plant's: nobody begins a session on E1. */
const GATE = `
gate under_trial
  on session.start
  block when workcenter.code = "E1"
  message uz "{workcenter.code} sinovda"
  message ru "{workcenter.code} на испытаниях"
  message en "{workcenter.code} is under trial"
  release never
`;

/** Whoever begins a session has to be agreed with. */
const APPROVAL = `
approval start_is_agreed
  on session.start
  steps direktor
`;

async function openModule(page: Page, module: string): Promise<void> {
  await page.goto(`/rules?module=${module}`);
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+End');
}
/** Watches a dialog as it opens: answers the sizes it is shown in, as parts of its own. */
async function sizesOfDialog(page: Page): Promise<() => Promise<number[]>> {
  const seen = await page.evaluateHandle(() => {
    const sizes = new Set<number>();
    const look = () => {
      const dialog = document.querySelector('[role=dialog] .dialog');
      if (dialog !== null) sizes.add(new DOMMatrix(getComputedStyle(dialog).transform).a);
      requestAnimationFrame(look);
    };
    look();
    return sizes;
  });
  return () => seen.evaluate((sizes) => [...sizes]);
}
const ended = (page: Page) =>
  page.locator('[data-test=rehearsal-state]').getByText('done').waitFor();

describe('rehearsal of rules in the browser', () => {
  const stage = setStage();

  it('begins empty, and what stands comes out as it happened', async () => {
    const page = await stage.at('texnolog');
    await page.goto('/rules/rehearsals');
    await page.getByText('Nothing was rehearsed yet').waitFor();
    await page.getByText('No module has a draft').waitFor();
    await page.click('[data-test=begin-rehearsal]');
    await ended(page);
    await page.getByText('Everything that can be told comes out as it happened').waitFor();
  });

  it('a draft goes from the studio to its figures, and each difference opens', async () => {
    await openSession(stage.platform, 'E1', 'REHEARSAL-1');

    const page = await stage.at('texnolog');
    await openModule(page, 'factory.people');
    await page.keyboard.insertText(GATE);
    await page.locator('[data-test=problems]').getByText('No problems found').waitFor();
    await page.click('[data-test=rehearse]');
    await page.getByRole('checkbox', { name: 'factory.people' }).waitFor();
    assert.equal(await page.getByRole('checkbox', { name: 'factory.people' }).isChecked(), true);
    await page.click('[data-test=begin-rehearsal]');
    await ended(page);
    await page.locator('[data-kind=newly_blocked]').getByText('1', { exact: true }).waitFor();
    await page.click('[data-kind=newly_blocked]');
    const row = page.locator('[data-test=rehearsal-items] tbody tr').first();
    await row.getByText('under_trial').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await row.getByRole('button', { name: 'Open' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('E1 is under trial').waitFor();
    await dialog.getByText('Then: allowed').waitFor();
    await dialog.getByText('workcenter.code').first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press('Escape');

    await page.getByLabel('First day').fill('2031-01-01');
    await page.getByLabel('Last day').fill('2031-01-02');
    await page.click('[data-test=begin-rehearsal]');
    await page.locator('[data-test=refusal]').getByText('The period is wrong').waitFor();
  });

  it('what it told is shown before the draft comes into force', async () => {
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.people');
    await page.locator('[data-test=problems]').getByText('No problems found').waitFor();
    const sizes = await sizesOfDialog(page);
    await page.click('[data-test=publish]');
    const note = page.locator('[data-test=rehearsal-note]');
    await note.getByText('newly blocked: 1').waitFor();
    // Grown from nothing, the editor in it is drawn in its whole width of millions of points: the page dies of it.
    assert.deepEqual(await sizes(), [1]);
    await note.getByRole('link', { name: 'Open' }).click();
    await page.locator('[data-kind=newly_blocked]').waitFor();
  });

  it('operations that would wait are told by person, opened with who would have to agree, and taken along', async () => {
    await openSession(stage.platform, 'E2', 'REHEARSAL-2');
    const page = await stage.at('texnolog');
    await openModule(page, 'factory.stock');
    await page.keyboard.insertText(APPROVAL);
    await page.locator('[data-test=problems]').getByText('No problems found').waitFor();
    await page.click('[data-test=rehearse]');
    await page.getByRole('checkbox', { name: 'factory.stock' }).waitFor();
    await page.click('[data-test=begin-rehearsal]');
    await ended(page);
    const tile = page.locator('[data-kind=newly_waits]');
    await tile.getByText('would wait for approval').waitFor();
    const people = page.locator('[data-test=rehearsal-people]');
    await people
      .getByRole('button', { name: /would wait for approval: \d/ })
      .first()
      .click();
    const row = page.locator('[data-test=rehearsal-items] tbody tr').first();
    await row.getByText('start_is_agreed').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await row.getByRole('button', { name: 'Open' }).click();
    const sides = page.locator('[data-test=approval-sides]');
    await sides.getByText('Nobody has to agree').waitFor();
    await sides.getByText('Director', { exact: true }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press('Escape');

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-test=take-differences]'),
    ]);
    const text = readFileSync(await file.path(), 'utf8');
    assert.match(text, /^\uFEFFNo\.,Difference,/);
    assert.match(text, /would wait for approval,session\.start,/);

    // What the draft does not make is a click away.
    await page
      .getByRole('radio', { name: 'All, compared with what happened' })
      .check({ force: true });
    await page.locator('[data-test=rehearsal-figures]').waitFor();
    await tile.waitFor();
  });

  it('is for those who may see what people are paid', async () => {
    const page = await stage.at('sex_boshligi');
    await page.goto('/rules/rehearsals');
    await page.getByText('Rehearsals are for the technologist').waitFor();
  });
});
