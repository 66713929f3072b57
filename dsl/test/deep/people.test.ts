import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type CompiledApproval, compileProgram, deepCheck, unmetSteps } from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';

const program = (steps: string, own = '') =>
  compileProgram(
    [{ name: 'f', text: `approval reopen\n  on session.close\n  steps ${steps}\n${own}` }],
    PLANT,
  );
type People = Readonly<Record<string, readonly string[]>>;
const ROLES = ['texnolog', 'direktor', 'integrator'] as const;
const NAMES = ['Aziz', 'Bobur', 'Dilshod'] as const;

/** Can the request be approved by these people, whatever each decides in turn? All ways are tried. */
function canBeApproved(approval: CompiledApproval, people: People, requester: string): boolean {
  const requestedAt = new Date(0);
  const stages = approval.stages.map(({ votes }) => votes);
  const rolesOf = (person: string) => ROLES.filter((role) => people[role]?.includes(person));
  const going = (agreed: readonly string[]): boolean => {
    const decisions = agreed.map((person, i) => ({
      person,
      roles: rolesOf(person),
      verdict: 'approve' as const,
      at: new Date(i + 1),
    }));
    const state = approval.decide({ stages, requester, requestedAt, decisions }, new Date(100));
    if (state.state === 'approved') return true;
    return NAMES.some(
      (person) => state.may(person, rolesOf(person)) === true && going([...agreed, person]),
    );
  };
  return going([]);
}

const role = fc.constantFrom(...ROLES);
const step: fc.Arbitrary<string> = fc.oneof(
  role,
  fc.tuple(role, role).map(([a, b]) => `${a} and ${b}`),
  fc.tuple(role, role).map(([a, b]) => (a === b ? a : `${a} or ${b}`)),
  fc.constant('2 of (texnolog, direktor, integrator)'),
);
const people: fc.Arbitrary<People> = fc.record(
  Object.fromEntries(ROLES.map((name) => [name, fc.subarray([...NAMES])])) as Record<
    (typeof ROLES)[number],
    fc.Arbitrary<('Aziz' | 'Bobur' | 'Dilshod')[]>
  >,
);

describe('steps that nobody can take', () => {
  it('are told with who holds the roles, by their titles', () => {
    const titled = { ...PLANT, roleTitles: { texnolog: { en: 'Technologist' } } };
    const text = 'approval reopen\n  on session.close\n  steps texnolog and texnolog\n';
    const found = unmetSteps(compileProgram([{ name: 'f', text }], titled), { texnolog: ['A'] });
    assert.deepEqual(
      found.map(({ code, message, help, witness }) => ({ code, message, help, witness })),
      [
        {
          code: 'Q6022',
          message:
            'nobody can take this step: 2 different people are needed up to here, 1 can agree',
          help: 'who holds the roles: `texnolog` (Technologist): 1',
          witness: { texnolog: ['A'] },
        },
      ],
    );
  });

  it('are told of numbers of people too, and of a role that nobody holds', () => {
    const codes = (steps: string, held: Parameters<typeof unmetSteps>[1]) =>
      unmetSteps(program(steps), held).map(({ code }) => code);
    assert.deepEqual(codes('texnolog and texnolog', { texnolog: 1 }), ['Q6022']);
    assert.deepEqual(codes('texnolog and texnolog', { texnolog: 2 }), ['Q6023']);
    assert.deepEqual(codes('texnolog and texnolog', { texnolog: 3 }), []);
    assert.deepEqual(codes('texnolog', {}), ['Q6022']);
    assert.deepEqual(codes('texnolog', JSON.parse('{"__proto__": 3}')), ['Q6022']);
  });

  it('are those of the deep check, which says nothing of them where nobody says who there is', () => {
    const asked = program('texnolog');
    assert.deepEqual(deepCheck(asked), []);
    assert.deepEqual(deepCheck(asked, { holders: {} }), unmetSteps(asked, {}));
    assert.equal(unmetSteps(asked, {}).length, 1);
  });

  it('are those for which no agreements of these people suffice, whoever asks', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 3 }),
        people,
        fc.boolean(),
        (steps, holders, own) => {
          const line = own ? '  own by direktor\n' : '';
          const text = steps.join(' then ');
          const asked = text.includes('direktor') ? program(text, line) : program(text);
          const [approval] = asked.approvals;
          assert.ok(approval, asked.diagnostics.map(({ message }) => message).join());
          const codes = unmetSteps(asked, holders).map(({ code }) => code);
          if (!canBeApproved(approval, holders, 'somebody else'))
            assert.deepEqual(codes, ['Q6022'], text);
          else if (NAMES.some((name) => !canBeApproved(approval, holders, name)))
            assert.deepEqual(codes, ['Q6023'], text);
          else assert.deepEqual(codes, [], text);
        },
      ),
      { numRuns: 300 },
    );
  });
});
