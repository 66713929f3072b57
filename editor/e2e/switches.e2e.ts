import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults, choose, loaded } from './browser.ts';
import { until } from './platform.ts';
import { setStage } from './stage.ts';

const SWITCH = 'switch-1';

describe('switches', () => {
  const stage = setStage();
  // Each person has a limit of calls: who looks, who plays and who switches are three.
  const state = () =>
    stage.platform.call<{ online: boolean; states: string[]; relays: { held: boolean }[] }>(
      'moliya',
      'GET',
      `/devices/${SWITCH}/relays`,
    );
  const play = (order: object) =>
    stage.platform.call('otk', 'POST', `/devices/${SWITCH}/simulate`, order);
  const online = (is: boolean) =>
    until(`the switch to be ${is ? 'there' : 'gone'}`, async () =>
      (await state()).online === is ? true : undefined,
    );
  const card = (page: Page) => page.locator(`[data-device="${SWITCH}"]`);
  const relay = (page: Page, index: number) => card(page).locator(`[data-relay="${index}"]`);
  const open = async (role: string, options: object = {}) => {
    const page = await stage.at(role, options);
    await page.goto('/switches');
    await loaded(page);
    await card(page).locator('[data-test=online]').waitFor();
    return page;
  };
  before(async () => {
    await online(true);
    // A press here may last longer than a second: no input tells holds.
    const inputs = [0, 1, 2].map((input) => ({
      ...{ input, type: 'push', link: 'linked', target_relay: input, push_mode: 'toggle' },
      hold_events: false,
    }));
    await stage.platform.call('integrator', 'PATCH', `/devices/${SWITCH}/io-config`, { inputs });
  });
  beforeEach(() => online(true));

  it('a relay is switched by a touch, shows who holds it and until when, and is let go', async () => {
    const page = await open('operator');
    const one = relay(page, 0);
    await one.getByRole('switch').click();
    await one.locator('[data-test=state]').filter({ hasText: 'On' }).waitFor();
    assert.equal(await one.getByRole('switch').getAttribute('aria-checked'), 'true');
    assert.deepEqual((await state()).states.slice(0, 1), ['on']);
    assert.match(
      (await one.locator('[data-test=held]').textContent()) ?? '',
      /Held by \S.* until \d\d:\d\d:\d\d/s,
    );
    await card(page).locator('[data-test=latency]').filter({ hasText: /\d ms/ }).waitFor();
    await one.getByRole('button', { name: 'Release relay 1' }).click();
    await one.getByText('Nobody holds it').waitFor();
    assert.equal((await state()).relays[0]?.held, false);
  });

  it('by keyboard, and all off at once', async () => {
    const page = await open('operator');
    await relay(page, 1).getByRole('switch').focus();
    await page.keyboard.press('Space');
    await relay(page, 1).locator('[data-test=state]').filter({ hasText: 'On' }).waitFor();
    await card(page).locator('[data-test=all-off]').click();
    await relay(page, 1).locator('[data-test=state]').filter({ hasText: 'Off' }).waitFor();
    assert.deepEqual((await state()).states, ['off', 'off', 'off']);
  });

  it('what happens at the wall is seen by itself: the contact, the relay and who did it', async () => {
    const page = await open('direktor');
    assert.equal(await relay(page, 2).getByRole('switch').isDisabled(), true);
    await play({ do: 'press', input: 2 });
    const input = card(page).locator('[data-input="2"]');
    await input
      .locator('[data-test=contact]')
      .filter({ hasText: /^pressed$/ })
      .waitFor();
    await play({ do: 'release', input: 2 });
    await input.locator('[data-test=contact]').filter({ hasText: 'not pressed' }).waitFor();
    await relay(page, 2).locator('[data-test=state]').filter({ hasText: 'On' }).waitFor();
    await relay(page, 2).getByText('Switched on the wall').waitFor();
  });

  it('safety outranks a person, who is told who holds the relay', async () => {
    const page = await open('operator');
    const one = relay(page, 0);
    const { states } = await state();
    await stage.platform.call('admin', 'POST', `/devices/${SWITCH}/relays/0`, {
      state: 'off',
      priority: 'safety',
    });
    await one.getByText('until it is released').waitFor();
    await one.getByRole('switch').click();
    await card(page)
      .locator('[data-test=refusal]')
      .filter({ hasText: /held by/i })
      .waitFor();
    assert.equal((await state()).states[1], states[1]);
    await stage.platform.call('admin', 'DELETE', `/devices/${SWITCH}/relays/0/hold`);
    await one.getByText('Nobody holds it').waitFor();
  });

  it('a switch that is away says so, and nothing can be switched', async () => {
    const page = await open('operator');
    await play({ do: 'network', on: false });
    await card(page).locator('[data-test=offline]').waitFor();
    assert.equal(await relay(page, 0).getByRole('switch').isDisabled(), true);
    await card(page).getByText('nothing is kept for later').waitFor();
    await play({ do: 'network', on: true });
    await card(page).locator('[data-test=online]').waitFor();
  });

  it('inputs are set up; what can’t be is explained at its input', async () => {
    const page = await open('integrator');
    await card(page).getByRole('button', { name: 'Settings' }).click();
    const dialog = page.getByRole('dialog');
    const input = dialog.locator('[data-input-settings="0"]');
    await input.getByRole('radio', { name: 'Rocker' }).check();
    await input.getByRole('radio', { name: 'The relay follows the rocker' }).check();
    await choose(page, 'Switches', 'All relays');
    await dialog.locator('[data-test=save-config]').click();
    await input
      .locator('[data-test=io-fault]')
      .filter({ hasText: 'can’t follow one rocker' })
      .waitFor();
    await choose(page, 'Switches', 'Relay 1');
    await dialog.getByRole('radio', { name: 'All off' }).check();
    await dialog.getByLabel('Name of relay 1').fill('Hall lamp');
    await dialog.locator('[data-test=save-config]').click();
    await dialog.waitFor({ state: 'detached' });
    await card(page).locator('[data-input="0"]').filter({ hasText: 'Rocker' }).waitFor();
    await relay(page, 0)
      .getByRole('switch', { name: /Hall lamp/ })
      .waitFor();
    await play({ do: 'rock', input: 0, on: true });
    await relay(page, 0).locator('[data-test=state]').filter({ hasText: 'On' }).waitFor();
    await play({ do: 'rock', input: 0, on: false });
    await relay(page, 0).locator('[data-test=state]').filter({ hasText: 'Off' }).waitFor();
  });

  it('S-OP-16 to whom it is given: added, changed and taken back by who may, live for those it concerns', async () => {
    const worker = await open('operator');
    const chief = await open('sex_boshligi');
    await worker.locator('[data-test=given]').getByText('Given to nobody').waitFor();
    await chief.locator('[data-test=users]').click();
    await chief.getByRole('dialog').getByText('Given to nobody').waitFor();
    assert.equal(await chief.locator('[data-test=give]').count(), 0);
    await chief.keyboard.press('Escape');

    const page = await open('integrator');
    await page.locator('[data-test=users]').click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'Who may use it' });
    const { operator, otk } = stage.platform.demo.users;
    assert.ok(operator && otk);
    const give = async (username: string, role: string) => {
      await choose(page, /^Person$/, `(${username})`);
      await dialog.getByRole('radio', { name: role }).check();
      await dialog.locator('[data-test=give]').click();
      const line = dialog.locator(`[data-user="${username}"]`);
      await line.waitFor();
      return line;
    };
    const given = await give(operator.username, 'Controller');
    await worker.locator('[data-test=given]').getByText('Given to').waitFor();
    await relay(chief, 0).locator('[role=switch][disabled]').waitFor();
    await card(chief).locator('[data-test=looks-only]').waitFor();
    assert.equal(await relay(worker, 0).getByRole('switch').isEnabled(), true);
    const idle = await give(otk.username, 'Controller');
    await idle.locator('[data-test=obstacle]').getByText('don’t let them switch').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    await given.getByRole('combobox').click();
    await page.getByRole('option', { name: 'Viewer' }).click();
    await relay(worker, 0).locator('[role=switch][disabled]').waitFor();
    await worker.locator('[data-test=users]').click();
    await worker
      .getByRole('dialog')
      .locator(`[data-user="${operator.username}"]`)
      .getByText('Viewer')
      .waitFor();

    const takeBack = async (username: string, sentence: string) => {
      const line = dialog.locator(`[data-user="${username}"]`);
      await line.locator('[data-test=take-back]').click();
      const sure = page.getByRole('dialog').filter({ hasText: 'Take it back?' });
      await sure.getByText(sentence).waitFor();
      await sure.getByRole('button', { name: 'Take back' }).click();
      await line.waitFor({ state: 'detached' });
    };
    await takeBack(otk.username, 'can’t use this switch any more');
    await takeBack(operator.username, 'is the last');
    await relay(chief, 0).locator('[role=switch]:not([disabled])').waitFor();
  });

  it('its history is told in words, with the older pages', async () => {
    for (let turn = 0; turn < 7; turn += 1)
      for (const wanted of ['on', 'off'])
        await stage.platform.call('sex_boshligi', 'POST', `/devices/${SWITCH}/relays/1`, {
          state: wanted,
        });
    const page = await open('texnolog');
    await card(page).getByRole('button', { name: 'History' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/^The command of \S+ was done$/)
      .first()
      .waitFor();
    await dialog
      .getByText(/^Relay 2 off: /)
      .first()
      .waitFor();
    const shown = await dialog.getByRole('listitem').count();
    await dialog.getByRole('button', { name: 'Older' }).click();
    await dialog.getByRole('listitem').nth(shown).waitFor();
    await dialog
      .getByText(/taken over the settings \(version \d+\)/)
      .first()
      .waitFor();
  });

  for (const theme of ['light', 'dark'] as const)
    it(`has no serious fault for people with disabilities, ${theme}, and fits a phone`, async () => {
      const page = await open('integrator', { size: { width: 390, height: 844 } });
      await page.evaluate((value) => localStorage.setItem('qoida.theme', value), theme);
      await page.reload();
      await card(page).locator('[data-test=online]').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      assert.ok(over <= 0, `${over} px too wide`);
      await card(page).getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('dialog').locator('[data-test=save-config]').waitFor();
      // While it fades in, its colours are not yet its own.
      await page.waitForFunction(() => document.querySelector('[class*=enter-active]') === null);
      assert.deepEqual(await accessibilityFaults(page), []);
    });

  it('speaks Uzbek and Russian', async () => {
    const page = await open('operator', { locale: 'uz' });
    await card(page).getByText('Hammasini o‘chirish').waitFor();
    await page.getByRole('button', { name: 'Русский' }).click();
    await card(page).getByText('Всё выключить').waitFor();
  });

  it('S-OP-16 its roles are given to people where people are made', async () => {
    const page = await stage.at('integrator');
    await page.goto('/users');
    await loaded(page);
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Username').fill('hall');
    await dialog.getByLabel('Full name').fill('Hall Keeper');
    await dialog.getByLabel('Position').click();
    await page.getByRole('option').filter({ hasText: 'Relay user' }).click();
    await dialog.getByLabel('Password').fill('Correct-Horse-42');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row').filter({ hasText: 'hall' }).getByText('Relay user').waitFor();
  });

  it('S-M1-06 S-OP-23 one is removed by who sets it up, after hearing what ends and which rules name it', async () => {
    const { call } = stage.platform;
    const code = 'switch-old';
    await call('integrator', 'POST', '/devices', {
      code,
      device_type: 'relay_switch',
      driver_model: 'hexa-mini-switch-v1',
    });
    await call('texnolog', 'POST', '/rules/modules', { name: 'plant.lamp' });
    await call('texnolog', 'POST', '/rules/modules/plant.lamp/publish', {
      text: `language en\nmodule plant.lamp\nrequires relay_switch\n\nschedule lamp\n  every day at 23:00\n  do relay.set_all(device_id: "${code}", state: \`off\`)\n`,
      base_version: 1,
      note: 'for a test',
    });
    const old = (page: Page) => page.locator(`[data-device="${code}"]`);
    const worker = await open('operator');
    await old(worker).locator('[data-test=all-off]').waitFor();
    assert.equal(await old(worker).locator('[data-test=remove-open]').count(), 0);
    const page = await open('integrator');
    const asking = old(page).locator('[data-test=remove-open]');
    await asking.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog').filter({ hasText: `Remove ${code}?` });
    await dialog.locator('[data-test=named-in]').getByText('plant.lamp').waitFor();
    await dialog.getByText('(line: 7)').waitFor();
    await dialog.getByText('its connection and its secret end').waitFor();
    await page.waitForFunction(() => document.querySelector('[class*=enter-active]') === null);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await old(page).count(), 1, 'nothing is removed by looking');
    await asking.focus();
    await page.keyboard.press('Enter');
    await dialog.locator('[data-test=named-in]').waitFor();
    await dialog.locator('[data-test=remove]').focus();
    await page.keyboard.press('Enter');
    await old(page).waitFor({ state: 'detached' });
    await old(worker).waitFor({ state: 'detached' });
    await card(page).waitFor();
    await page.goto('/devices');
    await loaded(page);
    await card(page).locator('[data-test=remove-open]').waitFor();
    assert.equal(await old(page).count(), 0);
  });
});
