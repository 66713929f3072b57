import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Catalog,
  compileProgram,
  type Facts,
  type GateFailure,
  type Program,
  type Remedy,
  remediesText,
} from '../src/index.ts';

const kg = { type: 'kg', resolution: 0.001 } as const;
const NOW = new Date('2025-08-28T05:00:00Z');

const CATALOG: Catalog = {
  roles: ['texnolog', 'chief'],
  records: {
    part: {
      fields: { w: kg, ok: { type: 'bool' }, note: { type: 'text', optional: true } },
    },
    batch: {
      fields: {
        id: { type: 'text' },
        a: { ...kg, doc: { en: 'scrap', uz: 'chiqindi', ru: 'отходов' } },
        b: kg,
        c: kg,
        frozen: { ...kg, changeable: false },
        pieces: { type: 'number' },
        share: { type: '%' },
        kind: { type: 'oneof(raw, cut, done)' },
        sealed: { type: 'bool' },
        due: { type: 'instant', optional: true },
        until: { type: 'date', optional: true },
        note: { type: 'text', optional: true },
        tags: { type: 'list of text' },
        parts: { type: 'list of part' },
      },
    },
  },
  points: {
    close: { facts: { batch: { type: 'batch' } } },
    load: { facts: { batch: { type: 'batch' }, parts: { type: 'list of part' } } },
  },
  settings: { most: kg },
};

function compile(text: string): Program {
  const program = compileProgram([{ name: 'r.qoida', text }], CATALOG);
  assert.deepEqual(
    program.diagnostics.filter((d) => d.severity === 'error').map((d) => d.message),
    [],
  );
  return program;
}

const gate = (condition: string, release = ''): Program =>
  compile(`gate g\n  on close\n  block when ${condition}\n${release}`);

function failuresOf(program: Program, point: string, facts: Facts): readonly GateFailure[] {
  const result = program.gates[0]?.evaluate(point, facts, { now: NOW, settings: { most: 5 } });
  return result?.verdict === 'fail' ? result.failures : [];
}

const remediesOf = (program: Program, batch: object, language = 'en'): readonly Remedy[] =>
  failuresOf(program, 'close', { batch })[0]?.remedies(language) ?? [];

const texts = (program: Program, batch: object, language = 'en'): string[] =>
  remediesOf(program, batch, language).map(({ text }) => text);

/** The facts with changes made, by their paths. */
function changed(facts: Facts, changes: readonly { path: string; to: unknown }[]): Facts {
  const copy = structuredClone(facts);
  for (const { path, to } of changes) {
    const steps = path.split(/[.[\]]+/).filter(Boolean);
    const last = steps.pop() ?? '';
    let target = copy as Record<string, unknown>;
    for (const step of steps) target = target[step] as Record<string, unknown>;
    target[last] = to;
  }
  return copy;
}

