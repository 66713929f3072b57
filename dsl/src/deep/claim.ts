import type { Ir, Unit } from '../ir/ir.ts';
import type { CodeName } from '../source/codes.ts';
import type { Diagnostic, Related } from '../source/diagnostic.ts';
import type { Value } from '../values/border.ts';
import { Fault } from '../values/fault.ts';
import { examine, type Found } from './examine.ts';
import { choicesShown, examplesOf, type Shown, toldAt } from './examples.ts';
import { finding, witnessOf } from './finding.ts';
import { type DeepModel, quoted } from './model.ts';
import { placesOf } from './places.ts';
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
  const shown = shownBy(found, unit, model);
  const [first] = shown?.examples ?? [];
  if (shown === undefined || first === undefined) return undefined;
  const { file } = unit;
  const { span } = found.ir;
  const whole = sameSpan(found.ir, unit.body);
  const told = { never: 'neverTrue', always: 'alwaysTrue', twice: 'saidTwice' } as const;
  const name =
    (whole && found.kind !== 'twice' ? headline[found.kind] : undefined) ?? told[found.kind];
  const because = found.because.map(({ ir, denied }): Related => {
    const text = quoted(ir, file, model);
    return { file, span: ir.span, message: denied ? `not ${text}` : text };
  });
  const why = whyOf(
    found,
    because.map(({ message }) => message),
  );
  const params = { ...headline.params, text: quoted(found.ir, file, model), why };
  const related = [...because, ...toldAt(file, span, shown)];
  return finding(name, file, span, params, { witness: witnessOf(first.world), related });
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
 * @returns facts that show it; undefined when some show that it is wrong
 */
function shownBy(
  { ir, value, kind, because }: Found,
  unit: Unit,
  model: DeepModel,
): Shown | undefined {
  const constant: Ir = { ...ir, kind: 'const', value };
  const changed = { ...unit, body: replaced(unit.body, ir, constant) };
  const all = choicesFor([{ unit }], model.units);
  let wrong = false;
  const tried = (world: World): Value => {
    const before = valueIn({ unit }, world, model);
    if (before instanceof Fault || before === null || typeof before === 'object') return before;
    if (before !== valueIn({ unit: changed }, world, model)) wrong = true;
    return before;
  };
  const worlds = samples(all);
  for (let i = 0; i < TRIED; i += 1) tried(worlds.next().value);
  const judge = (world: World): string | undefined => {
    const whole = tried(world);
    if (kind === 'twice')
      return typeof whole === 'boolean' ? `${whole} with it and without it` : undefined;
    return outcomeOf(ir, unit, world, model) === value ? `${value}` : undefined;
  };
  const parts = [ir, ...because.map((reason) => reason.ir)];
  const shown = parts.map((part) => ({ asked: { unit }, part }));
  const examples = examplesOf(shown, all, judge, model);
  const read = placesOf(
    parts.map((body) => ({ unit: { ...unit, body } })),
    model.units,
  );
  return wrong ? undefined : { examples, choices: choicesShown(all, read) };
}

/** What a part of a rule came to: the only thing it came to, if it was asked at all. */
function outcomeOf(part: Ir, unit: Unit, world: World, model: DeepModel): Value | undefined {
  const seen = new Set<Value>();
  const watch = (ir: Ir, value: Value): void => {
    if (ir === part) seen.add(value);
  };
  valueIn({ unit }, world, { ...model, watch });
  const [only] = seen;
  return seen.size === 1 ? only : undefined;
}
