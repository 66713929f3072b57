import { PATIENCE_MS } from './browser.ts';
import { setStage } from './stage.ts';

describe('Node-RED behind the sign-in', () => {
  const stage = setStage();

  it('a stranger is led to the sign-in, and from there to the flows', async () => {
    const context = await stage.browser.newContext({ locale: 'en-US' });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    try {
      await page.goto(`${stage.platform.url}/red/`);
      await page.waitForURL(/\/sign-in\?next=/);
      const { username, password } = stage.platform.demo.users.integrator ?? {};
      await page.locator('input[name=username]').fill(username ?? '');
      await page.locator('input[name=password]').fill(password ?? '');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/red\/$/);
      await page.locator('#red-ui-workspace').getByText('package.created').first().waitFor();
    } finally {
      await context.close();
    }
  });

  it('who is signed in already needs no second sign-in', async () => {
    const page = await stage.at('integrator');
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Node-RED' }).first().click();
    const flows = await opened;
    await flows.waitForURL(/\/red\/$/);
    await flows.locator('#red-ui-workspace').getByText('package.created').first().waitFor();
  });
});