describe('what would let a gate pass', () => {
  it('is the smallest amount, to the step of the field', () => {
    const program = gate('batch.a > 35 kg');
    const [remedy] = remediesOf(program, { a: 37.4 });
    assert.deepEqual(remedy, {
      change: [
        {
          path: 'batch.a',
          from: 37.4,
          to: 35,
          by: -2.4,
          text: '2.4 kg less scrap (35 kg instead of 37.4 kg)',
        },
      ],
      text: '2.4 kg less scrap (35 kg instead of 37.4 kg)',
    });
    assert.deepEqual(texts(program, { a: 37.4 }, 'uz'), [
      'chiqindi 2.4 kg kam (35 kg, hozir 37.4 kg)',
    ]);
    assert.deepEqual(texts(program, { a: 37.4 }, 'ru'), [
      'на 2.4 kg меньше: отходов (35 kg вместо 37.4 kg)',
    ]);
    assert.deepEqual(texts(gate('batch.a >= 35 kg'), { a: 37.4 }), [
      '2.401 kg less scrap (34.999 kg instead of 37.4 kg)',
    ]);
  });

  it('names who may release it, and when', () => {
    const program = gate('batch.a > 35 kg', '  release by texnolog, chief when clear\n');
    const remedies = remediesOf(program, { a: 37.4 });
    assert.deepEqual(remedies[1], {
      change: [],
      release: { roles: ['texnolog', 'chief'], whenClear: true },
      text: 'a release by texnolog, chief, once the reason is gone',
    });
    assert.equal(
      remediesText(remedies, 'en'),
      '2.4 kg less scrap (35 kg instead of 37.4 kg), or a release by texnolog, chief, once the reason is gone',
    );
    assert.deepEqual(texts(gate('batch.a > 35 kg', '  release never\n'), { a: 36 }), [
      '1 kg less scrap (35 kg instead of 36 kg)',
    ]);
  });

  it('offers no release that opens nothing', () => {
    const release = '  release by texnolog';
    assert.deepEqual(texts(gate('batch.a > 35 kg', `${release}\n`), { a: 36 }), [
      '1 kg less scrap (35 kg instead of 36 kg)',
    ]);
    const pausing = (until: string) =>
      compile(
        `gate g\n  on close\n  pause batch when batch.a > 35 kg\n${release} until ${until}\n`,
      );
    const offers = (until: string, batch: object = { a: 36, b: 1 }) =>
      remediesOf(pausing(until), batch).some((remedy) => remedy.release !== undefined);
    assert.equal(offers('batch.a > released.a'), true, 'it lasts until there is more');
    assert.equal(offers('batch.a >= released.a'), false, 'it is over at once');
    assert.equal(offers('batch.b > released.b', { a: 36 }), false, 'its end can’t be told');
    assert.equal(
      offers('batch.a > released.a', {}),
      false,
      'a gate without a value is not released',
    );
    const blocking = (until: string) => gate('batch.a > 35 kg', `${release} until ${until}\n`);
    const ways = (until: string) => remediesOf(blocking(until), { a: 36 }).length;
    assert.deepEqual([ways('batch.a > 40 kg'), ways('batch.a > 30 kg')], [2, 1]);
  });

  it('leaves alone what the catalog says nobody changes, settings and identities', () => {
    const program = gate('batch.frozen > settings.most or batch.id = "x"');
    assert.deepEqual(texts(program, { id: 'x', frozen: 9 }), []);
    assert.deepEqual(texts(program, { id: 'y', frozen: 9 }), []);
  });

  it('never proposes an amount below nothing, nor a moment that is over', () => {
    assert.deepEqual(texts(gate('batch.a + batch.b > 0 kg - 1 kg'), { a: 1, b: 1 }), []);
    const due = gate('batch.due is missing or batch.due < now - 2 h');
    assert.deepEqual(
      remediesOf(due, { due: '2025-08-01T00:00:00Z' }).map(({ change }) => change[0]?.to),
      ['2025-08-28T05:00:00.000Z'],
    );
    assert.deepEqual(texts(due, { due: null }), ['record batch.due, for example 2025-08-28 10:00']);
    const until = gate('batch.until is missing or batch.until < today + 3 day');
    assert.deepEqual(texts(until, { until: '2025-08-01' }), [
      'batch.until: 2025-08-31 instead of 2025-08-01',
    ]);
  });

  it('takes another choice, yes for no, a value for none, an entry for a list', () => {
    assert.deepEqual(texts(gate('batch.kind in (raw, cut)'), { kind: 'raw' }), [
      'batch.kind: done instead of raw',
    ]);
    assert.deepEqual(texts(gate('not batch.sealed'), { sealed: false }), [
      'batch.sealed: yes instead of no',
    ]);
    assert.deepEqual(texts(gate('batch.note is missing'), { note: null }), [
      'record batch.note, for example …',
    ]);
    assert.deepEqual(texts(gate('batch.note is present'), { note: 'late' }), [
      'batch.note: — instead of late',
    ]);
    const tags = gate('batch.note is present and batch.note not in batch.tags');
    assert.deepEqual(texts(tags, { note: 'E3', tags: ['E1'] }), [
      'batch.note: E1 instead of E3',
      'batch.note: — instead of E3',
      'batch.tags with E3',
    ]);
    assert.deepEqual(texts(gate('"old" in batch.tags'), { tags: ['new', 'old'] }), [
      'batch.tags without old',
    ]);
  });

  it('looks into lists, their elements and without one of them', () => {
    const program = gate('sum(p.w for p in batch.parts) > 10 kg');
    assert.deepEqual(texts(program, { parts: [{ w: 7 }, { w: 5 }] }), [
      '2 kg less batch.parts no. 1: w (5 kg instead of 7 kg)',
      '2 kg less batch.parts no. 2: w (3 kg instead of 5 kg)',
      'batch.parts without {…}',
      'batch.parts without {…}',
    ]);
  });

  it('heals an element of `each` and nothing else', () => {
    const program = compile(
      'gate g\n  on load each part\n  block when part.w > batch.a or not part.ok\n',
    );
    const facts = {
      batch: { a: 5 },
      parts: [
        { w: 4, ok: true },
        { w: 6, ok: true },
        { w: 9, ok: true },
      ],
    };
    const [second] = failuresOf(program, 'load', facts);
    assert.deepEqual(
      second?.remedies('en').map(({ text }) => text),
      [
        '1 kg less parts no. 2: w (5 kg instead of 6 kg)',
        '1 kg more scrap (6 kg instead of 5 kg)',
        'without parts no. 2',
      ],
    );
    const alone = failuresOf(program, 'load', { ...facts, parts: [{ w: 6, ok: false }] });
    assert.deepEqual(
      alone[0]?.remedies('en').map(({ text }) => text),
      [
        '1 kg less parts no. 1: w (5 kg instead of 6 kg) and parts no. 1: ok: yes instead of no',
        'parts no. 1: ok: yes instead of no and 1 kg more scrap (6 kg instead of 5 kg)',
      ],
    );
  });

  it('takes two facts where one is not enough', () => {
    const program = gate('batch.a > 5 kg or batch.b > 3 kg');
    assert.deepEqual(texts(program, { a: 6, b: 4 }), [
      '1 kg less scrap (5 kg instead of 6 kg) and 1 kg less batch.b (3 kg instead of 4 kg)',
    ]);
    assert.deepEqual(texts(program, { a: null, b: 1 }), ['record scrap, for example 0 kg']);
  });

  it('gives what is missing the least that lets it pass, two things together', () => {
    const program = gate('batch.a + batch.b < 10 kg or batch.b > 4 kg');
    assert.deepEqual(texts(program, { a: null, b: null }), [
      'record scrap, for example 10 kg and record batch.b, for example 0 kg',
    ]);
  });

  it('does not move what another gate then refuses', () => {
    const program = compile(`gate g
  on close
  block when batch.a > batch.b

gate other
  on close
  block when batch.b > 10 kg
`);
    const [failure] = failuresOf(program, 'close', { batch: { a: 12, b: 9 } });
    assert.equal(failure?.remedies('en').length, 2);
    assert.deepEqual(
      failure?.remedies('en', { gates: program.gates }).map(({ text }) => text),
      ['3 kg less scrap (9 kg instead of 12 kg)'],
    );
  });

  it('keeps to its bound of evaluations', () => {
    const program = gate('batch.a > 5 kg or batch.b > 3 kg');
    const [failure] = failuresOf(program, 'close', { batch: { a: 6, b: 4 } });
    assert.deepEqual(failure?.remedies('en', { evaluations: 3 }), []);
    assert.equal(failure?.remedies('en', { limit: 0 }).length, 0);
  });
});

