import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openScreen, type Screen, type ScreenOptions, signIn } from './browser.ts';
import { type Platform, startPlatform } from './platform.ts';

/** What a browser test plays on: a platform, a browser, and people who sign in. */
export interface Stage {
  readonly platform: Platform;
  readonly browser: Browser;
  /** Signs a person in on a screen of their own, which the test's end closes. */
  at(role: string, options?: ScreenOptions): Promise<Page>;
}

/**
 * Sets the stage for the tests of the surrounding `describe`; a page that complained fails its test.
 * @param settings of the platform, beside those that every test plays with
 */
export function setStage(settings: Readonly<Record<string, string>> = {}): Stage {
  let platform: Platform | undefined;
  let browser: Browser | undefined;
  const screens: Screen[] = [];

  before(async () => {
    platform = await startPlatform(settings);
    browser = await openBrowser();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await keepPictures(this.currentTest.fullTitle(), screens);
    const errors = screens.flatMap((screen) => screen.errors);
    await Promise.all(screens.splice(0).map((screen) => screen.close()));
    assert.deepEqual(errors, []);
  });
  after(async () => {
    await browser?.close();
    await platform?.stop();
  });

  const there = <T>(thing: T | undefined): T => {
    assert.ok(thing !== undefined, 'the stage is not set yet');
    return thing;
  };
  return {
    get platform() {
      return there(platform);
    },
    get browser() {
      return there(browser);
    },
    async at(role, options) {
      const screen = await openScreen(there(browser), there(platform), options);
      screens.push(screen);
      await signIn(screen.page, there(platform), role);
      return screen.page;
    },
  };
}

/** What the screens of a failed test showed, for whoever mends it. */
async function keepPictures(title: string, screens: readonly Screen[]): Promise<void> {
  for (const [index, { page, errors }] of screens.entries()) {
    const path = join(
      tmpdir(),
      `qoida-e2e-${title.replaceAll(/\W+/g, '-').slice(0, 80)}-${index}.png`,
    );
    const kept = await page.screenshot({ path, fullPage: true }).then(
      () => `was left as ${path}`,
      // Of a page that is gone there is no picture; the test's own failure tells more than this one.
      (error: Error) => `left no picture: ${error.message.split('\n', 1)[0]}`,
    );
    console.error(`      ${page.url()} ${kept}`, ...errors);
  }
}

/** Takes the load off a simulated scale and puts another on. */
export async function load(platform: Platform, device: string, kg: number): Promise<void> {
  const order = (body: object) =>
    platform.call('integrator', 'POST', `/devices/${device}/simulate`, body);
  await order({ do: 'remove' });
  await order({ do: 'put', kg });
}

/** Opens a session of POL-10 and gives its id. */
export async function openSession(
  platform: Platform,
  workcenter: string,
  lot: string,
  operator = 'operator',
): Promise<string> {
  const { id } = await platform.call<{ id: string }>('sex_boshligi', 'POST', '/sessions', {
    workcenter_id: workcenter,
    sku_id: 'POL-10',
    partiya_no: lot,
    shift: 'day',
    operators: [operator],
  });
  return id;
}

/** The scale on which `packed` weighs; nobody simulates it. */
const BENCH = 'scale-E2E-01';
const benches = new WeakSet<Platform>();

/** A package of a session, weighed on a scale of the test; its typed length waits for the chief. */
export async function packed(
  platform: Platform,
  session: string,
  kg: number,
  sku = 'POL-10',
): Promise<{ id: string; qr_code: string }> {
  if (!benches.has(platform)) {
    benches.add(platform);
    await platform.addScale(BENCH);
  }
  await platform.ingest(BENCH, { gross_kg: 0 });
  await platform.ingest(BENCH, { gross_kg: kg });
  return platform.call('operator', 'POST', '/packages', {
    session_id: session,
    sku_id: sku,
    device_id: BENCH,
    length_mode: 'manual',
    length_m: 120.5,
    manual_reason: 'no counter',
  });
}

/** Nothing runs out of the screen at its side. */
export async function assertFits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${page.url()} is ${over} px too wide`);
}
