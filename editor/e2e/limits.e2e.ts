import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { loaded } from './browser.ts';
import { until } from './platform.ts';
import { load, openSession, setStage } from './stage.ts';

/** What the page asks of the platform while `work` runs, without what it asks for by query. */
async function askedDuring(page: Page, work: () => Promise<void>): Promise<string[]> {
  const asked: string[] = [];
  const note = (request: { method(): string; url(): string }) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(`${request.method()} ${pathname}`);
  };
  page.on('request', note);
  await work();
  page.off('request', note);
  return asked;
}

describe('F-SEC-09 so many calls a minute', () => {
  const stage = setStage({ API_RATE_LIMIT_RPM: '120' });

  /** Asks for as much as a minute lets this person ask for, and has most of that minute still to come. */
  const tire = (role: string) =>
    until('the limit', async () => {
      for (;;) {
        const refused = await stage.platform.call(role, 'GET', '/messages?page_size=1').then(
          () => undefined,
          (error: Error) => error.message,
        );
        if (refused === undefined) continue;
        const wait = Number(/"retry_after":(\d+)/.exec(refused)?.[1]);
        return wait > 45 ? true : undefined;
      }
    });
  const paced = (page: Page) => page.locator('[data-test=paced]');

  it('a page that is loaded asks for nothing twice', async () => {
    await openSession(stage.platform, 'E1', 'L-501');
    const page = await stage.at('operator');
    // Which scale stands here a screen learns at its first visit.
    await page.goto('/kiosk');
    await page.locator('[data-test=create]:not([disabled])').waitFor();
    for (const path of ['/kiosk', '/', '/alerts']) {
      const load = () =>
        askedDuring(page, async () => {
          const live = page.waitForResponse((response) => response.url().includes('/stream?'));
          await page.goto(path);
          await loaded(page);
          await live;
          if (path === '/kiosk') await page.locator('[data-test=create]:not([disabled])').waitFor();
        });
      let asked = await load();
      // What happened just before is told as the page opens, and makes it look again: not every time.
      for (let n = 0; n < 3 && new Set(asked).size < asked.length; n++) asked = await load();
      assert.deepEqual(asked.toSorted(), [...new Set(asked)].sort(), path);
      assert.ok(!asked.includes('GET /api/v1/me'), 'who it is was told at the door');
    }
  });

  it('over the limit a screen says so, goes on by itself, and nothing typed is lost', async () => {
    const kiosk = await stage.at('operator');
    await kiosk.goto('/kiosk');
    await kiosk.getByRole('radio', { name: 'By hand' }).check();
    await kiosk.getByRole('spinbutton').fill('118.5');
    await kiosk.getByLabel('Why by hand?').fill('the counter slips');
    const other = await stage.at('operator', { locale: 'uz' });
    await load(stage.platform, 'scale-E1-pack-01', 12);
    await kiosk.getByText('Weight is stable').waitFor();
    await tire('operator');

    // What happens meanwhile makes the kiosk look again.
    await openSession(stage.platform, 'E2', 'L-502', 'operator2');
    await kiosk.getByText(/Too many requests: goes on by itself in \d+ s/).waitFor();
    await other.goto('/kiosk');
    await paced(other)
      .getByText(/soniyadan so‘ng o‘zi davom etadi/)
      .waitFor();
    await kiosk.click('[data-test=create]');
    await kiosk.getByText(/Too many requests; try again in \d+ s/).waitFor();
    assert.equal(await kiosk.getByText('Connection lost').count(), 0);
    assert.equal(await other.getByText('Aloqa uzildi').count(), 0);

    await paced(kiosk).waitFor({ state: 'detached' });
    await paced(other).waitFor({ state: 'detached' });
    for (const page of [kiosk, other]) {
      await page.locator('[data-test=session]').first().click();
      await page.getByRole('option').filter({ hasText: 'L-502' }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/kiosk');
    }
    assert.equal(await kiosk.getByRole('spinbutton').inputValue(), '118.5');
    assert.equal(await kiosk.getByLabel('Why by hand?').inputValue(), 'the counter slips');
  });
});
