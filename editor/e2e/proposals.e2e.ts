import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './browser.ts';
import { setStage } from './stage.ts';

const MODULE = 'factory.packing';
const [REMARKED, TIED] = ['factory.feeding', 'factory.weighing'] as const;

interface RuleModule {
  readonly text: string;
  readonly version: number;
  readonly draft: { readonly text: string; readonly revision: number } | null;
}
const gate = (kg: number) => `
gate trial_limit
  on session.close
  block when session.input_kg > ${kg} kg
  message "Too heavy"
  release never
`;

describe('a text that a second person puts into force', () => {
  const stage = setStage({ RULES_SECOND_PERSON: 'true' });
  const read = (module = MODULE) =>
    stage.platform.call<RuleModule>('texnolog', 'GET', `/rules/modules/${module}`);
  const open = async (page: Page, module = MODULE) => {
    await page.goto(`/rules?module=${module}`);
    await page.locator('.monaco-editor .view-line').first().waitFor();
  };
  const proposal = (page: Page) => page.locator('[data-test=proposal]');

  /** The draft of the technologist, who then proposes it. */
  async function propose(page: Page, kg: number, note: string): Promise<void> {
    const { text, version, draft } = await read();
    await stage.platform.call('texnolog', 'PUT', `/rules/modules/${MODULE}/draft`, {
      text: text + gate(kg),
      base_version: version,
      ...(draft === null ? {} : { revision: draft.revision }),
    });
    await open(page);
    await page.click('[data-test=publish]');
    await page.getByLabel('What changed, and why').fill(note);
    await page.click('[data-test=publish-now]');
    await page.locator('[data-test=proposal-sent]').waitFor();
  }

  it('is proposed, compared by another, and sent back with a reason that the first one reads', async () => {
    const [one, two] = [await stage.at('texnolog'), await stage.at('admin')];
    await propose(one, 90, 'heavy sessions wait');
    assert.equal(await one.locator('[data-test=proposal-confirm]').count(), 0);
    assert.equal((await read()).version, 1);

    await two.goto('/rules');
    await two.locator('.tree__marks').getByText('proposed').waitFor();
    await open(two);
    await proposal(two).getByText('heavy sessions wait').waitFor();
    await proposal(two).getByText('new: gate trial_limit').waitFor();
    await proposal(two)
      .locator('[data-test=check-report]')
      .getByText(/0 failed/)
      .waitFor();
    await two.click(`[data-test="proposal-compare-${MODULE}"]`);
    await proposal(two).locator('[data-test=diff] .line-insert').first().waitFor();
    assert.deepEqual(await accessibilityFaults(two), []);
    assert.equal(await two.locator('[data-test=proposal-reject]').isDisabled(), true);
    await two.getByLabel('Reason').fill('90 kg is too little');
    await two.click('[data-test=proposal-reject]');
    await proposal(two).waitFor({ state: 'detached' });

    await open(one);
    const returned = one.locator('[data-test=proposal-returned]');
    await returned.getByText('sent the proposal back').waitFor();
    await returned.getByText('90 kg is too little').waitFor();
    assert.match((await read()).draft?.text ?? '', /> 90 kg/);
  });

  it('is proposed anew and put into force by the other', async () => {
    const [one, two] = [await stage.at('texnolog'), await stage.at('admin')];
    await propose(one, 95, 'heavier');
    await one.locator('[data-test=proposal-returned]').waitFor({ state: 'detached' });
    await open(two);
    await two.click('[data-test=proposal-confirm]');
    await two.locator('[data-test=published]').getByText('version 2 is in force').waitFor();
    await proposal(two).waitFor({ state: 'detached' });
    const { text, version, draft } = await read();
    assert.deepEqual([version, draft], [2, null]);
    assert.match(text, /> 95 kg/);
    await two.click('[data-test=versions]');
    await two.getByText('proposed by').first().waitFor();
  });

  it('is void once its draft changes, and nobody puts it into force', async () => {
    const [one, two] = [await stage.at('texnolog'), await stage.at('admin')];
    const { version } = await read(REMARKED);
    const save = async (more: string) => {
      const { text, draft } = await read(REMARKED);
      const revision = draft === null ? {} : { revision: draft.revision };
      await stage.platform.call('texnolog', 'PUT', `/rules/modules/${REMARKED}/draft`, {
        text: text + more,
        base_version: version,
        ...revision,
      });
    };
    await save('\n# one\n');
    await open(one, REMARKED);
    await one.click('[data-test=publish]');
    await one.getByLabel('What changed, and why').fill('a remark');
    await one.click('[data-test=publish-now]');
    await one.locator('[data-test=proposal-sent]').waitFor();
    await open(two, REMARKED);
    await proposal(two).getByText('a remark').waitFor();
    await save('\n# two\n');
    await two.click('[data-test=proposal-confirm]');
    await proposal(two).locator('[data-test=refusal]').waitFor();
    await proposal(two).locator('[data-test=refusal]').getByRole('button').click();
    await proposal(two).waitFor({ state: 'detached' });
    assert.equal((await read(REMARKED)).version, version);
  });

  it('of several modules is seen whole and comes into force whole', async () => {
    const [one, two] = [await stage.at('texnolog'), await stage.at('admin')];
    const drafts = await Promise.all(
      ['factory.people', TIED].map(async (module) => {
        const { text, version } = await read(module);
        return { module, text: `${text}\n# together\n`, base_version: version };
      }),
    );
    await stage.platform.call('texnolog', 'PUT', '/rules/drafts', {
      drafts,
      together: 'a remark in two',
    });
    await open(one, TIED);
    await one.click('[data-test=publish]');
    await one.click('[data-test=joint-publish-now]');
    await one.locator('[data-test=joint-published]').getByText('another person').waitFor();

    await one.locator('[data-test=joint]').getByText('waits for another person').waitFor();
    assert.equal(await one.locator('[data-test=joint-open]').count(), 0);

    await open(two, TIED);
    await proposal(two).getByText('proposed together').waitFor();
    await proposal(two).locator('[data-test=proposal-module]').nth(1).waitFor();
    await two.click('[data-test=proposal-confirm]');
    await two.locator('[data-test=published]').getByText('version 2 is in force').waitFor();
    assert.equal((await read('factory.people')).version, 2);
    await two.locator('[data-test=joint]').waitFor({ state: 'detached' });
  });
});
