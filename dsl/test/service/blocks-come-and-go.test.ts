import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Workspace } from '../../src/service/workspace.ts';
import { PLANT } from '../support/catalog.ts';

/** Blocks of many kinds that name one another, in chains too, and one that nobody has heard of. */
const BLOCKS: readonly string[] = [
  'formula rest(session: session): kg = session.input_kg - session.good_kg\n',
  'formula twice(session: session): kg = 2 * rest(session)\n',
  'formula four(session: session): kg = twice(session) + twice(session)\n',
  'formula over(session: session) = four(session) > 8 kg and rest(session) > 1 kg\n',
  'formula spare(a: kg): kg = min(a, 5 kg)\n',
  'formula gone(session: session): kg = spare(nowhere(session))\n',
  `kpi mass per session
  result left: kg = rest(session)
  result wide: bool = left > 2 kg
  message "{told(session)} of {four(session)}, {mass(session).left}"
`,
  'formula told(session: session): kg = mass(session).left + rest(session)\n',
  `balance kept of session
  in fed = session.input_kg
  out good = session.good_kg
  tolerance spare(rest(session))
  message "{weighed(session)}"
`,
  'formula weighed(session: session): bool = kept(session).within\n',
  `gate too_much
  on session.close
  block when over(session) or not weighed(session)
  message "{rest(session)}, {told(session)}"
`,
  `gate far
  on session.close
  warn when twice(session) > spare(3 kg)
`,
  `approval held
  on session.close
  when mass(session).wide
  steps texnolog then direktor
`,
  `entity guest
  field name: text
  field weight: kg?
`,
  'formula of_guest(g: guest): kg = g.weight ?? spare(1 kg)\n',
  `test "a loss is refused"
  given session = { input_kg: 800 kg, good_kg: 700 kg }
  when session.close
  expect blocked by too_much, far
  expect four(session) = 400 kg
`,
];
const WORDS = [
  ...['rest', 'twice', 'four', 'over', 'spare', 'gone', 'mass', 'told', 'kept', 'weighed', 'far'],
  ...['too_much', 'guest', 'of_guest', 'left', 'wide', 'session', 'kg', 'm', 'formula', 'kpi'],
  ...['gate', 'approval', 'entity', 'test', 'sum', 'other'],
];

type Change =
  | { readonly kind: 'remove' | 'copy' | 'break' | 'mend' | 'swap' | 'header' }
  | { readonly kind: 'rename'; readonly to: string };
interface Step {
  readonly change: Change;
  readonly at: number;
  readonly to: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  change: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constantFrom('remove', 'copy', 'break', 'mend', 'swap' as const),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('rename' as const), to: fc.constantFrom(...WORDS) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('header' as const) }) },
  ),
  at: fc.nat(1000),
  to: fc.nat(1000),
});

/** What breaks a block, or takes it apart: typed into it somewhere. */
const BREAKS = ['"', '(', '{', '\n', '#', '`', ' and', '\nformula ', 'x', '\n  block when true\n'];

/** The words of a block that may be other words. */
const WORD = new RegExp(`\\b(?:${WORDS.join('|')})\\b`, 'g');

function changed(blocks: readonly string[], { change, at, to }: Step): readonly string[] {
  const made = [...blocks];
  const [i, j] = [at % (blocks.length || 1), to % (blocks.length || 1)];
  const [block, other] = [blocks[i] ?? '', blocks[j] ?? ''];
  switch (change.kind) {
    case 'remove':
      made.splice(i, 1);
      break;
    case 'copy':
      made.splice(j, 0, block);
      break;
    case 'swap':
      [made[i], made[j]] = [other, block];
      break;
    case 'mend':
      made[i] = BLOCKS[i % BLOCKS.length] ?? '';
      break;
    case 'break': {
      const place = to % (block.length + 1);
      made[i] = block.slice(0, place) + BREAKS[(at + to) % BREAKS.length] + block.slice(place);
      break;
    }
    case 'rename': {
      const words = [...block.matchAll(WORD)];
      const word = words[to % (words.length || 1)];
      if (word !== undefined)
        made[i] = block.slice(0, word.index) + change.to + block.slice(word.index + word[0].length);
      break;
    }
    case 'header': {
      const header = ['module a.b\n', 'requires nobody\n', 'requires factory\n'][at % 3] ?? '';
      made[0] = (made[0] ?? '').startsWith(header)
        ? (made[0]?.slice(header.length) ?? '')
        : header + (made[0] ?? '');
    }
  }
  return made;
}

const FILES = ['a.qoida', 'b.qoida'] as const;
type Texts = ReadonlyMap<string, readonly string[]>;

function workspaceOf(texts: Texts): Workspace {
  const workspace = new Workspace(PLANT);
  for (const [name, blocks] of texts) workspace.set(name, blocks.join('\n'));
  return workspace;
}

/** All that is known of a program: what is told, and what blocks are to others. */
function knownOf(workspace: Workspace): unknown {
  const { formulas, kpis, balances, gates, approvals, entities, tests, modules } =
    workspace.program;
  return {
    told: FILES.map((name) => workspace.diagnostics(name)),
    signatures: [...formulas, ...kpis, ...balances].map(({ signature, block }) => [
      signature,
      block.span,
    ]),
    blocks: [gates, approvals, entities].map((list) => list.map(({ block }) => block.name)),
    tests: tests.map(({ block }) => block.title),
    modules,
  };
}

describe('blocks that come and go', () => {
  const start = (): Map<string, readonly string[]> =>
    new Map([
      ['a.qoida', BLOCKS.filter((_, i) => i % 3 !== 1)],
      ['b.qoida', BLOCKS.filter((_, i) => i % 3 === 1)],
    ]);

  it('leave the program as one that is read anew', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), step), { minLength: 1, maxLength: 15 }), (steps) => {
        const texts = start();
        const workspace = workspaceOf(texts);
        void workspace.diagnostics('a.qoida');
        for (const [file, one] of steps) {
          const name = FILES[file] ?? 'a.qoida';
          const blocks = changed(texts.get(name) ?? [], one);
          texts.set(name, blocks);
          workspace.set(name, blocks.join('\n'));
          assert.deepEqual(knownOf(workspace), knownOf(workspaceOf(texts)));
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 100) },
    );
  });

  it('are checked alone: what names none of them stays as it is', () => {
    const texts = start();
    const workspace = workspaceOf(texts);
    const gate = (name: string) =>
      workspace.program.gates.find(({ block }) => block.name.name === name);
    const [near, far] = [gate('too_much'), gate('far')];
    assert.ok(near !== undefined && far !== undefined);
    const blocks = (texts.get('b.qoida') ?? []).filter((text) => !text.startsWith('formula told'));
    const others = (texts.get('a.qoida') ?? []).filter((text) => !text.startsWith('formula told'));
    workspace.set('a.qoida', others.join('\n'));
    workspace.set('b.qoida', blocks.join('\n'));
    assert.notEqual(gate('too_much'), near, 'its message named what is gone');
    assert.equal(gate('far'), far);
    workspace.set('a.qoida', `${others.join('\n')}\nformula more(): number = 1\n`);
    assert.equal(gate('far'), far);
  });

  it('may be called by texts of what they call', () => {
    const workspace = workspaceOf(start());
    const told = FILES.flatMap((name) => workspace.diagnostics(name));
    assert.deepEqual(
      told.map(({ code, message }) => [code, message]),
      [['Q2003', 'unknown function or formula `nowhere`']],
    );
  });
});
