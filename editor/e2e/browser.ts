import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, chromiumPath } from './chromium.ts';
import type { Platform } from './platform.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How long a page may take for what is waited for, on a machine that is busy with much else, ms. */
export const PATIENCE_MS = 150_000;

export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error('no Chromium on this machine; set CHROMIUM to its path');
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
}

/** A person at a screen of their own, signed in. Errors of the page fail the test that looks at them. */
export interface Screen {
  readonly page: Page;
  readonly errors: string[];
  close(): Promise<void>;
}

export interface ScreenOptions {
  readonly locale?: 'uz' | 'ru' | 'en';
  readonly size?: { width: number; height: number };
  /** Another address of the platform. */
  readonly url?: string;
}

/** Signs in by the form, as a user of the demo. */
export async function signIn(page: Page, platform: Platform, role: string): Promise<void> {
  const user = platform.demo.users[role];
  assert.ok(user, `no user ${role}`);
  await page.goto('/sign-in');
  await page.fill('input[name=username]', user.username);
  await page.fill('input[name=password]', user.password);
  await page.click('button[type=submit]');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await page.locator('main h1').first().waitFor();
}

/** A screen with nobody signed in, in the language given. */
export async function openScreen(
  browser: Browser,
  platform: Platform,
  options: ScreenOptions = {},
): Promise<Screen> {
  const context: BrowserContext = await browser.newContext({
    baseURL: options.url ?? platform.url,
    viewport: options.size ?? { width: 1280, height: 800 },
  });
  await context.addInitScript((locale) => {
    if (localStorage.getItem('qoida.locale') === null) localStorage.setItem('qoida.locale', locale);
  }, options.locale ?? 'en');
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // A refused request is an answer here; everything else that a page complains of is a fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  return { page, errors, close: () => context.close() };
}

/** Waits until everything that the page loads is there. */
export const loaded = (page: Page) =>
  page.waitForFunction(
    () =>
      document.querySelector('main h1') !== null &&
      document.querySelector('.states__line') === null,
  );

/** Opens a select by its label and takes the option that holds the text. */
export async function choose(
  page: Page,
  label: string | RegExp,
  option: string | RegExp,
): Promise<void> {
  await page.getByLabel(label).first().click();
  await page.getByRole('option').filter({ hasText: option }).first().click();
  await page.locator('.q-menu').waitFor({ state: 'detached' });
}

/** Serious findings of axe-core on the page as it is now: rule and place. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // What fades in has the colours of neither before nor after.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .every(({ effect }) => effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY),
  );
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (
      globalThis as unknown as {
        axe: {
          run(
            context: unknown,
            options: unknown,
          ): Promise<{
            violations: {
              id: string;
              impact: string;
              nodes: { target: string[]; failureSummary: string }[];
            }[];
          }>;
        };
      }
    ).axe;
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(
          (node) =>
            `${id}: ${node.target.join(' ')} — ${node.failureSummary.replaceAll(/\s+/g, ' ')}`,
        ),
      );
  });
}
