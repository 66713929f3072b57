import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults, choose, loaded } from './browser.ts';
import { assertFits, openSession, packed, setStage } from './stage.ts';

const MODULE = `module plant.heavy
requires factory

gate heavy_stays
  on package.void
  block when package.weight_kg is present and package.weight_kg > 30 kg
  message "{package.qr_code} is too heavy to be void"
  remedy "Weigh it again first"
  release never
`;

describe('F-APR-10 packages that are none any more', () => {
  const stage = setStage();
  let session = '';
  before(async () => {
    session = await openSession(stage.platform, 'E1', 'VOID-1');
  });

  async function ask(page: Page, reason: string): Promise<void> {
    await page.getByLabel('Why is it void?').fill(reason);
    await page.locator('[data-test=forecast]').getByText('Workshop chief').waitFor();
    await page.click('[data-test=ask]');
    await page.locator('[data-test=waiting-approval]').waitFor();
  }

  it('an empty list says so; one that nothing fits says that', async () => {
    const page = await stage.at('operator', { locale: 'ru' });
    await page.goto('/packages');
    await page.getByText('Упаковок пока нет').waitFor();
    await page.getByLabel('QR-код').fill('FG-0000');
    await page.getByText('Подходящих упаковок нет').waitFor();
  });

  it('the operator asks in the list, OTK is told, the chief agrees there, and it is void', async () => {
    const { platform } = stage;
    const { qr_code } = await packed(platform, session, 20.52);
    const page = await stage.at('operator');
    await page.goto('/packages');
    const row = page.locator(`article[data-qr="${qr_code}"]`);
    await row.getByText('E1 · POL-10 · VOID-1').waitFor();
    await row.locator('[data-test=void]').click();
    await ask(page, 'the film is torn');
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await row.getByText('asked to be void').waitFor();
    assert.equal(await row.locator('[data-test=void]').count(), 0);

    const chief = await stage.at('sex_boshligi');
    await chief.goto('/packages');
    const waits = chief.locator('[data-test=waiting-list]');
    await waits.getByText('the film is torn').waitFor();
    assert.deepEqual(await accessibilityFaults(chief), []);
    await waits.locator('[data-test=approve]').click();
    await row.getByText('void', { exact: true }).waitFor();
    await choose(chief, 'Status', 'waits for quality control');
    await chief.locator(`article[data-qr="${qr_code}"]`).waitFor({ state: 'detached' });
    await chief.getByText('No package fits').waitFor();
  });

  it('F-UI-15 a gate that refuses is told before, in its own words, with what would make it pass', async () => {
    const { platform } = stage;
    await platform.call('texnolog', 'POST', '/rules/modules', { name: 'plant.heavy' });
    await platform.call('texnolog', 'POST', '/rules/modules/plant.heavy/publish', {
      text: MODULE,
      base_version: 1,
      note: 'heavy packages stay',
    });
    const { qr_code } = await packed(platform, session, 40);
    const page = await stage.at('operator');
    await page.goto('/packages');
    await page.locator(`article[data-qr="${qr_code}"] [data-test=void]`).click();
    await page.getByLabel('Why is it void?').fill('too heavy to carry');
    const told = page.locator('[data-test=forecast]');
    await told.getByText(`${qr_code} is too heavy to be void`).waitFor();
    const ways = told.locator('[data-test=would-pass] li');
    await ways.first().waitFor();
    assert.match((await ways.first().textContent()) ?? '', /30/);
    assert.ok((await ways.locator('svg').count()) > 0, 'each way has its sign');
    await page.click('[data-test=ask]');
    const refusal = page.getByRole('dialog').locator('[data-test=refusal]');
    await refusal.getByText('Weigh it again first').waitFor();
    assert.equal(await page.getByLabel('Why is it void?').inputValue(), 'too heavy to carry');
  });

  it('at the kiosk, on a tablet, the package that was picked is voided with one hand', async () => {
    const { qr_code } = await packed(stage.platform, session, 20.4);
    const page = await stage.at('operator', { size: { width: 1024, height: 768 } });
    await page.goto('/kiosk');
    await choose(page, 'Session', 'VOID-1');
    await page.locator('.history__item').filter({ hasText: qr_code }).click();
    const result = page.locator('[data-test=result]');
    const button = result.locator('[data-test=void]');
    assert.ok(((await button.boundingBox())?.height ?? 0) >= 64, 'large enough for a glove');
    await button.click();
    await ask(page, 'packed twice');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await result.getByText('asked to be void').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  });
});

