import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLanguageService } from '../../src/index.ts';
import { Workspace } from '../../src/service/workspace.ts';
import { PLANT } from '../support/catalog.ts';

/** Files whose blocks name one another, across files too. */
const FILES: Readonly<Record<string, string>> = {
  'a.qoida': `language en
module plant.a
requires factory

## What is left.
formula rest(session: session): kg = session.input_kg - session.good_kg

formula limit(session: session): kg =
  min(floor(1% of session.input_kg, 1 g), 5 kg)

formula over(session: session) = rest(session) > limit(session)

gate too_much
  on session.close
  block when over(session)
  message "{rest(session)} are left, {limit(session)} may be"
  release never
`,
  'b.qoida': `module plant.b

# Twice, so that a chain of formulas leads here from the other file.
formula twice(session: session): kg = 2 * rest(session)

gate far_too_much
  on session.close
  block when twice(session) > 2 * limit(session)
  answer business_conflict { rest: rest(session), twice: twice(session) }
  release by texnolog when clear

test "a loss is refused"
  given session = { input_kg: 800 kg, good_kg: 700 kg }
  when session.close
  expect blocked by too_much, far_too_much
  expect twice(session) = 200 kg
`,
  'c.qoida': `module plant.c

formula per_meter(sku: sku): kg/m = sku.kg_per_m ?? 1 kg/m

test "nothing is lost"
  given session = { input_kg: 800 kg, good_kg: 800 kg }
  when session.close
  expect allowed
  expect over(session) = false and per_meter({ kg_per_m: 2 kg/m }) > 1 kg/m
`,
};
const NAMES = Object.keys(FILES);

/** Texts that break, join and split blocks, take names away and bring them twice. */
const SNIPPETS = [
  ...['x', ' ', '\n', '"', '(', ')', '{', '}', '#', '## doc\n', '\n\n', '.', ',', '`', '\u202e'],
  ...['kg', 'm', '%', '5 kg', 'session', 'missing', 'rest', 'limit', 'twice', 'over', 'too_much'],
  ...[
    '\ngate ',
    '\nformula ',
    '\ntest ',
    '\n  block when true\n',
    'language ru\n',
    'language uz\n',
  ],
  ...['requires nobody\n', 'module other\n', '\ufeff', '\r\n', 'ʻ', 'то', 'jadval', 'é', 'e\u0301'],
  '\nformula rest(session: session): m = 1 m\n',
  '\nformula rest(session: session): kg = twice(session)\n',
  '\ngate too_much\n  on session.close\n  warn when true\n',
  '\nformula nowhere(x: nothing): kg = rest(x) / limit(x)\n',
];

interface Edit {
  readonly file: number;
  readonly from: number;
  readonly length: number;
  readonly snippet: string | undefined;
  readonly whole: 'keep' | 'remove' | 'restore' | 'copy block';
}

const edit: fc.Arbitrary<Edit> = fc.record({
  file: fc.nat(NAMES.length - 1),
  from: fc.nat(10_000),
  length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(120)),
  snippet: fc.option(fc.constantFrom(...SNIPPETS), { nil: undefined }),
  whole: fc.oneof(
    { weight: 12, arbitrary: fc.constant('keep' as const) },
    { weight: 1, arbitrary: fc.constantFrom('remove' as const, 'restore' as const) },
    { weight: 2, arbitrary: fc.constant('copy block' as const) },
  ),
});

/** A file's text after an edit; undefined when the file is gone. */
function edited(text: string | undefined, name: string, change: Edit): string | undefined {
  if (change.whole === 'remove') return undefined;
  if (change.whole === 'restore' || text === undefined) return FILES[name];
  if (change.whole === 'copy block') {
    const blocks = text.split(/^(?=\w)/m);
    const copied = blocks[change.from % blocks.length] ?? '';
    return [...blocks.slice(0, change.length), copied, ...blocks.slice(change.length)].join('');
  }
  const at = change.from % (text.length + 1);
  return text.slice(0, at) + (change.snippet ?? '') + text.slice(at + change.length);
}

const fresh = (texts: ReadonlyMap<string, string>): Workspace => {
  const workspace = new Workspace(PLANT);
  for (const [name, text] of texts) workspace.set(name, text);
  return workspace;
};

function apply(workspace: Workspace, texts: Map<string, string>, change: Edit): void {
  const name = NAMES[change.file] as string;
  const text = edited(texts.get(name), name, change);
  if (text === undefined) {
    texts.delete(name);
    workspace.remove(name);
  } else {
    texts.set(name, text);
    workspace.set(name, text);
  }
}

