import type { CheckedProgram } from '../check/check.ts';
import type { BlockSource, Typing } from '../check/context.ts';
import type { Ir, Unit, Units } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import type { Block, Expr } from '../language/ast.ts';
import type { Natives } from '../values/environment.ts';
import type { Holders } from './people.ts';

/** A program as the deep checks look at it. */
export interface DeepModel {
  readonly checked: CheckedProgram;
  /** What expressions call, by name. */
  readonly units: Units;
  readonly natives?: Natives;
  /** Who holds which role; without it nothing is said of who can agree. */
  readonly holders?: Holders;
  /** The text of a file. */
  source(file: string): string;
}

/** A condition or figure of a block, as a unit of its own. */
export function unitFor(
  { block, reporter }: BlockSource,
  expr: Expr,
  typing: Typing,
  params: Unit['params'] = [],
): Unit {
  return {
    name: nameOf(block),
    file: reporter.file,
    params,
    slots: typing.slots,
    body: lower(expr, typing),
  };
}

/** The name a block is called by. */
export const nameOf = (block: Block): string => ('name' in block ? block.name.name : block.kind);

/** A piece of a rule as it is written, on one line. */
export const quoted = (ir: Pick<Ir, 'span'>, file: string, model: DeepModel): string =>
  model.source(file).slice(ir.span.start, ir.span.end).replace(/\s+/g, ' ');
