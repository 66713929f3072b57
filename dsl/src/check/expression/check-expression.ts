import type { Expr } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { Span } from '../../source/text.ts';
import type { CatalogIndex } from '../../types/catalog.ts';
import { assignable, mayBeMissing, type Type, typeWords, UNKNOWN } from '../../types/type.ts';
import { isFault, SIMPLE_TYPE_NAMES, type TypeText } from '../../types/type-text.ts';
import { unitNames } from '../../types/units.ts';
import { type Binding, type Context, createTyping, type Scope, type World } from '../context.ts';
import { demandPresent } from '../rules/guarded-missing.ts';
import { reportUnit } from '../rules/known-unit.ts';
import { settle } from './dynamic.ts';
import { infer } from './infer.ts';

export interface ContextOptions {
  readonly world: World;
  readonly reporter: Reporter;
  readonly scope: Scope;
  /** Locals that are taken before the expression begins. */
  readonly params?: number;
  readonly demandGuards?: boolean;
  readonly partialRecords?: boolean;
  readonly dynamic?: boolean;
  /** What is known before the expression begins: see `flow.ts`. */
  readonly known?: readonly string[];
}

/** A context to check one expression in, with nothing known yet. */
export function createContext(options: ContextOptions): Context {
  return {
    world: options.world,
    infer,
    typing: createTyping(options.params ?? 0),
    reporter: options.reporter,
    scope: options.scope,
    facts: options.known && new Set(options.known),
    answered: false,
    demandGuards: options.demandGuards ?? true,
    partialRecords: options.partialRecords ?? false,
    dynamic: options.dynamic ?? false,
  };
}

/** Names from outside, by their types. */
export const inputScope = (types: Iterable<readonly [string, Type]>): Map<string, Binding> =>
  new Map([...types].map(([name, type]) => [name, { kind: 'input', name, type }]));

/**
 * Checks an expression against the type it must have.
 * @param name what is declared to have the type, for the sentence
 */
export function checkAgainst(expr: Expr, expected: Type, name: string, context: Context): Type {
  const found = infer(expr, context, expected);
  const settled = settle(expr, found, expected, context);
  const type = mayBeMissing(expected) ? settled : demandPresent(expr, settled, context);
  if (!assignable(type, expected)) {
    const words = { name, expected: typeWords(expected), actual: typeWords(type) };
    context.reporter.report('resultType', expr.span, words);
  }
  return type;
}

/** The meaning of a type as written; what has none is reported. */
export function readType(
  text: TypeText,
  span: Span,
  index: CatalogIndex,
  reporter: Reporter,
): Type {
  const type = index.type(text);
  if (!isFault(type)) return type;
  if (type.twice === true) {
    reporter.report('namedTwice', span, { name: type.name });
    return UNKNOWN;
  }
  if (type.unit !== undefined) {
    reportUnit(type.unit, type.name, span, reporter);
    return UNKNOWN;
  }
  const known = () => [...unitNames(), ...SIMPLE_TYPE_NAMES, ...index.names('record')];
  const whole = type.name === text ? didYouMean(type.name, known, span) : undefined;
  reporter.report('unknownType', span, { name: type.name || text }, whole);
  return UNKNOWN;
}
