import assert from 'node:assert/strict';
import { accessibilityFaults } from './browser.ts';
import { assertFits, setStage } from './stage.ts';

const MODULE = 'plant.own';
const GATE = `module ${MODULE}

gate never_more
  on session.start
  block when workcenter.code = "E3"
  message "nothing on E3"
  release never
`;

describe('modules of the plant’s own, in the studio', () => {
  const stage = setStage();
  const publish = (text: string, base_version: number) =>
    stage.platform.call('texnolog', 'POST', `/rules/modules/${MODULE}/publish`, {
      text,
      base_version,
      note: 'why',
    });

  it('one goes with its rules, after what goes with it was shown; its versions bring it back', async () => {
    await stage.platform.call('texnolog', 'POST', '/rules/modules', { name: MODULE });
    await publish(GATE, 1);
    const page = await stage.at('texnolog', { size: { width: 360, height: 740 } });
    await page.goto(`/rules?module=${MODULE}`);
    await page.getByText('Nothing to publish: the text is the one in force').waitFor();
    assert.equal(await page.locator('[data-test=publish]').isDisabled(), true);
    await page.click('[data-test=remove-module]');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('gate never_more removed').waitFor();
    await dialog.getByLabel('Why it is removed').fill('E3 is gone');
    assert.equal(await page.locator('[data-test=remove-now]').isDisabled(), true);
    await dialog.locator('[data-test=loosened-sure]').check();
    await assertFits(page);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.click('[data-test=remove-now]');
    await page.locator('[data-test=removed]').getByText(`${MODULE} was removed`).waitFor();
    await page.locator('.tree__name', { hasText: MODULE }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'New module' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill(MODULE);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.click('[data-test=versions]');
    await page.locator('[data-test=rollback-3]').click();
    await page.locator('[data-test=rollback-unchanged]').waitFor();
    await page.locator('[data-test=rollback-2]').click();
    await page.locator('[data-test=meaning]').getByText('new: gate never_more').waitFor();
    await page.locator('[data-test=rollback-now]').click();
    await page.locator('[data-test=published]').getByText('version 5 is in force').waitFor();
  });

  it('one of a plugin stays: it has no such button', async () => {
    const page = await stage.at('texnolog');
    await page.goto('/rules?module=factory.people');
    await page.locator('[data-test=unchanged]').waitFor();
    assert.equal(await page.locator('[data-test=remove-module]').count(), 0);
  });
});

describe('modules of the plant’s own, where a second person confirms', () => {
  const stage = setStage({ RULES_SECOND_PERSON: 'true' });

  it('the removal is proposed; confirmed, the module has no rules and goes', async () => {
    const path = `/rules/modules/${MODULE}`;
    await stage.platform.call('texnolog', 'POST', '/rules/modules', { name: MODULE });
    const { modules } = await stage.platform.call<{ modules: { hash: string }[] }>(
      'texnolog',
      'POST',
      `${path}/publish`,
      { text: GATE, base_version: 1, note: 'why' },
    );
    await stage.platform.call('admin', 'POST', `${path}/proposal/confirm`, {
      hash: modules[0]?.hash,
    });
    const page = await stage.at('texnolog');
    const remove = async () => {
      await page.click('[data-test=remove-module]');
      await page.getByLabel('Why it is removed').fill('E3 is gone');
    };
    await page.goto(`/rules?module=${MODULE}`);
    await remove();
    await page.locator('[data-test=loosened-sure]').check();
    await page.click('[data-test=remove-now]');
    const sent = page.locator('[data-test=proposal-sent]');
    await sent.getByText('Once it is confirmed, the module has no rules').waitFor();

    const other = await stage.at('admin');
    await other.goto(`/rules?module=${MODULE}`);
    await other.locator('[data-test=proposal-confirm]').click();
    await other.locator('[data-test=published]').getByText('version 3 is in force').waitFor();
    await page.reload();
    await remove();
    await page.getByText('It has no rules: nothing else changes').waitFor();
    await page.click('[data-test=remove-now]');
    await page.locator('[data-test=removed]').waitFor();
  });
});
