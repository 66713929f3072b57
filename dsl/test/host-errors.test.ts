import assert from 'node:assert/strict';
import * as qoida from '../src/index.ts';
import {
  ApiError,
  type ApiFault,
  type ApprovalRequest,
  blocksNamedIn,
  type Catalog,
  compileExpression,
  compileProgram,
  createDispatcher,
  createLanguageService,
  decide,
  deepCheck,
  format,
  fromJsonLogic,
  keywordsOf,
  pointsNamedIn,
  positionAt,
  renderDiagnostic,
  runTests,
  sourceText,
  stagesInWords,
  stillNeeded,
  votesInWords,
} from '../src/index.ts';

/** What a host gives wrongly is told as an `ApiError`: what it was, and what to do. */
const CATALOG: Catalog = {
  records: { session: { fields: { input_kg: { type: 'kg' }, at: { type: 'instant' } } } },
  points: { 'session.close': { facts: { session: { type: 'session' } } } },
};
const TEXT = `
gate late
  on session.close
  block when session.at < now
formula old(session: session) = session.at < now
approval much
  on session.close
  when session.input_kg > 5 kg
  steps boss
`;
const program = compileProgram([{ name: 'f', text: TEXT }], { ...CATALOG, roles: ['boss'] });
const [gate, formula, approval] = [program.gates[0], program.formulas[0], program.approvals[0]];
assert.deepEqual(program.diagnostics, []);
assert.ok(gate && formula && approval);
const FACTS = { session: { input_kg: 1, at: '2025-08-28T10:00' } };
const NOW = new Date('2025-08-28T10:00Z');
const REQUEST: ApprovalRequest = {
  stages: [{ kind: 'role', role: 'direktor' }],
  requester: 'anvar',
  requestedAt: new Date('2025-08-28T09:00Z'),
  decisions: [],
};
const AGREED = { person: 'b', roles: ['direktor'], verdict: 'approve', at: NOW } as const;
// The compiler knows better than these callers.
const any = (value: unknown): never => value as never;
const withType = (type: unknown): Catalog =>
  any({ ...CATALOG, records: { a: { fields: { b: { type } } } } });
const request = (more: object): ApprovalRequest => ({ ...REQUEST, ...more });
const decided = (more: object) => request({ decisions: [{ ...AGREED, ...more }] });

