import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './browser.ts';
import { setStage } from './stage.ts';

const [OWN, OTHER] = ['factory.stock', 'factory.balance'] as const;

interface Draft {
  readonly module: string;
  readonly text: string;
  readonly base_version: number;
  readonly revision: number;
  readonly bundle: string | null;
}
interface RuleModule {
  readonly text: string;
  readonly version: number;
  readonly draft: Draft | null;
}

describe('a name that several modules use', () => {
  const stage = setStage();

  beforeEach(async () => {
    for (const module of [OWN, OTHER])
      await stage.platform.call('texnolog', 'DELETE', `/rules/modules/${module}/draft`);
  });

  const read = (module: string) =>
    stage.platform.call<RuleModule>('texnolog', 'GET', `/rules/modules/${module}`);
  const drafts = async () =>
    (await stage.platform.call<{ items: Draft[] }>('texnolog', 'GET', '/rules/drafts')).items;
  const shown = (page: Page, text: string | RegExp) =>
    page.locator('.monaco-editor .view-line').filter({ hasText: text }).first();
  const plan = (page: Page) => page.locator('[data-test=rename-plan]');
  const planned = (page: Page, module: string) =>
    plan(page).locator('[data-test=rename-module]').filter({ hasText: module });
  const joint = (page: Page) => page.locator('[data-test=joint]');

  /** Writes a formula that asks one of another module, and asks for another name of that. */
  async function rename(page: Page, from: string, to: string): Promise<void> {
    await page.goto(`/rules?module=${OWN}`);
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await page.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(
      `\nformula of_${from}(session: session): kg = ${from}(session)\n`,
    );
    await page.locator('[data-test=problems]').getByText('No problems found').waitFor();
    for (const _ of '(session)d\n') await page.keyboard.press('ArrowLeft');
    await page.click('[data-test=rename]');
    await page.locator('.rename-box input:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(to);
    await page.keyboard.press('Enter');
    await plan(page).waitFor();
  }

  it('is shown in each module first, and nothing is written before it is said so', async () => {
    const page = await stage.at('texnolog');
    await rename(page, 'delta', 'difference');
    await planned(page, OWN).locator('ins').getByText('difference').first().waitFor();
    await planned(page, OWN).getByText('open now').waitFor();
    await planned(page, OTHER).locator('del').getByText('delta').first().waitFor();
    assert.match(await planned(page, OTHER).innerText(), /formula difference\(session: session\)/);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await plan(page).waitFor({ state: 'detached' });
    await shown(page, 'delta(session)').waitFor();
    assert.ok((await drafts()).every(({ module }) => module !== OTHER));
  });

  it('is renamed in the drafts of all, seen as one change, and published together', async () => {
    const page = await stage.at('texnolog');
    const before = { own: await read(OWN), other: await read(OTHER) };
    await rename(page, 'delta', 'difference');
    await page.click('[data-test=rename-later]');
    await joint(page).getByText('delta → difference').waitFor();
    await shown(page, 'difference(session)').waitFor();
    const [other, own] = await drafts();
    assert.deepEqual([other?.module, own?.module], [OTHER, OWN]);
    assert.notEqual(own?.bundle ?? null, null);
    assert.equal(own?.bundle, other?.bundle);
    assert.equal(other?.text, before.other.text.replaceAll(/\bdelta\(/g, 'difference('));

    // Later, and somebody else: what is unfinished is seen, and its texts fit each other.
    const admin = await stage.at('admin');
    await admin.goto(`/rules?module=${OWN}`);
    await joint(admin).getByText('delta → difference').waitFor();
    assert.equal(await admin.locator('.tree__marks').getByText('joint draft').count(), 2);
    await admin.locator('[data-test=problems]').getByText('No problems found').waitFor();
    await admin.click('[data-test=publish]');
    const dialog = admin.locator('[data-test=joint-publish]');
    await dialog.locator('[data-test=joint-module]').filter({ hasText: OTHER }).waitFor();
    await dialog
      .locator('[data-test=check-report]')
      .getByText(/0 failed/)
      .waitFor();
    await admin.click(`[data-test="joint-compare-${OTHER}"]`);
    await admin.locator('[data-test=diff] .line-insert').first().waitFor();
    assert.deepEqual(await accessibilityFaults(admin), []);
    await admin.click('[data-test=joint-publish-now]');
    await admin
      .locator('[data-test=joint-published]')
      .getByText(`${OTHER} (version ${before.other.version + 1} is in force)`)
      .waitFor();
    await joint(admin).waitFor({ state: 'detached' });
    assert.equal((await read(OWN)).version, before.own.version + 1);
    assert.match((await read(OTHER)).text, /formula difference\(/);
    assert.deepEqual(await drafts(), []);
  });

  it('is written nowhere when another changed one of the modules meanwhile, and his text stays', async () => {
    const page = await stage.at('texnolog');
    await rename(page, 'unexplained', 'unknown_kg');
    const { text, version } = await read(OTHER);
    const his = `${text}\n# of the administrator\n`;
    await stage.platform.call('admin', 'PUT', `/rules/modules/${OTHER}/draft`, {
      text: his,
      base_version: version,
    });
    await page.click('[data-test=rename-later]');
    await page.locator('[data-test=refusal]').getByText(OTHER).waitFor();
    assert.equal(await page.locator('[data-test=rename-later]').isDisabled(), true);
    assert.equal((await read(OTHER)).draft?.text, his);
    assert.match((await read(OWN)).draft?.text ?? '', /= unexplained\(session\)/);

    await page.click('[data-test=rename-again]');
    await planned(page, OTHER).getByText('draft of').waitFor();
    await page.locator('[data-test=rename-drafts]').waitFor();
    await page.click('[data-test=rename-publish]');
    await page.locator('[data-test=joint-publish]').waitFor();
    const kept = (await read(OTHER)).draft?.text ?? '';
    assert.match(kept, /formula unknown_kg\([\s\S]*# of the administrator\n$/);
    assert.doesNotMatch(kept, /unexplained/);
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('and is thrown away in all of them, after a question', async () => {
    const page = await stage.at('texnolog', { size: { width: 390, height: 844 } });
    const before = await read(OTHER);
    await rename(page, 'linked_total', 'linked_kg');
    await page.click('[data-test=rename-later]');
    await joint(page).getByText('linked_total → linked_kg').waitFor();
    await page.click('[data-test=joint-discard]');
    await page.getByText('What was not published in these modules is lost').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await drafts()).length, 2);
    await page.click('[data-test=discard]');
    await page.locator('.q-dialog').getByRole('button', { name: 'Throw away all' }).click();
    await joint(page).waitFor({ state: 'detached' });
    await page.locator('[data-test=save-state]').waitFor({ state: 'detached' });
    assert.deepEqual(await drafts(), []);
    assert.equal((await read(OTHER)).text, before.text);
  });

  it('is no affair of those who only read rules: they see it, and no more', async () => {
    const page = await stage.at('texnolog');
    await rename(page, 'linked_total', 'linked_kg');
    await page.click('[data-test=rename-later]');
    await joint(page).waitFor();
    const reader = await stage.at('operator', { locale: 'ru' });
    await reader.goto('/rules');
    await joint(reader).getByText('Изменение нескольких модулей').waitFor();
    assert.equal(await joint(reader).getByRole('button').count(), 0);
  });
});
