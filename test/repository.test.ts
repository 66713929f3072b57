import assert from 'node:assert/strict';
import {
  anysIn,
  licenceOf,
  linesOf,
  manifests,
  sources,
  textOf,
  wanted,
} from './support/sources.ts';

const ALLOWED_LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Unlicense',
]);

const LONGEST_FILE = 400;

/** Files over the limit, with the length they may not outgrow. The list only ever shrinks. */
const TOO_LONG: Readonly<Record<string, number>> = {};

const CODE = /\.(?:[cm]?[jt]s|vue)$/;

describe('the manifests', () => {
  const all = manifests();

  it('name exact versions', () => {
    const exact = /^(?:npm:[\w@/.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;
    const loose = all.flatMap((manifest) =>
      wanted(manifest)
        .filter(([, version]) => !exact.test(version))
        .map(([name, version]) => `${manifest.path}: ${name} ${version}`),
    );
    assert.deepEqual(loose, []);
  });

  it('agree on the version of each package', () => {
    const versions = new Map<string, Set<string>>();
    for (const manifest of all) {
      for (const [name, version] of wanted(manifest)) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    }
    const torn = [...versions].filter(([, each]) => each.size > 1).map(([name]) => name);
    assert.deepEqual(torn, []);
  });

  it('carry the version and the licence of the whole', () => {
    const { version } = JSON.parse(textOf('lerna.json')) as { version: string };
    for (const manifest of all) {
      assert.equal(manifest.version, version, manifest.path);
      assert.equal(manifest.license, 'Apache-2.0', manifest.path);
    }
  });

  it('bring only packages whose licence lets us ship them', () => {
    const refused = all.flatMap((manifest) =>
      wanted(manifest)
        .map(([name]) => [name, licenceOf(manifest, name)] as const)
        .filter(([, licence]) => licence !== undefined && !mayShip(licence))
        .map(([name, licence]) => `${manifest.path}: ${name} is ${licence}`),
    );
    assert.deepEqual(refused, []);
  });

  it('are judged by the whole licence expression', () => {
    assert.equal(mayShip('(MIT OR GPL-3.0)'), true);
    assert.equal(mayShip('MIT AND GPL-3.0'), false);
    assert.equal(mayShip('SEE LICENSE IN LICENSE.md'), false);
  });
});

describe('the sources', () => {
  const files = sources(CODE);

  it(`have at most ${LONGEST_FILE} lines each`, () => {
    assert.ok(files.length > 100, 'the search for sources finds too few of them');
    const long = files
      .map((path) => ({ path, lines: linesOf(textOf(path)) }))
      .filter(({ path, lines }) => lines > (TOO_LONG[path] ?? LONGEST_FILE));
    assert.deepEqual(long, []);
  });

  it('stay off the list of exceptions once they have become short enough', () => {
    const short = Object.keys(TOO_LONG).filter(
      (path) => !files.includes(path) || linesOf(textOf(path)) <= LONGEST_FILE,
    );
    assert.deepEqual(short, []);
  });

  it('never say `any`', () => {
    const found = files
      .filter((path) => /\.(?:[cm]?ts|vue)$/.test(path))
      .flatMap((path) => anysIn(path, textOf(path)).map((line) => `${path}:${line}`));
    assert.deepEqual(found, []);
  });

  it('are read with an eye that sees `any` as a type and not as a word', () => {
    const text = "// any comment\nconst any = 'any';\nlet a: any[] = [];\nf<any>(any as any);\n";
    assert.deepEqual(anysIn('a.ts', text), [3, 4, 4]);
    const vue =
      '<template>\n  any\n</template>\n<script setup lang="ts">\nlet a: any;\n</script>\n';
    assert.deepEqual(anysIn('a.vue', vue), [5]);
  });
});

/** Whether an SPDX expression of licences joined by OR and AND allows shipping. */
function mayShip(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  return bare
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => ALLOWED_LICENCES.has(each)));
}
