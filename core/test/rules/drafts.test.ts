import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import type { Actor } from '../../src/api/operations.ts';
import { type Rules, reasonOf, startRules } from './support.ts';
import { actorOf, CLOSE_MODULE, fillModule } from './trays.ts';

const MODULE = 'trays.fill';

describe('drafts that several people write at once', () => {
  let rules: Rules;
  let second: Actor;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    second = actorOf(rules.database.organizationId, 'second', 'texnolog');
  });
  afterEach(() => rules.stop());

  const save = (text: string, as: Actor, revision?: number, base_version = 1) =>
    rules.run<{ revision: number }>(
      'rules.save_draft',
      { module: MODULE, text, base_version, revision },
      as,
    );
  const discard = (as: Actor) => rules.run('rules.discard_draft', { module: MODULE }, as);
  const publish = (text: string) =>
    rules.run('rules.publish', { module: MODULE, text, base_version: 1, note: 'why' }, second);
  const conflictOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Refusal && error.reason === 'draft_conflict', String(error));
    const { text, revision, author, base_version } = error.details;
    return { text, revision, author, base_version };
  };

  it('a draft that another threw away and began anew is never taken for one’s own', async () => {
    const { revision } = await save('mine', rules.texnolog);
    await discard(second);
    await save('his', second);
    assert.equal((await conflictOf(save('mine too', rules.texnolog, revision))).text, 'his');
  });

  it('a draft that is gone is told with the text that stands and who did it', async () => {
    const { revision } = await save(fillModule('9 kg'), rules.texnolog);
    await discard(second);
    const standing = {
      text: fillModule('10 kg'),
      revision: null,
      author: 'second',
      base_version: 1,
    };
    assert.deepEqual(await conflictOf(save('more', rules.texnolog, revision)), standing);
    assert.equal(await reasonOf(save('more', rules.texnolog)), 'done');
  });

  it('a draft that another has published meanwhile likewise', async () => {
    const text = fillModule('9 kg');
    const { revision } = await save(text, rules.texnolog);
    await publish(text);
    const standing = { text, revision: null, author: 'second', base_version: 2 };
    assert.deepEqual(await conflictOf(save('more', rules.texnolog, revision)), standing);
    assert.equal(await reasonOf(save('more', rules.texnolog, undefined, 2)), 'done');
  });

  it('nobody begins a draft on a version that is no more', async () => {
    const text = fillModule('9 kg');
    await publish(text);
    assert.equal((await conflictOf(save('mine', rules.texnolog))).text, text);
  });

  it('several are saved together, or none of them', async () => {
    const { revision } = await save('mine', rules.texnolog);
    const close = { module: 'trays.close', text: 'close', base_version: 1 };
    const both = (of?: number) =>
      rules.run<{ drafts: { module: string }[] }>('rules.save_drafts', {
        drafts: [close, { module: MODULE, text: 'fill', base_version: 1, revision: of }],
      });
    const error = await both().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Refusal && error.reason === 'drafts_conflict', String(error));
    assert.equal(error.details.modules, `${MODULE} (texnolog)`);
    const drafts = async () =>
      (
        await rules.run<{ items: { module: string; text: string }[] }>('rules.drafts', {})
      ).items.map(({ module, text }) => [module, text]);
    assert.deepEqual(await drafts(), [[MODULE, 'mine']]);
    await both(revision);
    assert.deepEqual(await drafts(), [
      ['trays.close', 'close'],
      [MODULE, 'fill'],
    ]);
  });

  it('of two who save the same drafts at once one does, whatever the order', async () => {
    const modules = [MODULE, 'trays.close'];
    const saving = (as: Actor, names: readonly string[]) =>
      reasonOf(
        rules.run(
          'rules.save_drafts',
          { drafts: names.map((module) => ({ module, text: as.name, base_version: 1 })) },
          as,
        ),
      );
    const outcomes = await Promise.all([
      saving(rules.texnolog, modules),
      saving(second, modules.toReversed()),
    ]);
    assert.deepEqual(outcomes.sort(), ['done', 'drafts_conflict']);
    const { items } = await rules.run<{ items: { text: string }[] }>('rules.drafts', {});
    assert.equal(new Set(items.map(({ text }) => text)).size, 1);
  });
});
