import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './browser.ts';
import { setStage } from './stage.ts';

const MODULE = 'factory.packing';
const PATH = `/rules/modules/${MODULE}`;

interface RuleModule {
  readonly text: string;
  readonly version: number;
  readonly draft: { readonly text: string; readonly revision: number } | null;
}

describe('versions of rules in the browser', () => {
  const stage = setStage();
  const read = () => stage.platform.call<RuleModule>('texnolog', 'GET', PATH);
  const open = async (page: Page) => {
    await page.goto(`/rules?module=${MODULE}`);
    await page.locator('.monaco-editor .view-line').first().waitFor();
  };
  const trial = (kg: number) => `
gate trial_limit
  on session.close
  block when session.input_kg > ${kg} kg
  message "Too heavy"
  release never
`;
  /** Draft of the module with a gate of its own at the end, as if somebody had typed it. */
  const draftWith = async (more: string) => {
    const { text, version, draft } = await read();
    const base = text.split('\ngate trial_limit')[0] ?? text;
    await stage.platform.call('texnolog', 'PUT', `${PATH}/draft`, {
      text: base + more,
      base_version: version,
      ...(draft === null ? {} : { revision: draft.revision }),
    });
  };
  const publish = async (page: Page, note: string) => {
    await page.getByLabel('What changed, and why').fill(note);
    await page.click('[data-test=publish-now]');
  };

  it('a gate that is loosened has to be confirmed by name before it is published', async () => {
    const page = await stage.at('texnolog');
    await draftWith(trial(90));
    await open(page);
    await page.click('[data-test=publish]');
    await page.locator('[data-test=meaning]').getByText('new: gate trial_limit').waitFor();
    await publish(page, 'a trial');
    await page.locator('[data-test=published]').getByText('version 2 is in force').waitFor();

    await draftWith(trial(95));
    await open(page);
    await page.click('[data-test=publish]');
    await page
      .locator('[data-test=meaning]')
      .getByText('limit of gate trial_limit (session.input_kg) 90 kg → 95 kg')
      .waitFor();
    const loosened = page.locator('[data-test=loosened]');
    await loosened.getByText('trial_limit').waitFor();
    await page.getByLabel('What changed, and why').fill('heavier');
    assert.equal(await page.locator('[data-test=publish-now]').isDisabled(), true);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.check('[data-test=loosened-sure]');
    await publish(page, 'heavier');
    await page.locator('[data-test=published]').getByText('version 3 is in force').waitFor();
  });

  it('any two versions are compared by meaning, in the reader’s language', async () => {
    const page = await stage.at('texnolog', { locale: 'ru' });
    await open(page);
    await page.click('[data-test=versions]');
    await page.click('[data-test=diff-3]');
    await page
      .locator('[data-test=comparison]')
      .getByText('предел, запрет trial_limit (session.input_kg): 90 kg → 95 kg')
      .waitFor();
    await page.click('[data-test=diff-2]');
    await page.locator('[data-test=comparison]').getByText('новое: запрет trial_limit').waitFor();
  });

  it('rules are taken from files, looked at first', async () => {
    const page = await stage.at('texnolog');
    await page.goto('/rules');
    await page.click('[data-test=files]');
    const { text } = await read();
    await page.setInputFiles('[data-test=import-files]', {
      name: 'packing.qoida',
      mimeType: 'text/plain',
      buffer: Buffer.from(text.replace('> 95 kg', '> 80 kg')),
    });
    await page.locator('[data-test=import-file]').getByText('95 kg → 80 kg').waitFor();
    await page.click('[data-test=import-drafts]');
    await page.locator('[data-test=import-file]').waitFor({ state: 'detached' });
    assert.match((await read()).draft?.text ?? '', /> 80 kg/);
  });

  it('what two people type in other places of a draft is joined', async () => {
    const [one, two] = [await stage.at('texnolog'), await stage.at('admin')];
    await open(one);
    await open(two);
    const saved = (page: Page) =>
      page.locator('[data-test=save-state]').filter({ hasText: 'draft saved' }).waitFor();
    const type = async (page: Page, key: string, text: string) => {
      await page.locator('.monaco-editor .view-lines').first().click();
      await page.keyboard.press(key);
      await page.keyboard.insertText(text);
    };
    await type(one, 'Control+Home', '# of the technologist\n');
    await saved(one);
    await type(two, 'Control+End', '\n# of the administrator\n');
    await two.locator('[data-test=joined]').waitFor();
    await saved(two);
    const { draft } = await read();
    assert.match(draft?.text ?? '', /^# of the technologist[\s\S]*# of the administrator\n$/);
  });

  it('a draft on an older version is joined with what was published meanwhile, and can be published', async () => {
    const page = await stage.at('texnolog');
    await stage.platform.call('texnolog', 'DELETE', `${PATH}/draft`);
    const { text, version } = await read();
    await stage.platform.call('texnolog', 'PUT', `${PATH}/draft`, {
      text: `# a draft\n${text}`,
      base_version: version,
    });
    await stage.platform.call('admin', 'POST', `${PATH}/publish`, {
      text: `${text}\n# published meanwhile\n`,
      base_version: version,
      note: 'meanwhile',
    });
    await open(page);
    await page.locator('[data-test=joined]').waitFor();
    await page.locator('[data-test=save-state]').filter({ hasText: 'draft saved' }).waitFor();
    await page.click('[data-test=publish]');
    await publish(page, 'both');
    const both = `version ${version + 2} is in force`;
    await page.locator('[data-test=published]').getByText(both).waitFor();
    assert.match((await read()).text, /^# a draft\n[\s\S]*# published meanwhile\n$/);
  });

  it('a module without tests says so, in its check and in its versions', async () => {
    const page = await stage.at('texnolog');
    const module = 'plant.untested';
    await stage.platform.call('texnolog', 'POST', '/rules/modules', { name: module });
    await stage.platform.call('texnolog', 'POST', `/rules/modules/${module}/publish`, {
      text: `module ${module}\n# nothing yet\n`,
      base_version: 1,
      note: 'begun',
    });
    await page.goto(`/rules?module=${module}`);
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await page.click('[data-test=check]');
    await page.locator('[data-test=check-report]').getByText('no tests').waitFor();
    await page.click('[data-test=versions]');
    await page.getByRole('cell', { name: 'no tests' }).waitFor();
  });

  it('what is compared comes into view, also on a phone, and why a way back is shut is said', async () => {
    const call = <T = unknown>(method: string, path: string, body?: object) =>
      stage.platform.call<T>('texnolog', method, path, body);
    const path = '/rules/modules/plant.limits';
    await call('POST', '/rules/modules', { name: 'plant.limits' });
    const texts = [
      'most_kg',
      'most_kg',
      'least_kg',
      'least_kg',
      'least_kg',
      'least_kg',
      'least_kg',
    ];
    for (const [index, name] of texts.entries())
      await call('POST', `${path}/publish`, {
        text: `module plant.limits\n\nformula ${name}(session: session): kg = ${index + 2} kg\n`,
        base_version: index + 1,
        note: `number ${index}`,
      });
    await call('POST', '/rules/modules', { name: 'plant.asks' });
    await call('POST', '/rules/modules/plant.asks/publish', {
      text: 'module plant.asks\n\nformula twice(session: session): kg = 2 * least_kg(session)\n',
      base_version: 1,
      note: 'asks the other',
    });
    const page = await stage.at('texnolog', { size: { width: 360, height: 740 } });
    await page.goto('/rules?module=plant.limits');
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await page.click('[data-test=versions]');
    await page.click('[data-test=rollback-2]');
    await page.waitForFunction(() => {
      const box = document.querySelector('[data-test=comparison]')?.getBoundingClientRect();
      return box !== undefined && box.top >= 0 && box.top < innerHeight;
    });
    const body = page.locator('.dialog__body');
    assert.equal(await body.evaluate((el) => el.scrollWidth <= el.clientWidth), true);
    await page.click('[data-test=rollback-now]');
    await page.locator('[data-test=refusal]').getByText('least_kg').first().waitFor();
  });

  it('G-POL-04 a text whose tests fail is not sent off, and the dialog says so', async () => {
    const page = await stage.at('texnolog');
    await draftWith(`${trial(70)}
test "nothing is too heavy"
  given session = { input_kg: 80 kg }
  when session.close
  expect allowed
`);
    await open(page);
    await page.click('[data-test=publish]');
    await page.locator('[data-test=publish-not-sound]').waitFor();
    await page.getByLabel('What changed, and why').fill('too heavy');
    assert.equal(await page.locator('[data-test=publish-now]').isDisabled(), true);
  });
});
