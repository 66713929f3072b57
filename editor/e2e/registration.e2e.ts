import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults, choose, loaded, openScreen, type ScreenOptions } from './browser.ts';
import { setStage } from './stage.ts';

const PHONE = { width: 360, height: 740 };
const PASSWORD = 'a horse of my own 7';

async function fill(page: Page, name: string, username: string, password = PASSWORD) {
  await page.fill('input[name=name]', name);
  await page.fill('input[name=username]', username);
  await page.fill('input[name=new-password]', password);
}

const tooWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** What stands below a field, once it is there. */
async function faultAt(page: Page, field: string): Promise<string> {
  const input = page.locator(`input[name=${field}][aria-invalid=true]`);
  await input.waitFor();
  return page.locator('.q-field', { has: input }).getByRole('alert').innerText();
}

describe('registration', () => {
  const stage = setStage({ REGISTRATION_ROLE: 'relay_user' });
  const outside = async (options: ScreenOptions, work: (page: Page) => Promise<void>) => {
    const screen = await openScreen(stage.browser, stage.platform, options);
    await work(screen.page);
    assert.deepEqual(screen.errors, []);
    await screen.close();
  };

  it('S-M1-04 is found at the sign-in, done with the keyboard, and leads in', () =>
    outside({}, async (page) => {
      await page.goto('/sign-in');
      await page.getByRole('link', { name: 'Register' }).focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('Full name').focus();
      await page.keyboard.type('Nodira Karimova');
      await page.keyboard.press('Tab');
      await page.keyboard.type('nodira');
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByText('What you can do now').waitFor();
      const people = await stage.platform.call<{ items: { username: string; position: string }[] }>(
        'integrator',
        'GET',
        '/users?role=relay_user',
      );
      assert.ok(people.items.some(({ username }) => username === 'nodira'));
      await page.goto('/register');
      await page.getByText('What you can do now').waitFor();
    }));

  it('S-M1-04 tells what is wrong at the field, keeps what was written, and goes to it', () =>
    outside({}, async (page) => {
      await page.goto('/register');
      await fill(page, '123', 'operator');
      await page.click('button[type=submit]');
      assert.match(await faultAt(page, 'name'), /A name has letters/);
      assert.ok(
        await page.locator('input[name=name]').evaluate((at) => at === document.activeElement),
      );
      await page.fill('input[name=name]', 'Ali');
      assert.equal(await page.locator('[aria-invalid=true]').count(), 0);
      await page.click('button[type=submit]');
      assert.match(await faultAt(page, 'username'), /“operator” is taken/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await page.fill('input[name=username]', 'два слова');
      await page.click('button[type=submit]');
      assert.match(await faultAt(page, 'username'), /2 to 64 characters/);
      await page.fill('input[name=username]', 'ali');
      await page.fill('input[name=new-password]', 'aaaaaaaaaaaa');
      await page.click('button[type=submit]');
      assert.match(await faultAt(page, 'new-password'), /varied characters/);
      assert.equal(await page.locator('input[name=name]').inputValue(), 'Ali');
    }));

  for (const [locale, title, link] of [
    ['uz', 'Ro‘yxatdan o‘tish', 'Tizimga kirish'],
    ['ru', 'Регистрация', 'Вход в систему'],
    ['en', 'Register', 'Sign in'],
  ] as const)
    it(`fits a narrow phone and has no serious fault, in ${locale}`, () =>
      outside({ locale, size: PHONE }, async (page) => {
        await page.goto('/sign-in');
        await page.getByRole('link', { name: title }).waitFor();
        assert.deepEqual([await tooWide(page), await accessibilityFaults(page)], [0, []]);
        await page.goto('/register');
        await page.getByRole('heading', { name: title }).waitFor();
        await page.locator('input[name=new-password]').waitFor();
        assert.deepEqual([await tooWide(page), await accessibilityFaults(page)], [0, []]);
        await page.getByRole('link', { name: link }).click();
        await page.waitForURL(/sign-in/);
      }));

  it('a lost answer makes nobody twice', () =>
    outside({}, async (page) => {
      await page.goto('/register');
      await fill(page, 'Once Only', 'once');
      let lost = 0;
      await page.route('**/auth/register', async (route) => {
        if (lost > 0) return route.continue();
        lost += 1;
        await route.fetch();
        return route.abort();
      });
      await page.click('button[type=submit]');
      await page.getByRole('alert').first().waitFor();
      await page.click('button[type=submit]');
      await page.getByText('What you can do now').waitFor();
      assert.equal(lost, 1);
    }));
});

describe('where nobody registers', () => {
  const stage = setStage();

  it('S-OP-16 the sign-in has no link, and the page says whom to ask', async () => {
    const { page, errors, close } = await openScreen(stage.browser, stage.platform);
    const answer = page.waitForResponse('**/auth/setup');
    await page.goto('/sign-in');
    await answer;
    await page.locator('input[name=username]').waitFor();
    assert.equal(await page.getByRole('link').count(), 0);
    await page.goto('/register');
    await page.getByText('Ask an administrator for an account').waitFor();
    assert.equal(await page.locator('form').count(), 0);
    assert.deepEqual([errors, await accessibilityFaults(page)], [[], []]);
    await close();
  });
});

describe('registration where people wait', () => {
  const stage = setStage({ REGISTRATION_ROLE: 'operator', REGISTRATION_WAITS: 'true' });

  it('S-OP-16 an administrator finds who waits, and lets them in', async () => {
    const stranger = await openScreen(stage.browser, stage.platform, { size: PHONE });
    const { page } = stranger;
    await page.goto('/register');
    await page.getByText('An administrator lets you in once you have registered').waitFor();
    await fill(page, 'Nodira Karimova', 'Nodira');
    await page.click('button[type=submit]');
    await page.getByText('Then sign in as nodira').waitFor();
    assert.deepEqual([await tooWide(page), await accessibilityFaults(page)], [0, []]);
    await page.getByRole('link', { name: 'To sign-in' }).click();
    const enter = async () => {
      await page.fill('input[name=username]', 'nodira');
      await page.fill('input[name=password]', PASSWORD);
      await page.click('button[type=submit]');
    };
    await enter();
    await page.getByText('an administrator has still to let you in').waitFor();

    const keeper = await stage.at('integrator');
    await keeper
      .getByRole('link', { name: /Users.*1|1.*Users/ })
      .first()
      .waitFor();
    await keeper.goto('/users');
    await choose(keeper, 'Status', 'waits to be let in');
    const row = keeper.getByRole('row', { name: /nodira/ });
    await row.getByText('waits to be let in').waitFor();
    await loaded(keeper);
    assert.deepEqual(await accessibilityFaults(keeper), []);
    await row.getByRole('button', { name: 'Let in: nodira' }).click();
    await row.waitFor({ state: 'detached' });

    await enter();
    await page.getByText('What you can do now').waitFor();
    assert.deepEqual(stranger.errors, []);
    await stranger.close();
  });
});
