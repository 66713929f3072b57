import assert from 'node:assert/strict';
import { accessibilityFaults, loaded } from './browser.ts';
import { until, ZONE } from './platform.ts';
import { assertFits, openSession, setStage } from './stage.ts';

const RULES = `
## Every new session of the test waits for a look.
automation first_look
  when session.opened as s where starts_with(s.partiya_no, "AUTO")
  do session.pause(session_id: s.session_id, reason: "first look")

automation pauses_twice
  when session.paused as p where p.reason = "first look"
  do session.pause(session_id: p.session_id, reason: "again")
  then session.resume(session_id: p.session_id)

automation quiet_line
  when no session.opened as s for 2 h per s.workcenter_id
  do session.pause(session_id: s.session_id, reason: "quiet")

schedule nightly
  every day at 23:00
  holidays skip
  do session.pause(session_id: "00000000-0000-4000-8000-000000000000", reason: "night")
`;
const MODULE = 'factory.balance';

describe('automations, as people see them', () => {
  const stage = setStage();

  before(async () => {
    const { platform } = stage;
    const path = `/rules/modules/${MODULE}`;
    const { version, text } = await platform.call<{ version: number; text: string }>(
      'texnolog',
      'GET',
      path,
    );
    const body = { text: text + RULES, base_version: version, note: 'a first look at sessions' };
    await platform.call('texnolog', 'POST', `${path}/publish`, body);
    await openSession(platform, 'E1', 'AUTO-1');
    await openSession(platform, 'E2', 'OTHER-1', 'operator2');
    await until('a dead letter', async () => {
      const { total } = await platform.call<{ total: number }>(
        'texnolog',
        'GET',
        '/automations/dead',
      );
      return total > 0 ? total : undefined;
    });
  });

  it('the list says in words what each waits for, what it did, and what got stuck', async () => {
    const page = await stage.at('texnolog');
    await page.goto('/automations');
    const first = page.locator(`[data-rule="${MODULE}.first_look"]`);
    await first.getByText('on session.opened').waitFor();
    await first.getByText('Done', { exact: true }).waitFor();
    const nightly = page.locator(`[data-rule="${MODULE}.nightly"]`);
    await nightly.getByText(`every day at 23:00 (${ZONE})`).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByLabel('Search by name').fill('quiet');
    await first.waitFor({ state: 'detached' });
    await page
      .locator(`[data-rule="${MODULE}.quiet_line"]`)
      .getByText('when there is no session.opened for 2 h')
      .waitFor();
  });

  it('one rule: its runs with every condition, why it ran, why it did not', async () => {
    const page = await stage.at('texnolog');
    await page.goto(`/automations/${MODULE}.first_look`);
    await page.getByText('automation first_look').waitFor();
    const run = page.locator('[data-case=run]').first();
    await run.locator('[data-action="session.pause"]').getByText('done').waitFor();
    await run.locator('[data-test=why]').click();
    await page.getByRole('dialog').getByText('AUTO-1').first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press('Escape');
    const miss = page.locator('[data-case=miss]').first();
    await miss.getByText('The event did not fit').waitFor();
    await miss.getByText('did not hold').first().waitFor();
    // The value that made it so stands beside the condition.
    await miss.locator('[data-test=values]').getByText('OTHER-1').first().waitFor();
    await miss.locator('[data-test=why]').click();
    await page.getByRole('dialog').getByText('OTHER-1').first().waitFor();
  });

  it('a dead letter is tried again, then put aside with a note, live on another screen', async () => {
    const watcher = await stage.at('integrator');
    await watcher.goto('/automations?view=dead');
    const page = await stage.at('texnolog');
    await page.goto('/automations?view=dead');
    const dead = page.locator('[data-dead]').first();
    await dead.getByText('1 actions after it were left out').waitFor();
    await dead.locator('[data-test=dismiss]').click();
    await page.getByRole('dialog').getByLabel('Note').fill('looked at by hand');
    await page.getByLabel('It was done by hand, go on').check();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.locator('[data-test=do-dismiss]').click();
    await page.getByText('No action was given up').waitFor();
    await watcher.getByText('No action was given up').waitFor();
    await page.goto(`/automations/${MODULE}.pauses_twice`);
    await page.getByText('Put aside: looked at by hand').waitFor();
    await page.locator('[data-action="session.resume"]').getByText('done').waitFor();
  });

  it('timers that wait, and a calendar of the next 30 days, by keyboard', async () => {
    const page = await stage.at('texnolog');
    await page.goto('/automations?view=timers');
    await page.locator('[data-timer]').first().getByText(`${MODULE}.quiet_line`).waitFor();
    await page.goto('/automations?view=calendar');
    const day = page.locator('[data-day]').nth(3);
    await day.focus();
    await page.keyboard.press('Enter');
    assert.equal(await day.getAttribute('aria-pressed'), 'true');
    await page.locator('[data-coming]').getByText('23:00:00').waitFor();
    await page.getByText(`Time zone: ${ZONE}`).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  it('the view stands in the address: a reload and the way back from a rule find it again', async () => {
    const page = await stage.at('texnolog');
    const view = (name: string) => page.getByRole('radio', { name, exact: true });
    await page.goto('/automations');
    await loaded(page);
    for (const [name, query] of [
      ['Given up', '?view=dead'],
      ['Schedules', '?view=calendar'],
    ] as const) {
      await view(name).check();
      await page.waitForURL((url) => url.search === query);
      await page.reload();
      await loaded(page);
      assert.equal(await view(name).isChecked(), true);
    }
    await page.locator('[data-coming] a').first().click();
    await page.waitForURL((url) => url.pathname.startsWith(`/automations/${MODULE}`));
    await page.goBack();
    await page.locator('[data-day]').first().waitFor();
    assert.equal(await view('Schedules').isChecked(), true);
    await view('Rules').check();
    await page.waitForURL((url) => url.search === '');
    await page.goto('/automations?view=nonsense');
    await page.locator(`[data-rule="${MODULE}.first_look"]`).waitFor();
    assert.equal(await view('Rules').isChecked(), true);
  });

  it('on a phone the calendar says that its week goes on sideways', async () => {
    const page = await stage.at('texnolog', { size: { width: 360, height: 740 } });
    await page.goto('/automations?view=calendar');
    const hint = page.locator('[data-test=sideways]');
    await hint.getByText('Scroll sideways to see the whole week').waitFor();
    await assertFits(page);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.setViewportSize({ width: 1280, height: 800 });
    await hint.waitFor({ state: 'hidden' });
  });

  it('days off are added as a range, heeded by the calendar, renamed and removed; live on another screen', async () => {
    const page = await stage.at('texnolog');
    await page.goto('/automations?view=calendar');
    const panel = page.locator('[data-test=days-off]');
    await panel.getByText('No day off from today on').waitFor();
    const day = page.locator('[data-day]').nth(4);
    await day.click();
    const nightly = page.locator('[data-coming]').filter({ hasText: `${MODULE}.nightly` });
    await nightly.waitFor();
    const from = (await day.getAttribute('data-day')) ?? '';
    const to = (await page.locator('[data-day]').nth(6).getAttribute('data-day')) ?? '';
    const watcher = await stage.at('direktor');
    await watcher.goto('/automations?view=calendar');
    await watcher
      .getByText('A technologist, an integrator or an administrator keeps them')
      .waitFor();
    assert.equal(await watcher.locator('[data-test=add-day-off]').count(), 0);
    assert.equal(await watcher.locator('[data-test=make-off]').count(), 0);

    await page.locator('[data-test=make-off]').click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.locator('input[name=from]').inputValue(), from);
    await dialog.locator('input[name=name]').fill('Bayram');
    await dialog.locator('input[name=to]').fill('2001-01-01');
    await dialog.getByText('Before the first day').waitFor();
    assert.equal(await dialog.locator('[data-test=save-day-off]').isDisabled(), true);
    await dialog.locator('input[name=to]').fill(to);
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.locator('[data-test=save-day-off]').click();
    await dialog.waitFor({ state: 'detached' });
    const line = panel.locator(`[data-day-off="${from}"]`);
    await line.getByText('3 days').waitFor();
    await day.locator('[data-test=off]').getByText('Bayram').waitFor();
    await nightly.waitFor({ state: 'detached' });
    await watcher.locator(`[data-day="${to}"]`).getByText('Bayram').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    await line.locator('[data-test=rename-day-off]').click();
    await dialog.locator('input[name=name]').fill('Hayit');
    await page.keyboard.press('Enter');
    await line.getByText('Hayit').waitFor();
    await line.locator('[data-test=remove-day-off]').click();
    await dialog.getByText('schedules run as on any working day again').waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await panel.getByText('No day off from today on').waitFor();
    await watcher.getByText('No day off from today on').waitFor();
    await nightly.waitFor();
  });

  it('what was removed elsewhere meanwhile is said, and shown as it is; too long a range too', async () => {
    const page = await stage.at('integrator');
    await page.goto('/automations?view=calendar');
    await page.locator('[data-test=add-day-off]').click();
    const dialog = page.getByRole('dialog');
    const from = await dialog.locator('input[name=from]').inputValue();
    await dialog.locator('input[name=to]').fill(`${Number(from.slice(0, 4)) + 2}${from.slice(4)}`);
    await dialog.locator('input[name=name]').fill('Too long');
    await dialog.locator('[data-test=save-day-off]').click();
    await dialog.getByText('at most 366 days').waitFor();
    await dialog.locator('input[name=to]').fill('');
    await dialog.locator('input[name=name]').press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.locator(`[data-day-off="${from}"] [data-test=remove-day-off]`).click();
    await dialog.getByText('schedules run as on any working day again').waitFor();
    await stage.platform.call('texnolog', 'DELETE', `/calendar/days-off/${from}`);
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.locator('[data-test=days-off] [data-test=refusal]').waitFor();
    await page.getByText('No day off from today on').waitFor();
  });

  it('a rule is switched off with a reason and on again', async () => {
    const page = await stage.at('texnolog');
    await page.goto(`/automations/${MODULE}.quiet_line`);
    for (const [button, state] of [
      ['Switch off', 'Off'],
      ['Switch on', 'On'],
    ] as const) {
      await page.locator('[data-test=switch]').click();
      await page.getByRole('dialog').getByLabel('Why').fill('the line is rebuilt');
      await page.locator('[data-test=do-switch]').filter({ hasText: button }).click();
      await page.locator('[data-test=switch-state]').getByText(state, { exact: true }).waitFor();
    }
    await page.getByText('Nothing is waited for').waitFor();
  });

  for (const [locale, sentence] of [
    ['uz', 'To‘xtab qolgan amal yo‘q'],
    ['ru', 'Остановленных действий нет'],
  ] as const) {
    it(`nothing was given up, in ${locale}, in the dark, on a phone`, async () => {
      const page = await stage.at('direktor', { locale, size: { width: 390, height: 800 } });
      await page.evaluate(() => localStorage.setItem('qoida.theme', 'dark'));
      await page.goto('/automations?view=dead');
      await loaded(page);
      await page.getByText(sentence).waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
    });
  }
});