describe('F-SM-13 degassing', () => {
  const stage = setStage();
  let session = '';
  const codes: string[] = [];
  before(async () => {
    const { platform } = stage;
    const made = await platform.call<{ id: string }>('sex_boshligi', 'POST', '/sessions', {
      workcenter_id: 'E1',
      sku_id: 'POL-D1',
      partiya_no: 'GAS-1',
      shift: 'day',
      operators: ['operator'],
    });
    session = made.id;
    for (const kg of [20.244, 20.25, 20.26]) {
      const { id, qr_code } = await packed(platform, session, kg, 'POL-D1');
      await platform.call('sex_boshligi', 'POST', `/approvals/manual_length/${id}/approve`, {});
      codes.push(qr_code);
    }
  });

  it('OTK sees that a package still degasses, decides, and is shown what the rules point out', async () => {
    const page = await stage.at('otk');
    await page.goto('/quality');
    const card = page.locator(`article[data-qr="${codes[0]}"]`);
    await card.getByText('degassing', { exact: true }).waitFor();
    await card.locator('[data-test=approve]').click();
    const told = page.locator('[data-test=told]');
    await told.getByText(`${codes[0]} waits for degassing`).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await told.getByRole('link', { name: 'Open Degassing' }).click();
    await page.getByText('3 packages, 60.754 kg').waitFor();
    assert.equal(await page.locator('[data-test=end]').count(), 0, 'OTK ends nothing');
  });

  it('what stands where and since when; the chief ends one, then all of the session', async () => {
    const page = await stage.at('sex_boshligi');
    await page.goto('/degassing');
    const group = page.locator(`[data-session="${session}"]`);
    await group.getByRole('heading', { name: 'E1 · POL-D1 · GAS-1' }).waitFor();
    await group.getByText(/the oldest for \d+ (min|h)/).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await group.locator(`[data-qr="${codes[0]}"] [data-test=end]`).click();
    await group.getByText('2 packages, 40.510 kg').waitFor();
    await group.locator('[data-test=end-all]').click();
    const sure = page.getByRole('dialog');
    await sure.getByText('2 packages of E1 · POL-D1 · GAS-1').waitFor();
    await sure.getByRole('button', { name: 'All degassed' }).click();
    await page.getByText('Nothing is degassing').waitFor();
  });

  it('an empty list in Uzbek, in the dark, on a phone', async () => {
    const page = await stage.at('texnolog', { locale: 'uz', size: { width: 360, height: 740 } });
    await page.evaluate(() => localStorage.setItem('qoida.theme', 'dark'));
    await page.goto('/degassing');
    await loaded(page);
    await page.getByText('Degazatsiyada hech narsa yo‘q').waitFor();
    await assertFits(page);
    await page.goto('/packages');
    await page.getByText('degazatsiyadan o‘tgan').first().waitFor();
    await assertFits(page);
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  for (const role of ['direktor', 'otk'] as const) {
    it(`every place in the menu of ${role} may be read`, async () => {
      const page = await stage.at(role);
      const places = await page
        .locator('.shell__rail nav a')
        .evaluateAll((links) => links.flatMap((link) => link.getAttribute('href') ?? []));
      const own = places.filter((path) => path.startsWith('/') && !/^\/(api|red)/.test(path));
      assert.ok(own.length > 8, own.join(' '));
      for (const path of own) {
        await page.goto(path);
        await loaded(page);
        assert.deepEqual(await page.locator('.note--bad').allTextContents(), [], path);
      }
    });
  }
});
