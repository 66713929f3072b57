import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { factoryEvents } from '../src/events.ts';
import { factoryMessages } from '../src/messages/index.ts';

const SOURCES = new URL('../src/', import.meta.url);
const REASON = /(?:conflict|invalid|forbidden)\(\s*'([a-z_0-9]+)'/g;
/** The platform has its own sentence for it. */
const OF_THE_PLATFORM = ['role_required', 'person_required'];

function reasonsInSource(): Set<string> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return new Set(
    files.flatMap((file) =>
      [...readFileSync(new URL(file, SOURCES), 'utf8').matchAll(REASON)].map(
        ([, reason]) => reason ?? '',
      ),
    ),
  );
}

describe('texts of refusals', () => {
  it('every reason in the source has a sentence in uz, ru and en', () => {
    const reasons = reasonsInSource();
    assert.ok(reasons.size > 40, `only ${reasons.size} reasons were found`);
    for (const reason of reasons) {
      if (OF_THE_PLATFORM.includes(reason)) continue;
      const texts = factoryMessages[reason];
      assert.ok(typeof texts === 'object', `${reason} has no sentence`);
      for (const language of ['uz', 'ru', 'en'] as const) {
        assert.ok(texts[language], `${reason} has no sentence in ${language}`);
      }
    }
  });

  it('no sentence is left over from a reason that is gone', () => {
    const reasons = reasonsInSource();
    assert.deepEqual(
      Object.keys(factoryMessages).filter((reason) => !reasons.has(reason)),
      [],
    );
  });
});

describe('titles of events', () => {
  it('every event says in uz, ru and en what happened', () => {
    for (const { name, title } of factoryEvents) {
      assert.ok(typeof title === 'object', `${name} has no title`);
      for (const language of ['uz', 'ru', 'en'] as const) {
        assert.ok(title[language], `${name} has no title in ${language}`);
      }
    }
  });
});
