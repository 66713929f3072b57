import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from './platform.ts';
import { setStage } from './stage.ts';

const MODULE = 'factory.weighing';
const PATH = `/rules/modules/${MODULE}`;

interface Standing {
  readonly text: string;
  readonly version: number;
  readonly draft: { readonly text: string; readonly base_version: number } | null;
}

describe('a draft in the studio while others publish (G-POL-10)', function () {
  this.timeout(300_000);
  const stage = setStage();
  const read = () => stage.platform.call<Standing>('texnolog', 'GET', PATH);
  const open = async (page: Page) => {
    await page.goto(`/rules?module=${MODULE}`);
    await page.locator('.monaco-editor .view-line').first().waitFor();
  };
  const type = async (page: Page, key: string, text: string) => {
    await page.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press(key);
    await page.keyboard.insertText(text);
  };
  const saved = (page: Page) =>
    page.locator('[data-test=save-state]').filter({ hasText: 'draft saved' }).waitFor();
  /** Somebody else puts a text into force. */
  const publishBeside = async (change: (text: string) => string) => {
    const { text, version } = await read();
    const body = { text: change(text), base_version: version, note: 'beside' };
    await stage.platform.call('admin', 'POST', `${PATH}/publish`, body);
    return version + 1;
  };
  const publish = async (page: Page) => {
    await page.click('[data-test=publish]');
    await page.getByLabel('What changed, and why').fill('both');
    await page.click('[data-test=publish-now]');
  };
  const inForce = (page: Page, version: number) =>
    page.locator('[data-test=published]').getByText(`version ${version} is in force`).waitFor();
  const typedOn = (page: Page, version: number) =>
    page.getByText(`version ${version} is in force`).first().waitFor();

  afterEach(async () => {
    const { draft } = await read();
    if (draft !== null) await stage.platform.call('texnolog', 'DELETE', `${PATH}/draft`);
  });

  it('that nobody has typed in yet shows what came into force', async () => {
    const page = await stage.at('texnolog');
    await open(page);
    const version = await publishBeside((text) => `# the first beside\n${text}`);
    await typedOn(page, version);
    await page.locator('.monaco-editor').getByText('# the first beside').waitFor();
  });

  it('goes on from the version that stands, is kept, and can be published', async () => {
    const page = await stage.at('texnolog');
    await open(page);
    await type(page, 'Control+Home', '# before\n');
    await saved(page);
    const version = await publishBeside((text) => `${text}\n# published beside\n`);
    await page.locator('[data-test=joined]').waitFor();
    await typedOn(page, version);
    await page.keyboard.insertText('# after\n');
    await until('the whole draft is kept', async () => {
      const { draft } = await read();
      const whole = /^# before\n# after\n[\s\S]*# published beside\n$/.test(draft?.text ?? '');
      return whole && draft?.base_version === version ? true : undefined;
    });
    await publish(page);
    await inForce(page, version + 1);
    assert.match((await read()).text, /^# before\n# after\n[\s\S]*# published beside\n$/);
  });

  it('is kept where the screen was told nothing of the publication', async () => {
    const page = await stage.at('texnolog');
    // Without its stream a screen hears of nothing until it asks.
    await page.route('**/api/v1/stream**', (route) => route.abort());
    await open(page);
    const version = await publishBeside((text) => `${text}\n# not heard of\n`);
    await type(page, 'Control+Home', '# typed on\n');
    await saved(page);
    const { draft } = await read();
    assert.equal(draft?.base_version, version);
    assert.match(draft.text, /^# typed on\n[\s\S]*# not heard of\n$/);
    const next = await publishBeside((text) => `${text}\n# nor of this\n`);
    await publish(page);
    await page.locator('[data-test=refusal]').getByText(`version ${next}`).waitFor();
    await page.locator('[data-test=publish-joined]').waitFor();
    await page.click('[data-test=publish-now]');
    await inForce(page, next + 1);
    assert.match((await read()).text, /# typed on[\s\S]*# not heard of\n\n# nor of this\n$/);
  });

  it('asks before a text is left that waits for a choice', async () => {
    const page = await stage.at('texnolog');
    await open(page);
    await type(page, 'Control+Home', '# mine\n');
    await saved(page);
    await publishBeside((text) => `# theirs\n${text}`);
    await page.getByText('changed this draft').waitFor();
    await page.getByRole('link', { name: 'Alerts' }).first().click();
    const question = page.getByRole('dialog').filter({ hasText: 'Leave this text?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await saved(page);
    assert.match((await read()).draft?.text ?? '', /^# mine\n/);
    await page.getByRole('link', { name: 'Alerts' }).first().click();
    await page.waitForURL((url) => url.pathname === '/alerts');
  });
});
