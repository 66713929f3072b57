import type { Ir, Unit } from '../ir/ir.ts';
import type { CodeName } from '../source/codes.ts';
import type { Diagnostic, Related } from '../source/diagnostic.ts';
import { Fault } from '../values/fault.ts';
import { examine, type Found } from './examine.ts';
import { finding, witnessOf } from './finding.ts';
import { type DeepModel, quoted } from './model.ts';
import { replaced } from './replace.ts';
import { choicesFor, samples, valueIn, type World } from './search.ts';
import { Terms } from './terms.ts';

/** What is said of the whole of a rule, instead of `never true` and `always true`. */
export interface Headline {
  readonly never?: CodeName;
  readonly always?: CodeName;
  readonly params?: Readonly<Record<string, string>>;
}

/** Facts that a claim on all facts is tried on before it is told. */
const TRIED = 16;

/** Everything that is found out about one rule by itself. */
export function claimsOn(unit: Unit, model: DeepModel, headline: Headline = {}): Diagnostic[] {
  const terms = new Terms(model.units);
  const found = examine(unit.body, terms, terms.scopeOf(unit));
  return found.flatMap((one) => claim(one, unit, model, headline) ?? []);
}

function claim(
  found: Found,
  unit: Unit,
  model: DeepModel,
  headline: Headline,
): Diagnostic | undefined {
  const example = tried(found, unit, model);
  if (example === undefined) return undefined;
  const { file } = unit;
  const whole = sameSpan(found.ir, unit.body);
  const told = { never: 'neverTrue', always: 'alwaysTrue', twice: 'saidTwice' } as const;
  const name =
    (whole && found.kind !== 'twice' ? headline[found.kind] : undefined) ?? told[found.kind];
  const related = found.because.map(({ ir, denied }): Related => {
    const text = quoted(ir, file, model);
    return { file, span: ir.span, message: denied ? `not ${text}` : text };
  });
  const why = whyOf(
    found,
    related.map(({ message }) => message),
  );
  const params = { ...headline.params, text: quoted(found.ir, file, model), why };
  return finding(name, file, found.ir.span, params, { witness: witnessOf(example), related });
}

const sameSpan = (a: Ir, b: Ir): boolean =>
  a.span.start === b.span.start && a.span.end === b.span.end;

/** What holds for all facts is shown by the parts that exclude or imply one another. */
export function whyOf({ kind }: Pick<Found, 'kind'>, because: readonly string[]): string {
  const parts = because.map((text) => `\`${text}\``).join(' and ');
  if (because.length === 0) return 'whatever the facts are';
  if (kind === 'twice') return `${parts} ${because.length === 1 ? 'says' : 'say'} it already`;
  if (kind === 'always') return `whatever the facts are, after ${parts}`;
  return because.length === 1
    ? `whatever the facts are: ${parts} contradicts itself`
    : `whatever the facts are: ${parts} exclude one another`;
}

/**
 * A claim is tried on facts by the reference interpreter: where the rule comes out at all, it comes
 * out the same with the constant that the part is said to be.
 * @returns the last facts it was tried on; undefined when they show that it is wrong
 */
function tried({ ir, value }: Found, unit: Unit, model: DeepModel): World | undefined {
  const constant: Ir = { ...ir, kind: 'const', value };
  const changed = { ...unit, body: replaced(unit.body, ir, constant) };
  const worlds = samples(choicesFor([{ unit }], model.units));
  let world: World = worlds.next().value;
  for (let i = 0; i < TRIED; i += 1) {
    world = worlds.next().value;
    const before = valueIn({ unit }, world, model);
    if (before instanceof Fault || before === null) continue;
    const after = valueIn({ unit: changed }, world, model);
    if (typeof before !== 'object' && before !== after) return undefined;
  }
  return world;
}