const CASES: readonly (readonly [string, ApiFault, string, () => unknown])[] = [
  ['no files', 'not_a_list', 'files', () => compileProgram(any(undefined), CATALOG)],
  ['a file that is a text', 'not_a_record', 'files[0]', () => compileProgram(any(['x']), CATALOG)],
  [
    'a file without a text',
    'not_a_text',
    'files[0].text',
    () => compileProgram([any({ name: 'f' })], CATALOG),
  ],
  ['no catalog', 'not_a_record', 'catalog', () => compileProgram([], any(undefined))],
  ['a text as catalog', 'not_a_record', 'catalog', () => compileProgram([], any('{}'))],
  [
    'a catalog without records',
    'not_a_record',
    'catalog.records',
    () => compileProgram([], any({})),
  ],
  [
    'a record without fields',
    'not_a_record',
    'catalog.records.a.fields',
    () => compileProgram([], any({ ...CATALOG, records: { a: {} } })),
  ],
  [
    'a type that is a number',
    'not_a_text',
    'catalog.records.a.fields.b.type',
    () => compileProgram([], withType(5)),
  ],
  [
    'a type that is none',
    'unreadable_type',
    'catalog.records.a.fields.b.type',
    () => compileProgram([], withType('kgg')),
  ],
  [
    'a type inside a type',
    'unreadable_type',
    'catalog.points.p.facts.f.type',
    () =>
      compileProgram([], {
        ...CATALOG,
        points: { p: { facts: { f: { type: 'list of nobody' } } } },
      }),
  ],
  [
    'a parameter of a function',
    'unreadable_type',
    'catalog.functions.f.params[0].type',
    () =>
      compileProgram([], {
        ...CATALOG,
        functions: { f: { params: [{ name: 'x', type: 'oneof(' }], result: 'kg' } },
      }),
  ],
  [
    'an unknown option',
    'unknown_option',
    'options.closures',
    () => compileProgram([], CATALOG, any({ closures: true })),
  ],
  [
    'a choice there is not',
    'not_a_choice',
    'options.backend',
    () => compileExpression('1', {}, any({ backend: 'wasm' })),
  ],
  ['an expression of nothing', 'not_a_text', 'text', () => compileExpression(any(undefined), {})],
  ['no variables', 'not_a_record', 'vars', () => compileExpression('1', any(null))],
  [
    'a type of a number',
    'not_a_text',
    'the type of x',
    () => compileExpression('1', any({ x: 5 })),
  ],
  ['options of a text', 'not_a_record', 'options', () => compileExpression('1', {}, any('allow'))],
  ['a format of a number', 'not_a_text', 'text', () => format(any(5))],
  [
    'a format in no language',
    'not_a_choice',
    'options.language',
    () => format('', any({ language: 'xx' })),
  ],
  ['keywords of no language', 'not_a_choice', 'language', () => keywordsOf(any('xx'))],
  ['points of no text', 'not_a_text', 'text', () => pointsNamedIn(any(undefined))],
  ['blocks of no text', 'not_a_text', 'text', () => blocksNamedIn(any(undefined))],
  ['a source of no text', 'not_a_text', 'text', () => sourceText('f', any(undefined))],
  ['a place in no source', 'not_a_record', 'source', () => positionAt(any(undefined), 0)],
  ['no diagnostic', 'not_a_record', 'diagnostic', () => renderDiagnostic(any(5), any(5))],
  ['tests of no program', 'not_a_program', 'program', () => runTests(any({}))],
  ['tests of nothing', 'not_a_program', 'program', () => runTests(any(undefined))],
  [
    'a filter that is no text',
    'not_a_text',
    'options.filter',
    () => runTests(program, any({ filter: 5 })),
  ],
  ['deep checks of a copy', 'not_a_program', 'program', () => deepCheck({ ...program })],
  ['a dispatcher of a text', 'not_a_program', 'program', () => createDispatcher(any('x'))],
  ['a service without catalog', 'not_a_record', 'catalog', () => createLanguageService(any(null))],
  [
    'variables of a rule that are a list',
    'not_a_record',
    'vars',
    () => fromJsonLogic({ var: 'x' }, any([])),
  ],
  ['votes that are a text', 'not_a_record', 'votes', () => votesInWords(any('direktor'), 'en')],
  ['steps that are a text', 'not_a_list', 'stages', () => stagesInWords(any('direktor'), 'en')],
  // A gate and a formula.
  [
    'a time that is a text',
    'not_a_date',
    'now',
    () => gate.evaluate('session.close', FACTS, any({ now: '2025-08-28' })),
  ],
  [
    'a time that is none',
    'not_a_date',
    'now',
    () => gate.evaluate('session.close', FACTS, { now: new Date('x') }),
  ],
  [
    'a zone that is none',
    'unknown_zone',
    'zone',
    () => gate.evaluate('session.close', FACTS, { now: NOW, zone: 'Mars/Base' }),
  ],
  [
    'nothing of when and where',
    'not_a_record',
    'env',
    () => gate.evaluate('session.close', FACTS, any(undefined)),
  ],
  ['a formula at no time', 'not_a_date', 'now', () => formula.tryEvaluate(FACTS, any({ now: 5 }))],
  [
    'an approval of nobody’s time',
    'not_a_record',
    'env',
    () => approval.needed('session.close', FACTS, any(null)),
  ],
  // Approvals.
  ['no request', 'not_a_record', 'request', () => decide(any(undefined), NOW)],
  ['no now', 'not_a_date', 'now', () => decide(REQUEST, any(undefined))],
  ['a now that is none', 'not_a_date', 'now', () => decide(REQUEST, new Date('x'))],
  [
    'steps that are no list',
    'not_a_list',
    'request.stages',
    () => decide(request({ stages: 'x' }), NOW),
  ],
  [
    'asked for by nobody',
    'not_a_text',
    'request.requester',
    () => decide(request({ requester: undefined }), NOW),
  ],
  [
    'decided by nobody',
    'not_a_text',
    'request.decisions[0].person',
    () => decide(decided({ person: undefined }), NOW),
  ],
  [
    'decided by an empty name',
    'not_a_text',
    'request.decisions[0].person',
    () => decide(decided({ person: '' }), NOW),
  ],
  [
    'roles that are a text',
    'not_a_list',
    'request.decisions[0].roles',
    () => decide(decided({ roles: 'vice direktor' }), NOW),
  ],
  [
    'a role that is a number',
    'not_a_text',
    'request.decisions[0].roles[0]',
    () => stillNeeded(decided({ roles: [5] }), NOW),
  ],
  [
    'decided at a text',
    'not_a_date',
    'request.decisions[0].at',
    () => decide(decided({ at: '2025-08-28T09:30Z' }), NOW),
  ],
  [
    'may nobody',
    'not_a_text',
    'person',
    () => decide(REQUEST, NOW).may(any(undefined), ['direktor']),
  ],
  [
    'may roles of a text',
    'not_a_list',
    'roles',
    () => decide(REQUEST, NOW).may('b', any('direktor')),
  ],
];

describe('what a host gives wrongly', () => {
  for (const [title, code, argument, call] of CASES) {
    it(`${title}: ${code} of ${argument}`, () => {
      // Often enough for generated code to be asked too.
      for (let time = 0; time < 12; time++) {
        assert.throws(call, (error: unknown) => {
          assert.ok(error instanceof ApiError, String(error));
          assert.deepEqual([error.code, error.argument], [code, argument]);
          assert.match(error.message, /^[^:]+.*: \S/, 'it says what to do');
          return true;
        });
      }
    });
  }

  it('is an ApiError whatever is given to any function', () => {
    const bad = [
      undefined,
      null,
      5,
      'x',
      true,
      [],
      {},
      [undefined],
      new Date('x'),
      Symbol('x'),
      () => 1,
    ];
    const doors = Object.entries(qoida).filter(([, door]) => isDoor(door)) as [
      string,
      (...args: unknown[]) => unknown,
    ][];
    assert.ok(doors.length > 15);
    for (const [name, door] of doors) {
      for (const a of bad)
        for (const b of bad)
          try {
            door(a, b);
          } catch (error) {
            const typed = [
              qoida.ApiError,
              qoida.QoidaError,
              qoida.QoidaFault,
              qoida.JsonLogicError,
            ];
            const known = typed.some((kind) => error instanceof kind);
            assert.ok(known, `${name}(${String(a)}, ${String(b)}): ${(error as Error).stack}`);
          }
    }
  });
});

const isDoor = (value: unknown): boolean =>
  typeof value === 'function' && !/^class /.test(Function.prototype.toString.call(value));

describe('a decision that is yet to be made', () => {
  it('counts nothing, until it is', () => {
    const later = decided({ at: new Date(NOW.getTime() + 1) });
    assert.equal(decide(later, NOW).state, 'pending');
    assert.equal(decide(later, new Date(NOW.getTime() + 1)).state, 'approved');
    assert.equal(decide(decided({}), NOW).state, 'approved');
  });
});
