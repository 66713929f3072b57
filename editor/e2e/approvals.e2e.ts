import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults, choose, loaded } from './browser.ts';
import { openSession, setStage } from './stage.ts';

const RULE = `
approval pause_is_agreed
  on session.pause
  steps sex_boshligi
  message "Pause session {session.partiya_no}"
`;

const RESUMING = `module plant.resuming
requires factory

approval resume_is_agreed
  on session.resume
  steps sex_boshligi
  message "Resume session {session.partiya_no}"
  approved do session.pause(session_id: session.id, reason: "to be looked at")
`;

describe('approvals, as people see them', () => {
  const stage = setStage();
  let lot = 0;

  before(async () => {
    const { platform } = stage;
    const path = '/rules/modules/factory.balance';
    const { version, text } = await platform.call<{ version: number; text: string }>(
      'texnolog',
      'GET',
      path,
    );
    const body = { text: text + RULE, base_version: version, note: 'pauses are agreed to' };
    await platform.call('texnolog', 'POST', `${path}/publish`, body);
  });

  /** A session of its own, and the operator's screen after he asked to pause it. */
  async function askedToPause(line: string, operator = 'operator'): Promise<[Page, string]> {
    lot += 1;
    const name = `APPROVAL-${lot}`;
    const session = await openSession(stage.platform, line, name, operator);
    const page = await stage.at('operator');
    await page.goto(`/sessions/${session}`);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.locator('[data-test=waiting-approval][data-state=pending]').waitFor();
    return [page, name];
  }
  const cardOf = (page: Page, name: string) =>
    page.locator('[data-approval]').filter({ hasText: `Pause session ${name}` });

  it('an operator asks, sees that it waits, the chief agrees, and it is done', async () => {
    const chief = await stage.at('sex_boshligi');
    await chief.goto('/approvals');
    await chief.getByText('Nothing waits for your decision').waitFor();
    const [operator, name] = await askedToPause('E1');
    const note = operator.locator('[data-test=waiting-approval]');
    await note.getByText('Taken, and waits for approval').waitFor();
    await note.getByText('Workshop chief').first().waitFor();
    await operator.locator('[data-test=status]').filter({ hasText: 'running' }).waitFor();

    const card = cardOf(chief, name);
    await card.waitFor();
    await chief.locator('.nav__count').first().waitFor();
    assert.deepEqual(await accessibilityFaults(chief), []);
    await card.getByLabel('Comment').fill('the line is short of people');
    await card.locator('[data-test=approve]').click();
    await card.waitFor({ state: 'detached' });

    await operator.locator('[data-test=waiting-approval]').getByText('Done').first().waitFor();
    await operator.locator('[data-test=status]').filter({ hasText: 'paused' }).waitFor();
    await operator.goto('/approvals?box=mine');
    const mine = cardOf(operator, name);
    await mine.locator('[data-test=outcome]').filter({ hasText: 'Done' }).waitFor();
    await mine.getByText('the line is short of people').waitFor();
    await chief.getByText('Nothing waits for your decision').waitFor();
  });

  it('an integrator says which channels carry approvals', async () => {
    const page = await stage.at('integrator');
    await page.goto('/channels');
    await loaded(page);
    const card = page.locator('[data-channel=webhook]');
    const choice = card.getByRole('group', { name: 'Carries requests for approval' });
    assert.equal(await choice.getByRole('radio', { name: 'No' }).isChecked(), true);
    await card.getByLabel('Address (http or https)').fill('http://127.0.0.1:1/in');
    await card.getByLabel('Key of the signature').fill('a-secret-of-sixteen');
    await choice.getByRole('radio', { name: 'Yes' }).check();
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Saved').waitFor();
    await page.reload();
    await loaded(page);
    assert.equal(await choice.getByRole('radio', { name: 'Yes' }).isChecked(), true);
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  it('a rejection says why; the requester sees it, and withdraws what he asked again', async () => {
    const chief = await stage.at('sex_boshligi');
    await chief.goto('/channels');
    await loaded(chief);
    const [operator, name] = await askedToPause('E2', 'operator2');
    // On whatever page he is, he is told, and led to the request.
    const toast = chief.locator('[data-test=approval-toast]');
    await toast.getByText(`Waits for your approval · Pause session ${name}`).waitFor();
    assert.deepEqual(await accessibilityFaults(chief), []);
    await toast.getByRole('link', { name: 'Open' }).click();
    await chief.getByText('The request of the message').waitFor();
    const card = cardOf(chief, name);
    await card.locator('[data-test=reject]').click();
    await card.getByText('Say why you reject it').waitFor();
    await card.getByLabel('Comment').fill('finish the roll first');
    await card.locator('[data-test=reject]').click();
    await operator.locator('[data-test=waiting-approval][data-state=rejected]').waitFor();
    await operator.getByText('finish the roll first').waitFor();
    await operator
      .locator('[data-test=approval-toast]')
      .getByText('What you asked for was decided')
      .waitFor();

    await operator.getByRole('button', { name: 'Pause', exact: true }).click();
    await operator.locator('[data-test=waiting-approval][data-state=pending]').waitFor();
    await operator.getByRole('link', { name: 'Approvals' }).last().click();
    const mine = operator.locator('[data-state=pending]').filter({ hasText: name });
    await mine.locator('[data-test=withdraw]').click();
    await operator
      .getByRole('dialog')
      .getByRole('button', { name: 'Withdraw the request' })
      .click();
    await mine.waitFor({ state: 'detached' });
    await operator
      .locator('[data-approval][data-state=withdrawn]')
      .filter({ hasText: name })
      .waitFor();
  });

  it('while the chief is away the technologist decides in his place', async () => {
    const chief = await stage.at('sex_boshligi');
    await chief.goto('/approvals');
    await chief.click('[data-test=away]');
    await choose(chief, 'To whom', 'texnolog');
    await chief.getByLabel('Reason').fill('on leave');
    assert.deepEqual(await accessibilityFaults(chief), []);
    await chief.click('[data-test=hand-over]');
    await chief.locator('[data-delegation]').filter({ hasText: 'on leave' }).waitFor();

    const [operator, name] = await askedToPause('E3');
    const deputy = await stage.at('texnolog');
    await deputy.goto('/approvals');
    await cardOf(deputy, name).locator('[data-test=approve]').click();
    await operator.locator('[data-test=waiting-approval]').getByText('Done').first().waitFor();
    await operator.locator('[data-test=waiting-approval]').getByText('in place of').waitFor();

    await chief.locator('[data-delegation]').getByRole('button', { name: 'End' }).click();
    await chief.getByText('Nobody has handed over').waitFor();
  });

  it('a closed session is reopened once chief, technologist and director have agreed', async () => {
    const { platform } = stage;
    const { items } = await platform.call<{ items: { id: string; partiya_no: string }[] }>(
      'sex_boshligi',
      'GET',
      '/sessions?status=open',
    );
    const [running] = items;
    assert.ok(running, 'a session of the tests before runs');
    const { id: session, partiya_no: name } = running;
    await platform.call('sex_boshligi', 'PATCH', `/sessions/${session}/close`, {});
    const chief = await stage.at('sex_boshligi');
    await chief.goto(`/sessions/${session}`);
    await chief.click('[data-test=reopen]');
    await chief.getByLabel('Why has it to be reopened?').fill('a lot was forgotten');
    await chief.click('[data-test=ask-reopen]');
    const note = chief.locator('[data-test=waiting-approval]');
    await note.getByText('by the request itself').waitFor();
    for (const role of ['texnolog', 'direktor']) {
      const page = await stage.at(role);
      await page.goto('/approvals');
      const card = page.locator('[data-approval]').filter({ hasText: `Reopen session ${name}` });
      await card.locator('[data-test=approve]').click();
      await card.waitFor({ state: 'detached' });
    }
    await note.getByText('Done').first().waitFor();
    await chief.goto(`/sessions/${session}`);
    await chief.locator('[data-test=status]').filter({ hasText: 'running' }).waitFor();
  });

  it('what follows a decision is told before it, and what became of it after', async () => {
    const { platform } = stage;
    const { items } = await platform.call<{ items: { id: string; partiya_no: string }[] }>(
      'sex_boshligi',
      'GET',
      '/sessions?page_size=200',
    );
    const paused = items.find(({ partiya_no }) => partiya_no === 'APPROVAL-1');
    assert.ok(paused, 'the session of the first test is paused');
    await platform.call('texnolog', 'POST', '/rules/modules', { name: 'plant.resuming' });
    await platform.call('texnolog', 'POST', '/rules/modules/plant.resuming/publish', {
      text: RESUMING,
      base_version: 1,
      note: 'who resumes is watched',
      accepts: ['resume_is_agreed'],
    });
    await platform.call('texnolog', 'PATCH', `/sessions/${paused.id}/resume`, {});
    const chief = await stage.at('sex_boshligi');
    await chief.goto('/approvals');
    const card = chief.locator('[data-approval]').filter({ hasText: 'Resume session APPROVAL-1' });
    await card.locator('[data-effects=approved]').getByText('session.pause').waitFor();
    assert.deepEqual(await accessibilityFaults(chief), []);
    await card.locator('[data-test=approve]').click();
    await card.waitFor({ state: 'detached' });
    await chief.goto('/approvals?box=all');
    const done = chief.locator('[data-approval]').filter({ hasText: 'Resume session APPROVAL-1' });
    await done
      .locator('[data-followed="session.pause"]')
      .filter({ hasText: 'waits for people' })
      .waitFor();
    assert.deepEqual(await accessibilityFaults(chief), []);
  });

  for (const [locale, sentence] of [
    ['uz', 'Sizning qaroringizni kutayotgan narsa yo‘q'],
    ['ru', 'Вашего решения ничто не ждёт'],
  ] as const) {
    it(`an empty inbox in ${locale}, in the dark, on a phone`, async () => {
      const page = await stage.at('direktor', { locale, size: { width: 390, height: 800 } });
      await page.evaluate(() => localStorage.setItem('qoida.theme', 'dark'));
      await page.goto('/approvals');
      await loaded(page);
      await page.getByText(sentence).waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
    });
  }
});