/** Conditions of every kind that single facts or pairs can turn. */
const CONDITIONS: readonly string[] = [
  'batch.a + batch.b > 2 * batch.c',
  'abs(batch.a - batch.b - batch.c) > min(floor(1% of batch.a, 1 g), 5 kg)',
  'batch.a > 500 kg or batch.kind = raw',
  'batch.a > batch.b and batch.c > batch.b',
  'batch.a > 500 kg or batch.b > 300 kg',
  'not batch.sealed or batch.c >= 10 kg',
  'batch.c > 0 kg and percent(abs(batch.a - batch.b) / batch.c) > batch.share',
  'sum(p.w for p in batch.parts) > batch.c',
  'any(p.w > 100 kg or not p.ok for p in batch.parts)',
  'batch.pieces > 3 and batch.a < 10 kg * batch.pieces',
  'if batch.sealed then batch.a > batch.b else batch.a > batch.c',
  'batch.kind != done and count(for p in batch.parts where p.ok) < batch.pieces',
  'not (batch.a between 10 kg and 20 kg)',
  'batch.due is missing or batch.due < now',
  'batch.note is missing or batch.note not in batch.tags',
];

const weight = fc.integer({ min: 0, max: 1_000_000 }).map((g) => g / 1000);
const BATCH = fc.record({
  a: weight,
  b: weight,
  c: fc.option(weight, { freq: 12 }),
  pieces: fc.integer({ min: 0, max: 12 }),
  share: fc.integer({ min: 0, max: 400 }).map((n) => n / 10),
  kind: fc.constantFrom('raw', 'cut', 'done'),
  sealed: fc.boolean(),
  due: fc.option(fc.constantFrom('2025-08-01T00:00:00Z', '2025-09-01T00:00:00Z')),
  note: fc.option(fc.constantFrom('x', 'y')),
  tags: fc.subarray(['x', 'z']),
  parts: fc.array(fc.record({ w: weight, ok: fc.boolean() }), { maxLength: 3 }),
});

describe('each remedy', () => {
  for (const condition of CONDITIONS) {
    it(`lets it pass, and a step less does not: ${condition}`, () => {
      const program = gate(condition);
      let [refused, healed] = [0, 0];
      fc.assert(
        fc.property(BATCH, (batch) => {
          const facts = { batch };
          const [failure] = failuresOf(program, 'close', facts);
          if (failure === undefined) return;
          const before = JSON.stringify(facts);
          const remedies = failure.remedies('en');
          refused += 1;
          if (remedies.length > 0) healed += 1;
          for (const { change } of remedies) {
            const after = changed(facts, change);
            assert.equal(failuresOf(program, 'close', after).length, 0, JSON.stringify(change));
            for (const one of change) assertLeast(program, facts, change, one);
          }
          assert.equal(JSON.stringify(facts), before);
        }),
        { numRuns: 200, seed: 7 },
      );
      assert.ok(refused > 10, `${refused} refused`);
      // Of a list three elements may each need a change.
      const least = condition.startsWith('any') ? 0.4 : 0.9;
      assert.ok(healed > least * refused, `${healed} of ${refused} have a remedy`);
    });
  }
});

/** One step nearer to what it was, an amount no longer lets it pass. */
function assertLeast(
  program: Program,
  facts: Facts,
  change: Remedy['change'],
  one: Remedy['change'][number],
): void {
  if (one.by === undefined || typeof one.to !== 'number') return;
  const step = one.path.endsWith('pieces') ? 1 : 0.001;
  const nearer = Number((one.to - Math.sign(one.by) * step).toPrecision(12));
  const less = changed(facts, [...change, { path: one.path, to: nearer }]);
  assert.equal(failuresOf(program, 'close', less).length, 1, JSON.stringify({ one, nearer }));
}
