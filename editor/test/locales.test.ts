import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PLACES } from '../src/domain/places.ts';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
type Tree = { readonly [key: string]: string | Tree };

const read = (locale: string) =>
  JSON.parse(readFileSync(`${SRC}locales/${locale}.json`, 'utf8')) as Tree;
function flat(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}
const texts = { uz: flat(read('uz')), ru: flat(read('ru')), en: flat(read('en')) };
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => readFileSync(`${SRC}${name}`, 'utf8'))
  .join('\n');
const written = [...sources.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key as string);
const composed = [...sources.matchAll(/\bt\(\s*`([\w.]+)\$\{/g)].map(
  ([, prefix]) => prefix as string,
);
/** A key may be put together before it is asked for. */
const prepared = [...sources.matchAll(/`([a-zA-Z]+\.[\w.]*)\$\{/g)].map(
  ([, prefix]) => prefix as string,
);

describe('texts of the web app', () => {
  it('names every place of the menu and says what it is for', () => {
    for (const { name } of PLACES) {
      assert.ok(texts.en.has(`place.${name}`), `place.${name}`);
      if (name !== 'home') assert.ok(texts.en.has(`about.${name}`), `about.${name}`);
    }
  });

  it('has the same keys in uz, ru and en', () => {
    assert.ok(texts.uz.size > 400, `${texts.uz.size} keys`);
    assert.deepEqual([...texts.ru.keys()], [...texts.uz.keys()]);
    assert.deepEqual([...texts.en.keys()], [...texts.uz.keys()]);
  });

  it('has the same figures in each language, and no empty text', () => {
    for (const [key, text] of texts.uz) {
      for (const locale of ['ru', 'en'] as const) {
        const other = texts[locale].get(key) ?? '';
        assert.notEqual(other.trim(), '', `${locale} ${key}`);
        assert.deepEqual(holes(other), holes(text), `${locale} ${key}`);
      }
    }
  });

  it('has every key that the screens ask for', () => {
    assert.ok(written.length > 300, `${written.length} uses`);
    assert.deepEqual(
      written.filter((key) => !texts.uz.has(key)),
      [],
    );
    const keys = [...texts.uz.keys()];
    assert.deepEqual(
      composed.filter((prefix) => !keys.some((key) => key.startsWith(prefix))),
      [],
    );
  });

  it('carries no text that no screen shows', () => {
    const used = new Set(written);
    const quoted = (key: string) => sources.includes(`'${key}'`);
    const unused = [...texts.uz.keys()].filter(
      (key) => !used.has(key) && !quoted(key) && !prepared.some((prefix) => key.startsWith(prefix)),
    );
    assert.deepEqual(unused, []);
  });

  it('uses no sign that the message syntax would take for its own', () => {
    for (const [locale, map] of Object.entries(texts)) {
      for (const [key, text] of map) assert.doesNotMatch(text, /[@|]/, `${locale} ${key}`);
    }
  });
});
