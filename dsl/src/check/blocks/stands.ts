import type { OnClause } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import { eachFact } from '../../types/catalog.ts';
import type { Type } from '../../types/type.ts';
import type { Scope, World } from '../context.ts';
import { inputScope } from '../expression/check-expression.ts';
import { once } from '../rules/named-once.ts';

/** A point with what its names mean there. */
export interface Stand {
  readonly point: string;
  /** The variable of `each` and the list fact it walks. */
  readonly each: { readonly name: string; readonly fact: string; readonly of: Type } | undefined;
  readonly facts: ReadonlyMap<string, Type>;
}

/** The points of an `on`, each once; those that do not exist are reported. */
export function standsOf(on: OnClause, world: World, reporter: Reporter): readonly Stand[] {
  const eaches = on.points.map((point) => point.each);
  // A point without `each` takes the next one after it: `on a, b each line` walks both.
  for (let i = eaches.length - 2; i >= 0; i--) eaches[i] ??= eaches[i + 1];
  const written = on.points.map(({ path }, i) => ({ path, each: eaches[i] }));
  const points = once(
    written,
    ({ path, each }) => (each === undefined ? path.text : `${path.text} each ${each.name}`),
    ({ path }) => path.span,
    reporter,
  );
  const stands: Stand[] = [];
  for (const point of points) {
    const stand = standOf(point, world, reporter);
    if (stand !== undefined) stands.push(stand);
  }
  return stands;
}

function standOf(
  { path, each }: OnClause['points'][number],
  world: World,
  reporter: Reporter,
): Stand | undefined {
  const point = path.text;
  const facts = world.index.point(point);
  if (facts === undefined) {
    const fix = didYouMean(point, world.index.names('point'), path.span);
    reporter.report('unknownPoint', path.span, { name: point }, fix);
    return undefined;
  }
  if (each === undefined) return { point, each: undefined, facts };
  const found = eachFact(facts, each.name);
  if (found !== undefined) return { point, each: { name: each.name, ...found }, facts };
  reporter.report('unknownEach', each.span, { point, name: each.name });
  return undefined;
}

const scopes = new WeakMap<Stand['facts'], Scope>();

/** The facts of a point as names; the variable of `each` takes the first local. */
export function pointScope(
  facts: ReadonlyMap<string, Type>,
  settings: Type,
  each?: { readonly name: string; readonly of: Type },
): Scope {
  let plain = scopes.get(facts);
  const known = plain?.get('settings');
  if (plain === undefined || known?.kind !== 'input' || known.type !== settings) {
    plain = inputScope(facts).set('settings', { kind: 'input', name: 'settings', type: settings });
    scopes.set(facts, plain);
  }
  if (each === undefined) return plain;
  const { name, of } = each;
  return new Map(plain).set(name, { kind: 'local', name, slot: 0, type: of });
}
