import assert from 'node:assert/strict';
import { ePechat } from '../src/domain/e-pechat.ts';
import { choose } from './browser.ts';
import { ACCEPT_WINDOW_SEC, type Platform, until } from './platform.ts';
import { load, openSession, setStage } from './stage.ts';

/** So long after it a reading is bound no more. */
const WINDOW_MS = ACCEPT_WINDOW_SEC * 1_000 + 500;
const SCALE = 'scale-EX-01';

/** Plays F-EX-02 up to its first close: 37.1 kg of 800 that nothing accounts for. */
async function playExample(platform: Platform): Promise<string> {
  await platform.addScale(SCALE);
  const weigh = async (kg: number) => {
    await platform.ingest(SCALE, { gross_kg: 0 });
    await platform.ingest(SCALE, { gross_kg: kg });
    return { device_id: SCALE };
  };
  const session = await openSession(platform, 'E1', 'F-EX-02');
  const pvd = { material_id: 'PVD-PE', batch_no: 'PVD-2508-01' };
  const sent = await platform.call<{ transfer_id: string }>(
    'main_ombor',
    'POST',
    '/stock/transfers/main-to-shop',
    {
      lines: [{ ...pvd, ...(await weigh(300)) }],
    },
  );
  const received = [{ ...pvd, ...(await weigh(300)) }];
  await platform.call('shop_op', 'POST', `/stock/transfers/${sent.transfer_id}/receive`, {
    lines: received,
  });
  for (const [material_id, batch_no, kg] of [
    ['PVD-PE', 'PVD-2508-01', 600],
    ['VT-PE', 'VT-0825-05', 150],
    ['MB-RED', 'MB-2508-02', 50],
  ] as const) {
    const lines = [{ material_id, batch_no, ...(await weigh(kg)) }];
    await platform.call('operator', 'POST', `/sessions/${session}/inputs`, { lines });
  }
  const key = await platform.call<{ inspector_id: string; key: string }>(
    'otk',
    'POST',
    '/qc/stamp-key',
    {},
  );
  let counter = 0;
  for (const [kg, decision] of [
    [742.5, 'ok'],
    [6.1, 'reject'],
  ] as const) {
    counter += Math.round((kg / 0.168) * 100) / 100;
    await platform.ingest('len-E1-01', { length_m: Math.round(counter * 100) / 100 });
    const made = await platform.call<{ id: string }>('operator', 'POST', '/packages', {
      session_id: session,
      sku_id: 'POL-10',
      length_mode: 'auto',
      ...(await weigh(kg)),
    });
    const stamped = {
      package_id: made.id,
      decision,
      weight_kg: kg,
      inspector_id: key.inspector_id,
    };
    await platform.call('otk', 'POST', '/qc/decide', {
      package_id: made.id,
      decision,
      protocol: {},
      e_pechat: ePechat(key.key, stamped),
    });
  }
  await platform.call('shop_op', 'POST', '/stock/shop/snapshot', {
    items: [{ ...pvd, session_id: session, ...(await weigh(12.3)) }],
    shift: 'day',
  });
  await platform.call('sex_boshligi', 'POST', '/rework/dispose', {
    session_id: session,
    reason: 'laminat zar qog‘oz',
    ...(await weigh(2)),
  });
  return session;
}

