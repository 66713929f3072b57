import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type ApprovalState,
  type Decision,
  stagesInWords,
  type Votes,
  votesInWords,
} from '../src/index.ts';
import { decisions, MONDAY, stateOf, votes } from './support/approvals.ts';

describe('the votes of an approval', () => {
  describe('who fulfils what', () => {
    const CASES: readonly (readonly [string, readonly string[], ApprovalState['state']])[] = [
      ['texnolog and direktor', ['a: texnolog'], 'pending'],
      ['texnolog and direktor', ['a: texnolog, direktor', 'b: texnolog'], 'approved'],
      ['texnolog and direktor', ['a: texnolog', 'b: texnolog'], 'pending'],
      ['texnolog and texnolog', ['a: texnolog', 'a: texnolog'], 'pending'],
      ['texnolog and texnolog', ['a: texnolog', 'b: texnolog'], 'approved'],
      ['texnolog or direktor', ['a: direktor'], 'approved'],
      ['2 of (texnolog, direktor, integrator)', ['a: texnolog', 'b: texnolog'], 'pending'],
      [
        '2 of (texnolog, direktor, integrator)',
        ['a: texnolog', 'b: texnolog, integrator'],
        'approved',
      ],
      ['texnolog and 2 of (texnolog, direktor)', ['a: texnolog', 'b: direktor'], 'pending'],
      [
        'texnolog and 2 of (texnolog, direktor)',
        ['a: texnolog, direktor', 'b: texnolog', 'c: texnolog'],
        'approved',
      ],
      ['(texnolog and direktor) or integrator', ['a: texnolog', 'b: integrator'], 'approved'],
      [
        '(texnolog or direktor) and integrator',
        ['a: integrator, direktor', 'b: integrator'],
        'approved',
      ],
    ];
    for (const [steps, made, expected] of CASES) {
      it(`${steps}: ${made.join('; ')} is ${expected}`, () => {
        assert.equal(stateOf(votes(steps), decisions(...made)).state, expected);
      });
    }

    it('waits for what would bring it on', () => {
      const step = votes('texnolog and direktor or 2 of (integrator, sex_boshligi)');
      assert.deepEqual(stateOf(step, []).waitingFor, [
        'texnolog',
        'direktor',
        'integrator',
        'sex_boshligi',
      ]);
      const state = stateOf(step, decisions('a: texnolog', 'b: integrator'));
      assert.deepEqual(state.waitingFor, ['direktor', 'sex_boshligi']);
      assert.equal(state.may('c', ['texnolog']), 'wrong_role');
      // Somebody who could have been either makes room.
      const either = stateOf(votes('texnolog and direktor'), decisions('a: texnolog, direktor'));
      assert.deepEqual(either.waitingFor, ['texnolog', 'direktor']);
    });
  });

  describe('what decides nothing', () => {
    const [vote] = decisions('a: texnolog');
    const stateAfter = (more: object): ApprovalState['state'] =>
      stateOf(votes('texnolog'), [Object.assign({ ...vote }, more) as Decision]).state;

    it('a decision from before the request, or of no time', () => {
      assert.equal(stateAfter({}), 'approved');
      assert.equal(stateAfter({ at: MONDAY }), 'approved');
      assert.equal(stateAfter({ at: new Date(MONDAY.getTime() - 1) }), 'pending');
      assert.equal(stateAfter({ at: new Date(Number.NaN) }), 'pending');
    });

    for (const verdict of ['APPROVE', '', undefined, true]) {
      it(`the verdict ${JSON.stringify(verdict)}`, () =>
        assert.equal(stateAfter({ verdict }), 'pending'));
    }
  });

  describe('for all steps and all people', () => {
    const ROLES = ['sex_boshligi', 'texnolog', 'integrator', 'direktor'] as const;
    const role = fc.constantFrom(...ROLES);
    const leaf: fc.Arbitrary<Votes> = fc.oneof(
      role.map((name): Votes => ({ kind: 'role', role: name })),
      fc
        .tuple(fc.uniqueArray(role, { minLength: 1, maxLength: 4 }), fc.nat(3))
        .map(([roles, n]): Votes => ({ kind: 'some', count: (n % roles.length) + 1, roles })),
    );
    const join = (kind: 'and' | 'or', inner: fc.Arbitrary<Votes>) =>
      fc.array(inner, { minLength: 2, maxLength: 3 }).map((parts): Votes => ({ kind, parts }));
    const flat = fc.oneof(leaf, join('and', leaf), join('or', leaf));
    const step = fc.oneof(flat, join('and', flat), join('or', flat));
    const people = fc
      .array(fc.uniqueArray(role, { minLength: 1, maxLength: 4 }), { maxLength: 7 })
      .map((all) => all.map((roles, i) => `p${i}: ${roles.join(', ')}`));

    /** Can the people fulfil the votes, each once? By trying everything. */
    function fulfils(
      tree: Votes,
      free: readonly (readonly string[])[],
    ): readonly (readonly (readonly string[])[])[] {
      const without = (i: number) => free.toSpliced(i, 1);
      switch (tree.kind) {
        case 'role':
          return free.flatMap((roles, i) => (roles.includes(tree.role) ? [without(i)] : []));
        case 'some': {
          if (tree.count === 0) return [free];
          return tree.roles.flatMap((name, at) => {
            const rest: Votes = { ...tree, count: tree.count - 1, roles: tree.roles.slice(at + 1) };
            return fulfils({ kind: 'role', role: name }, free).flatMap((left) =>
              fulfils(rest, left),
            );
          });
        }
        case 'or':
          return tree.parts.flatMap((part) => fulfils(part, free));
        case 'and':
          return tree.parts.reduce<readonly (readonly (readonly string[])[])[]>(
            (states, part) => dedupe(states.flatMap((left) => fulfils(part, left))),
            [free],
          );
      }
    }
    const dedupe = (states: readonly (readonly (readonly string[])[])[]) => [
      ...new Map(states.map((left) => [JSON.stringify(left), left])).values(),
    ];

    it('one step is approved exactly when people can be found for it, in every order', () => {
      fc.assert(
        fc.property(step, people, fc.infiniteStream(fc.nat()), (tree, made, random) => {
          const state = stateOf([tree], decisions(...made)).state;
          const roles = made.map((text) => text.split(': ')[1]?.split(', ') ?? []);
          assert.equal(state === 'approved', fulfils(tree, roles).length > 0);
          const shuffled = made
            .map((text) => ({ text, at: random.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ text }) => text);
          assert.equal(stateOf([tree], decisions(...shuffled)).state, state);
        }),
        { numRuns: 3_000 },
      );
    });

    const fewest = (tree: Votes): number => {
      switch (tree.kind) {
        case 'role':
          return 1;
        case 'some':
          return tree.count;
        case 'or':
          return Math.min(...tree.parts.map(fewest));
        case 'and':
          return tree.parts.map(fewest).reduce((a, b) => a + b);
      }
    };

    it('steps are never approved by fewer people than they need, nor by who asked', () => {
      const repeated = fc.array(fc.tuple(fc.nat(5), fc.uniqueArray(role, { minLength: 1 })), {
        maxLength: 12,
      });
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), repeated, (stages, made) => {
          const all = made.map(
            ([n, roles]) => `${n === 0 ? 'asker' : `p${n}`}: ${roles.join(', ')}`,
          );
          const distinct = new Set(made.flatMap(([n]) => (n === 0 ? [] : [n]))).size;
          const least = stages.map(fewest).reduce((a, b) => a + b);
          const { state } = stateOf(stages, decisions(...all));
          if (distinct < least) assert.equal(state, 'pending');
        }),
        { numRuns: 2_000 },
      );
    });

    it('who may decide is who brings it on, and a rejection by him ends it', () => {
      fc.assert(
        fc.property(
          fc.array(step, { minLength: 1, maxLength: 3 }),
          people,
          role,
          (stages, made, name) => {
            const before = stateOf(stages, decisions(...made));
            const may = before.may('last', [name]) === true;
            assert.equal(may, before.waitingFor.includes(name));
            const ended = stateOf(stages, decisions(...made, `last: ${name} no`));
            assert.equal(ended.state, may ? 'rejected' : before.state);
          },
        ),
        { numRuns: 2_000 },
      );
    });
  });

  it('are put into words', () => {
    const [step, last] = votes(
      '(texnolog or 2 of (direktor, integrator)) and sex_boshligi then direktor',
    );
    assert.ok(step && last);
    assert.equal(
      votesInWords(step, 'en'),
      '(texnolog or 2 of (direktor, integrator)) and sex_boshligi',
    );
    assert.equal(
      votesInWords(step, 'ru'),
      '(texnolog или 2 из (direktor, integrator)) и sex_boshligi',
    );
    assert.equal(
      stagesInWords([step, last], 'uz', (role) => role.toUpperCase()),
      '(TEXNOLOG yoki (DIREKTOR, INTEGRATOR)dan 2 tasi) va SEX_BOSHLIGI, keyin DIREKTOR',
    );
  });
});