describe('a program that is edited', () => {
  it('has the diagnostics of one that is read anew, whatever is edited', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        const texts = new Map(Object.entries(FILES));
        const workspace = fresh(texts);
        for (const change of edits) {
          apply(workspace, texts, change);
          const anew = fresh(texts);
          for (const name of texts.keys())
            assert.deepEqual(workspace.diagnostics(name), anew.diagnostics(name));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has the trees, tokens and comments of one that is read anew, whenever they are looked at', () => {
    const look = fc.record({ change: edit, looks: fc.boolean() });
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 12 }), (steps) => {
        const texts = new Map(Object.entries(FILES));
        const workspace = fresh(texts);
        for (const { change, looks } of steps) {
          apply(workspace, texts, change);
          if (!looks) continue;
          const anew = fresh(texts);
          for (const name of texts.keys()) {
            const [mine, other] = [workspace.file(name), anew.file(name)];
            assert.deepEqual(mine?.file, other?.file);
            assert.deepEqual(mine?.tokens, other?.tokens);
            const offset = change.from % ((texts.get(name)?.length ?? 0) + 1);
            assert.deepEqual({ ...mine?.lexedAt(offset) }, { ...other?.lexedAt(offset) });
          }
          const spans = (one: Workspace) =>
            one.program.formulas.map(({ block, signature }) => [block.body.span, signature]);
          assert.deepEqual(spans(workspace), spans(anew));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what it found out about blocks that an edit does not concern', () => {
    const texts = new Map(Object.entries(FILES));
    const workspace = fresh(texts);
    const gate = (name: string) =>
      workspace.program.gates.find(({ block }) => block.name.name === name);
    const [near, far] = [gate('too_much'), gate('far_too_much')];
    workspace.set('a.qoida', (texts.get('a.qoida') ?? '').replace('5 kg)', '7 kg)'));
    assert.equal(gate('too_much'), near, 'the signature is the same');
    assert.equal(gate('far_too_much'), far);
    workspace.set(
      'a.qoida',
      (texts.get('a.qoida') ?? '').replace(
        'limit(session: session): kg',
        'limit(session: session): t',
      ),
    );
    assert.notEqual(gate('far_too_much'), far, 'the signature is another one');
  });

  it('tells what is wrong where it is by now', () => {
    const service = createLanguageService(PLANT);
    const text = 'formula a(x: kg): kg = y\n';
    service.setFile('a.qoida', text);
    const [before] = service.diagnostics('a.qoida');
    service.setFile('a.qoida', `formula b(x: kg): kg = x\n${text}`);
    const [after] = service.diagnostics('a.qoida');
    assert.equal((after?.span.start ?? 0) - (before?.span.start ?? 0), 25);
    assert.deepEqual(before?.span, { start: 23, end: 24 }, 'what was told before is not changed');
  });
});

describe('proposals of names in a large program', () => {
  const calls = (count: number, callee: (i: number) => string): string =>
    Array.from(
      { length: count },
      (_, i) => `formula long_enough_${i}(): number = ${callee(i)}\n`,
    ).join('');
  const told = (text: string) => {
    const full = createLanguageService(PLANT);
    full.setFile('a.qoida', text);
    return full.diagnostics('a.qoida');
  };

  it('are made until enough names have been compared, and of the errors behind once those are mended', () => {
    const text = calls(1_000, (i) => `long_enough_${i}x()`);
    const service = createLanguageService(PLANT);
    service.setFile('a.qoida', text);
    const before = service.diagnostics('a.qoida');
    assert.equal(before.length, 1_000);
    const proposed = before.findIndex(({ fix }) => fix === undefined);
    assert.ok(proposed > 50 && proposed < 500, String(proposed));
    assert.ok(before.slice(proposed).every(({ fix }) => fix === undefined));
    const mended = text.replace('long_enough_0x()', '1').replace('long_enough_1x()', '1');
    service.setFile('a.qoida', mended);
    const after = service.diagnostics('a.qoida');
    assert.equal(after.filter(({ fix }) => fix !== undefined).length, proposed);
    assert.deepEqual(after, told(mended));
  });

  it('know what has come meanwhile, also where nothing was proposed before', () => {
    const last = 'formula at_the_end(): number = brand_new_nme()\n';
    const text = calls(1_000, (i) => `long_enough_${i}x()`) + last;
    const service = createLanguageService(PLANT);
    service.setFile('a.qoida', text);
    assert.equal(service.diagnostics('a.qoida').at(-1)?.fix, undefined);
    const added = `${text}\nformula brand_new_name(): number = 1\n`;
    service.setFile('a.qoida', added);
    assert.equal(service.diagnostics('a.qoida').at(-1)?.fix, undefined);
    const few = added
      .replaceAll(/_(\d{2,})x\(\)/g, '_$1()')
      .replaceAll(/= long_enough_\d+\(\)/g, '= 1');
    service.setFile('a.qoida', few);
    assert.deepEqual(service.diagnostics('a.qoida'), told(few));
    assert.equal(service.diagnostics('a.qoida').at(-1)?.fix?.text, 'brand_new_name');
  });
});
