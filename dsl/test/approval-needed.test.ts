import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type ApprovalRequest,
  compileProgram,
  type Decision,
  decide,
  type Facts,
  type StillNeeded,
  stillNeeded,
  stillNeededText,
  type Votes,
} from '../src/index.ts';
import { after, approvalOf, decisions, MONDAY, votes } from './support/approvals.ts';
import { PLANT } from './support/catalog.ts';

const NOW = after(20);
const requestOf = (
  stages: readonly Votes[],
  made: readonly Decision[],
  more: Partial<ApprovalRequest> = {},
): ApprovalRequest => ({
  stages,
  requester: 'asker',
  requestedAt: MONDAY,
  decisions: made,
  ...more,
});
const needed = (steps: string, ...made: string[]): StillNeeded =>
  stillNeeded(requestOf(votes(steps), decisions(...made)), NOW);
const told = (steps: string, ...made: string[]): string =>
  stillNeededText(needed(steps, ...made), 'en', 'UTC');

describe('what an approval still needs', () => {
  it('is what is left of the step that waits, and the steps after it', () => {
    const steps = 'texnolog and integrator then direktor';
    assert.equal(told(steps), 'still to agree: texnolog and integrator, then direktor');
    assert.equal(told(steps, 'a: texnolog'), 'still to agree: integrator, then direktor');
    assert.deepEqual(needed(steps, 'a: texnolog', 'b: integrator'), {
      state: 'pending',
      by: undefined,
      steps: [{ stage: 1, votes: { kind: 'role', role: 'direktor' }, fewest: 1 }],
      nearest: [{ stage: 1, role: 'direktor' }],
    });
  });

  it('names alternatives and the nearest of them', () => {
    const steps = '(texnolog and integrator) or direktor';
    assert.equal(
      told(steps),
      'still to agree: (texnolog and integrator) or direktor; 1 vote is enough: direktor',
    );
    assert.equal(
      told('2 of (texnolog, direktor, integrator)', 'a: direktor'),
      'still to agree: 1 of (texnolog, integrator); 1 vote is enough: texnolog',
    );
  });

  it('counts people of one role', () => {
    assert.equal(
      told('texnolog and texnolog and direktor'),
      'still to agree: texnolog (2 people) and direktor',
    );
    assert.equal(told('texnolog and texnolog', 'a: texnolog'), 'still to agree: texnolog');
  });

  it('leaves open for which role somebody with several was counted', () => {
    assert.equal(
      told('texnolog and direktor', 'a: texnolog, direktor'),
      'still to agree: direktor or texnolog; 1 vote is enough: direktor',
    );
    // Whoever is only one of them decides it.
    assert.equal(
      told('texnolog and direktor and integrator', 'a: texnolog, direktor', 'b: texnolog'),
      'still to agree: integrator',
    );
  });

  it('is nothing once it is decided or its time is over', () => {
    const asked = { stages: votes('texnolog then direktor'), expiresAfter: 24 * 3600 };
    const { stages, expiresAfter } = asked;
    const open = stillNeeded(requestOf(stages, [], { expiresAfter }), NOW);
    assert.equal(
      stillNeededText(open, 'en', 'Asia/Tashkent'),
      'still to agree: texnolog, then direktor, by 2025-08-05 08:00',
    );
    const over = stillNeeded(requestOf(stages, [], { expiresAfter }), after(24));
    assert.deepEqual([over.state, over.steps, over.nearest], ['expired', [], []]);
    assert.equal(
      stillNeededText(over, 'en', 'UTC'),
      'its time is over: it has to be asked for again',
    );
    assert.equal(
      told('texnolog', 'a: texnolog no'),
      'it was rejected: it has to be asked for again',
    );
    assert.equal(told('texnolog', 'a: texnolog'), 'it is approved');
  });

  it('is told in the language of the reader, roles by their titles', () => {
    const text =
      'approval a\n  on session.close\n  steps texnolog and 2 of (direktor, integrator, texnolog)\n  expires after 24 h\n';
    const roleTitles = { texnolog: { uz: 'Texnolog', ru: 'технолог', en: 'technologist' } };
    const { approvals } = compileProgram([{ name: 'r.qoida', text }], { ...PLANT, roleTitles });
    const [approval] = approvals;
    assert.ok(approval);
    const stages = approval.stages.map((stage) => stage.votes);
    const found = approval.stillNeeded(requestOf(stages, decisions('a: direktor')), NOW);
    const sentence = (language: string) => approval.stillNeededText(found, language);
    assert.equal(
      sentence('en'),
      'still to agree: technologist and 1 of (integrator, technologist), by 2025-08-05 08:00; 2 votes are enough: technologist, integrator',
    );
    assert.equal(
      sentence('uz'),
      'yana rozilik kerak: Texnolog va (integrator, Texnolog)dan 1 tasi, 2025-08-05 08:00 gacha; 2 ta ovoz yetarli: Texnolog, integrator',
    );
    assert.equal(
      sentence('ru'),
      'ещё нужно согласие: технолог и 1 из (integrator, технолог), до 2025-08-05 08:00; достаточно 2 голосов: технолог, integrator',
    );
    assert.match(
      approval.message('session.close', {}, {}, 'en'),
      /technologist and 2 of \(direktor, integrator, technologist\)/,
    );
  });

  it('has plural forms', () => {
    const people = (count: number, language: string): string =>
      stillNeededText(
        needed(Array.from({ length: count }, () => 'texnolog').join(' and ')),
        language,
        'UTC',
      );
    assert.deepEqual(
      [2, 5, 21].map((n) => people(n, 'ru').replace(/^.*\(/, '')),
      ['2 человека)', '5 человек)', '21 человек)'],
    );
    assert.match(people(3, 'uz'), /texnolog \(3 kishi\)$/);
  });
});

describe('what would make an approval needless', () => {
  const facts = { session: { input_kg: 640 }, lines: [] };
  const remediesOf = (text: string, given: object = facts, language = 'en') =>
    approvalOf(`approval a\n  on session.close\n${text}`)
      .remedies('session.close', given as Facts, { now: NOW }, language)
      .map((remedy) => remedy.text);

  it('is the smallest change for which nobody is asked', () => {
    const large = '  when session.input_kg > 500 kg\n  steps direktor\n';
    assert.deepEqual(remediesOf(large), ['140 kg less material fed (500 kg instead of 640 kg)']);
    assert.deepEqual(remediesOf(large, facts, 'ru'), [
      'на 140 kg меньше: подано сырья (500 kg вместо 640 kg)',
    ]);
    assert.deepEqual(remediesOf(large, { session: { input_kg: 500 } }), []);
    // A step without a condition is always asked for.
    assert.deepEqual(
      remediesOf('  steps texnolog then direktor when session.input_kg > 500 kg\n'),
      [],
    );
    assert.deepEqual(remediesOf('  steps direktor when session.input_kg > 500 kg\n'), [
      '140 kg less material fed (500 kg instead of 640 kg)',
    ]);
  });

  it('looks at the element that asks for it', () => {
    const each = approvalOf(
      'approval a\n  on stock.transfer.send each line\n  when line.device.calibration_due_at is missing\n  steps direktor\n',
    );
    const device = { code: 'A', calibration_due_at: '2026-01-01T00:00:00Z' };
    const lines = [{ device }, { device: { code: 'B', calibration_due_at: null } }];
    assert.deepEqual(
      each.remedies('stock.transfer.send', { lines }, { now: NOW }, 'en').map(({ text }) => text),
      [
        'record lines no. 2: device.calibration_due_at, for example 2025-08-05 04:00',
        'without lines no. 2',
      ],
    );
  });
});

const ROLES = ['texnolog', 'direktor', 'integrator', 'sex_boshligi'] as const;
const role = fc.constantFrom(...ROLES);
const leaf: fc.Arbitrary<Votes> = fc.oneof(
  role.map((name): Votes => ({ kind: 'role', role: name })),
  fc
    .tuple(fc.subarray([...ROLES], { minLength: 2 }), fc.nat({ max: 3 }))
    .map(([roles, n]): Votes => ({ kind: 'some', count: 1 + (n % roles.length), roles })),
);
const tree: fc.Arbitrary<Votes> = fc.oneof(
  leaf,
  fc
    .tuple(
      fc.constantFrom('and' as const, 'or' as const),
      fc.array(leaf, { minLength: 2, maxLength: 3 }),
    )
    .map(([kind, parts]): Votes => ({ kind, parts })),
  fc
    .tuple(leaf, leaf, leaf)
    .map(([a, b, c]): Votes => ({ kind: 'and', parts: [{ kind: 'or', parts: [a, b] }, c] })),
);
const voters = fc.array(fc.subarray([...ROLES], { minLength: 1, maxLength: 3 }), { maxLength: 4 });

const vote = (person: string, roles: readonly string[], at: Date): Decision => ({
  person,
  roles,
  verdict: 'approve',
  at,
});
const castBy = (cast: readonly (readonly string[])[]): readonly Decision[] =>
  cast.map((roles, i) => vote(`p${i}`, roles, after(i + 1)));
const fresh = (roles: readonly string[]): readonly Decision[] =>
  roles.map((one, i) => vote(`x${i}`, [one], NOW));
const stateWith = (request: ApprovalRequest, more: readonly Decision[]) =>
  decide({ ...request, decisions: [...request.decisions, ...more] }, NOW).state;

/** Every set of so many roles. */
function setsOf(size: number): readonly (readonly string[])[] {
  if (size === 0) return [[]];
  return setsOf(size - 1).flatMap((made) =>
    ROLES.filter((one) => one >= (made.at(-1) ?? '')).map((one) => [...made, one]),
  );
}

describe('votes that are still needed', () => {
  it('approve it when they are given, and one less does not', () => {
    let [pending, choices] = [0, 0];
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 2 }), voters, (stages, cast) => {
        const request = requestOf(stages, castBy(cast));
        const found = stillNeeded(request, NOW);
        if (found.state !== 'pending') return;
        pending += 1;
        const added = fresh(found.nearest.map((one) => one.role));
        assert.equal(stateWith(request, added), 'approved');
        for (const left of added)
          assert.equal(
            stateWith(
              request,
              added.filter((one) => one !== left),
            ),
            'pending',
          );
        const fewest = found.steps.reduce((total, step) => total + step.fewest, 0);
        assert.equal(added.length, fewest);
        if (JSON.stringify(found.steps).includes('"or"')) choices += 1;
      }),
      { numRuns: 2000, seed: 11 },
    );
    assert.ok(pending > 500 && choices > 100, `${pending} pending, ${choices} with a choice`);
  });

  it('are exactly those that bring the open step on', () => {
    let compared = 0;
    fc.assert(
      fc.property(tree, voters, (stage, cast) => {
        const request = requestOf([stage], castBy(cast));
        const [step] = stillNeeded(request, NOW).steps;
        if (step === undefined) return;
        compared += 1;
        const left = requestOf([step.votes], []);
        for (const roles of [1, 2, 3].flatMap(setsOf))
          assert.equal(
            stateWith(left, fresh(roles)),
            stateWith(request, fresh(roles)),
            JSON.stringify({ stage, cast, left: step.votes, roles }),
          );
      }),
      { numRuns: 400, seed: 5 },
    );
    assert.ok(compared > 100, `${compared} compared`);
  });
});
