import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLanguageService, type LanguageService } from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';

/** Rules that contradict, shadow, repeat, chase and fight one another, by their name and a number. */
const RULES: readonly ((name: string, n: number) => string)[] = [
  (name, n) => `gate g_${name}
  on session.close
  block when session.input_kg > ${n} kg
  release never
`,
  (name, n) => `gate g_${name}
  on session.close
  block when session.input_kg < ${n * 3} kg${n < 4 ? '' : ' and not settings.vt_gate_hard'}
  release never
`,
  (name, n) => `gate g_${name}
  on session.close
  block when heavy(session) and session.vt_ratio > ${n}%
  release by texnolog
`,
  (name, n) => `gate g_${name}
  on session.close
  pause session after when session.input_kg > ${n} kg and session.good_kg > ${n} kg and session.good_kg > 2 kg
  release by texnolog until session.input_kg >= released.input_kg
`,
  (name, n) => `gate g_${name}
  on stock.transfer.send, stock.transfer.receive each line
  block when line.qty_kg > ${n} kg or line.qty_kg < 2 kg
  release never
`,
  (name, n) => `automation a_${name}
  when door.opened as e where e.door = "${'abc'[n % 3]}"
  do door.open(door: "${'abc'[(n * 2) % 3]}")
`,
  (name, n) => `automation a_${name}
  when relay.input as e where e.duration > ${n} s
  do relay.set_all(device: e.device, state: \`${n % 2 === 0 ? 'on' : 'off'}\`)
`,
  (name, n) => `approval p_${name}
  on session.close
  when session.input_kg > ${n} kg
  steps texnolog then direktor when session.input_kg < 5 kg
`,
  (name, n) => `schedule s_${name}
  every day at 0${n % 3}:00
  do relay.set_all(device: "h", state: \`${n % 2 === 0 ? 'on' : 'off'}\`)
`,
  (name, n) => `entity e_${name}
  field size: ${n % 2 === 0 ? 'kg' : 'm'}
  states small, large
  move grow from small to large when e_${name}.size > ${n} ${n % 2 === 0 ? 'kg' : 'm'} or e_${name}.size <= 4 ${n % 2 === 0 ? 'kg' : 'm'}
`,
];

const HEAVY = (
  n: number,
): string => `formula heavy(s: session): bool = limit(s) or s.good_kg > ${n} kg
`;
const LIMIT = (n: number): string => `formula limit(s: session): bool = s.input_kg > ${n} kg
`;

interface Written {
  readonly shape: number;
  readonly n: number;
}
type Edit =
  | { readonly kind: 'put'; readonly at: number; readonly rule: Written }
  | { readonly kind: 'drop' | 'space' | 'turn'; readonly at: number }
  | { readonly kind: 'formula'; readonly which: 0 | 1; readonly n: number };

const written = fc.record({ shape: fc.nat(RULES.length - 1), n: fc.integer({ min: 1, max: 6 }) });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('put' as const), at: fc.nat(9), rule: written }),
  },
  fc.record({
    kind: fc.constantFrom('drop' as const, 'space' as const, 'turn' as const),
    at: fc.nat(9),
  }),
  fc.record({
    kind: fc.constant('formula' as const),
    which: fc.constantFrom(0 as const, 1 as const),
    n: fc.integer({ min: 1, max: 6 }),
  }),
);

/** A plant's rules in two files while somebody works on them. */
class Draft {
  readonly #rules: (Written & { readonly name: string })[] = [];
  readonly #formulas = [3, 4];
  #spaces = 0;
  #names = 0;

  change(edit: Edit): void {
    const at = this.#rules.length === 0 ? 0 : ('at' in edit ? edit.at : 0) % this.#rules.length;
    if (edit.kind === 'put') {
      const name = this.#rules[edit.at]?.name ?? `n${this.#names++}`;
      this.#rules[Math.min(edit.at, this.#rules.length)] = { ...edit.rule, name };
    } else if (edit.kind === 'drop') this.#rules.splice(at, 1);
    else if (edit.kind === 'space') this.#spaces += 1;
    else if (edit.kind === 'turn') this.#rules.push(...this.#rules.splice(at, 1));
    else if (edit.kind === 'formula') this.#formulas[edit.which] = edit.n;
  }

  writeTo(service: LanguageService): void {
    const [heavy = 0, limit = 0] = this.#formulas;
    service.setFile('a', `${'\n'.repeat(this.#spaces)}${LIMIT(limit)}\n${HEAVY(heavy)}`);
    const rules = this.#rules.map(({ shape, n, name }) => RULES[shape]?.(name, n) ?? '');
    service.setFile('b', `${rules.join('\n')}\n`);
  }
}

describe('deep findings while rules are edited', () => {
  it('are those of a program that is read anew, also where one was left off', () => {
    const step = fc.record({ edit, left: fc.option(fc.nat(12), { freq: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 16 }), (steps) => {
        const draft = new Draft();
        const service = createLanguageService(PLANT);
        for (const { edit, left } of steps) {
          draft.change(edit);
          draft.writeTo(service);
          let rest = left ?? Infinity;
          const found = service.deepDiagnostics(() => --rest > 0);
          if (found === undefined) continue;
          const anew = createLanguageService(PLANT);
          draft.writeTo(anew);
          assert.deepEqual(
            anew.diagnostics('b').filter(({ severity }) => severity === 'error'),
            [],
          );
          assert.deepEqual(found, anew.deepDiagnostics());
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are all there in what is edited here: else the other test would test nothing', () => {
    const rules = [
      [0, 1],
      [0, 4],
      [1, 1],
      [2, 4],
      [3, 2],
      [4, 1],
      [4, 3],
      [5, 3],
      [6, 2],
      [6, 3],
      [7, 6],
      [9, 2],
    ] as const;
    const draft = new Draft();
    for (const [at, [shape, n]] of rules.entries())
      draft.change({ kind: 'put', at, rule: { shape, n } });
    const service = createLanguageService(PLANT);
    draft.writeTo(service);
    const codes = new Set(service.deepDiagnostics()?.map(({ code }) => code));
    const told = ['Q6002', 'Q6003', 'Q6006', 'Q6007', 'Q6008', 'Q6009', 'Q6010', 'Q6016', 'Q6018'];
    assert.deepEqual(
      told.filter((code) => !codes.has(code)),
      [],
    );
  });
});
