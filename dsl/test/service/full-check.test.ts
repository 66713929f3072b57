import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileProgram, createLanguageService, type Diagnostic } from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';

/** A chain in which each formula calls the one before it twice: so long that some edits are too many. */
const LENGTH = 10;
const link = (i: number, body = `f${i - 1}(x) + f${i - 1}(x)`) =>
  `formula f${i}(x: number): number = ${i === 0 ? 'x' : body}\n`;

/** What asks the chain, of every kind, in more than one file. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'a.qoida': Array.from({ length: LENGTH + 1 }, (_, i) => link(i)),
  'b.qoida': [
    `gate g\n  on session.close\n  block when f${LENGTH}(2) > 1\n  message "{f3(2)}"\n  release by texnolog until f2(1) > 1\n`,
    `approval a\n  on session.close\n  steps texnolog when f4(1) > 1\n  when f${LENGTH}(2) > 1\n  message "{f2(1)}"\n`,
    `automation acts\n  when door.opened where f${LENGTH - 1}(1) > 1\n  if f${LENGTH}(3) > 1\n  do message.send(text: "{f3(1)}")\n`,
    `schedule at_six\n  every day at 06:00\n  if f${LENGTH}(1) > 1\n  do message.send(text: "x")\n`,
    `alert loud\n  when door.opened\n  severity P2\n  notify operator\n  value f${LENGTH}(1)\n  message "{f3(1)}"\n`,
    `test "a chain"\n  expect f2(1) = 4\n`,
  ],
  'c.qoida': [
    `kpi k per session\n  let s0 = f6(1)\n  let s1 = s0 + s0\n  let s2 = s1 + s1\n  result r: number = s2 + s2\n  message "{f${LENGTH}(1)}"\n`,
    'kpi of_k per session\n  result twice: number = k(session).r + k(session).r\n',
    'balance b0 of session\n  in x = session.input_kg * f6(1)\n  out y = session.good_kg\n  tolerance 1 kg\n',
    'balance b1 of session\n  in x = b0(session).delta\n  out y = b0(session).expected\n  tolerance 1 kg\n',
    `entity e\n  field n: number\n  field kg: kg default 5 kg / 2\n  states s, t\n  move go from s to t when f${LENGTH}(e.n) > 1\n`,
    `screen s for operator\n  record operator\n  button session.close when f${LENGTH}(running_lines) > 1\n`,
  ],
};
const NAMES = Object.keys(FILES);

const told = (all: readonly Diagnostic[]) =>
  all.map(({ code, span, message }) => `${span.start}-${span.end} ${code} ${message}`).sort();

interface Edit {
  readonly file: number;
  readonly block: number;
  readonly what:
    | 'double'
    | 'single'
    | 'above'
    | 'fault'
    | 'remove'
    | 'restore'
    | 'list'
    | 'default';
}
const edit: fc.Arbitrary<Edit> = fc.record({
  file: fc.nat(NAMES.length - 1),
  block: fc.nat(20),
  what: fc.constantFrom(
    ...(['double', 'double', 'single', 'single', 'above', 'fault'] as const),
    ...(['remove', 'restore', 'restore', 'list', 'default'] as const),
  ),
});

const HEAVY = 'sum(p.weight_kg / 1 kg for p in session.packages)';

/** The blocks of a file after an edit. */
function edited(blocks: readonly string[], file: string, { block, what }: Edit): readonly string[] {
  const at = block % Math.max(1, blocks.length);
  const change = (text: (was: string) => string) =>
    blocks.map((was, i) => (i === at ? text(was) : was));
  switch (what) {
    case 'double':
      return change((was) => was.replace(/f(\d+)\((x|1|2|3)\)/, 'f$1(f$1($2))'));
    case 'single':
      return change((was) => was.replace(/f(\d+)\(f\d+\((\w+)\)\)/, 'f$1($2)'));
    case 'list':
      return change((was) => was.replace(/f(\d+)\(([123])\)/, `f$1(${HEAVY})`));
    case 'default':
      return change((was) => was.replace('5 kg / 2', '5 kg / 0').replace('= x\n', '= x + 1\n'));
    case 'above':
      return ['# a line above\n', ...blocks];
    case 'fault':
      return change((was) => was.replace('(', '(('));
    case 'remove':
      return blocks.filter((_, i) => i !== at);
    case 'restore':
      return FILES[file] ?? blocks;
  }
}

describe('what the language service tells', () => {
  it('is what a whole program is told when it is compiled, whatever is edited', function () {
    this.timeout(300_000);
    const seen = { costly: 0, sound: 0, faulty: 0 };
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 10 }), (edits) => {
        const service = createLanguageService(PLANT);
        const texts = new Map(Object.entries(FILES));
        for (const [name, blocks] of texts) service.setFile(name, blocks.join('\n'));
        for (const change of [undefined, ...edits]) {
          if (change !== undefined) {
            const name = NAMES[change.file] as string;
            texts.set(name, edited(texts.get(name) ?? [], name, change));
            service.setFile(name, (texts.get(name) ?? []).join('\n'));
          }
          const files = [...texts].map(([name, blocks]) => ({ name, text: blocks.join('\n') }));
          const { diagnostics } = compileProgram(files, PLANT);
          for (const { name } of files)
            assert.deepEqual(
              told(service.diagnostics(name)),
              told(diagnostics.filter(({ file }) => file === name)),
            );
          if (diagnostics.some(({ code }) => code === 'Q5005')) seen.costly += 1;
          else if (diagnostics.some(({ severity }) => severity === 'error')) seen.faulty += 1;
          else seen.sound += 1;
        }
      }),
      { numRuns: 60 },
    );
    for (const [kind, count] of Object.entries(seen)) assert.ok(count > 2, `${kind}: ${count}`);
  });

  it('names formulas that call one another twice, as soon as they are too many', () => {
    const service = createLanguageService(PLANT);
    const chain = (length: number) => Array.from({ length }, (_, i) => link(i)).join('\n');
    const codes = () => service.diagnostics('a.qoida').map(({ code }) => code);
    service.setFile('a.qoida', chain(9));
    assert.deepEqual(codes(), []);
    service.setFile('a.qoida', chain(20));
    assert.ok(codes().length > 1 && codes().every((code) => code === 'Q5005'));
    service.setFile('a.qoida', chain(9));
    assert.deepEqual(codes(), []);
  });

  it('names a gate of another file that became too costly by an edit of this one', () => {
    const service = createLanguageService(PLANT);
    const gate =
      'gate g\n  on session.close\n  block when any(f1(session) > 1 for p in session.packages)\n  release never\n';
    service.setFile('b.qoida', gate);
    for (const [body, found] of [
      ['1', 0],
      [
        `sum(${HEAVY.replaceAll('p.', 'q.').replace('for p', 'for q')} for p in session.packages)`,
        1,
      ],
      ['1', 0],
    ] as const) {
      service.setFile('a.qoida', `formula f1(session: session): number = ${body}\n`);
      assert.equal(service.diagnostics('b.qoida').length, found, body);
    }
  });
});