describe('refusals, as a person sees them', () => {
  const stage = setStage();

  it('a balance off by more than the limit: the picture, the refusal and the figures of F-EX-02', async () => {
    const session = await playExample(stage.platform);
    const page = await stage.at('sex_boshligi');
    await page.goto(`/sessions/${session}`);
    await page.locator('[data-test=delta]').filter({ hasText: 'Δ 37.100 kg' }).waitFor();
    for (const [term, figure] of Object.entries({
      input: '800.000',
      good: '742.500',
      wip: '12.300',
      scrapExpected: '45.200',
      disposed: '2.000',
      outstanding: '6.100',
      unexplained: '37.100',
    })) {
      assert.equal(await page.locator(`[data-test=balance-${term}]`).textContent(), figure, term);
    }
    await page.click('[data-test=close]');
    await page.getByRole('dialog').getByRole('button', { name: 'Close the session' }).click();
    const refusal = page.locator('[data-test=refusal]');
    await refusal.getByText('The balance is off by 37.1 kg, allowed is 5 kg').waitFor();
    await refusal.getByText('Weigh the scrap that is missing').waitFor();
    await refusal.getByText('nobody: remove the cause').waitFor();
    await refusal.locator('[data-test=would-pass]').getByText('32.1 kg more').first().waitFor();
    await refusal.getByText('Why?').click();
    await refusal.getByText('delta_limit(session)').first().waitFor();
    await page.locator('[data-test=status]').filter({ hasText: 'running' }).waitFor();
  });

  it('an expired scale: the sentence at the kiosk, who releases it, and the way out', async () => {
    const { platform } = stage;
    const scale = 'scale-MAIN-OLD';
    await platform.call('integrator', 'PATCH', `/devices/${scale}`, { purpose: 'pack' });
    await openSession(platform, 'E2', 'EXPIRED-1', 'operator2');
    await load(platform, scale, 20.52);

    const kiosk = await stage.at('operator', { locale: 'uz' });
    const pack = async () => {
      await kiosk.goto('/kiosk');
      await choose(kiosk, 'Sessiya', 'EXPIRED-1');
      await kiosk.getByRole('radio', { name: 'Qo‘lda' }).check();
      await kiosk.getByRole('spinbutton', { name: 'Uzunlik' }).fill('120.5');
      await kiosk.getByLabel('Nega qo‘lda?').fill('hisoblagich yo‘q');
    };
    await pack();
    await kiosk
      .locator('[data-state=calibration_expired]')
      .getByText('Qiyoslash muddati o‘tgan')
      .waitFor();
    await kiosk.click('[data-test=create]');
    const refusal = kiosk.locator('[data-test=refusal]');
    await refusal.getByText('Ruxsat berilmadi').waitFor();
    assert.match((await refusal.textContent()) ?? '', new RegExp(scale));
    await refusal.getByText('Integrator (IT) ruxsati, sabab bartaraf etilgach').waitFor();

    const office = await stage.at('integrator');
    await office.goto('/gates');
    await office.locator('article').filter({ hasText: 'calibration_expired' }).waitFor();
    await office.goto('/devices');
    const card = office.locator(`[data-device="${scale}"]`);
    await card.getByRole('button', { name: 'Record a calibration' }).click();
    await office.getByLabel('Certificate number').fill('CAL-IS-2025-081');
    await office.getByRole('button', { name: 'Save' }).click();
    await card.getByText('calibrated', { exact: true }).waitFor();
    await office.goto('/gates');
    await office.locator('article').filter({ hasText: 'delta_exceeded' }).waitFor();
    assert.equal(
      await office.locator('article').filter({ hasText: 'calibration_expired' }).count(),
      0,
    );
    // Nobody released it, and nobody is said to have.
    await office.getByRole('radio', { name: 'Closed' }).check();
    const closed = office.locator('article').filter({ hasText: 'calibration_expired' });
    await closed.getByText(/^Its cause is gone since/).waitFor();
    assert.deepEqual(await closed.locator('[data-test=gate-state]').allTextContents(), [
      'Cause gone',
    ]);

    await pack();
    await kiosk.locator('[data-state=stable]').waitFor();
    await kiosk.click('[data-test=create]');
    await kiosk.locator('[data-test=result] .result__code').waitFor();
  });

  it('no weight on the scale: a question first, then a draft that waits for the chief', async () => {
    const { platform } = stage;
    await platform.call('integrator', 'POST', '/devices/scale-MAIN-OLD/simulate', { do: 'break' });
    const page = await stage.at('operator');
    await page.goto('/kiosk');
    await choose(page, 'Session', 'EXPIRED-1');
    await page.locator('[data-state=line_lost], [data-state=no_data]').waitFor();
    await page.getByRole('radio', { name: 'By hand' }).check();
    await page.getByRole('spinbutton', { name: 'Length' }).fill('120.5');
    await page.getByLabel('Why by hand?').fill('no counter');
    await until('the window of the last reading to pass', async () => {
      const path = '/ingest/scale-events?device_id=scale-MAIN-OLD&page_size=1';
      const { items } = await platform.call<{ items: { ts_ingested: string }[] }>(
        'integrator',
        'GET',
        path,
      );
      return Date.now() - Date.parse(items[0]?.ts_ingested ?? '') > WINDOW_MS ? true : undefined;
    });
    await page.click('[data-test=create]');
    await page.getByRole('dialog').getByRole('button', { name: 'Create without weight' }).click();
    await page.locator('[data-test=waiting]').waitFor();
    const chief = await stage.at('sex_boshligi');
    await chief.goto('/sessions');
    await chief.getByRole('link', { name: 'E2' }).click();
    await chief.getByLabel('Net weight').fill('20.4');
    await chief.getByRole('button', { name: 'Approve the weight' }).click();
    await chief.getByLabel('Net weight').waitFor({ state: 'detached' });
  });
});
