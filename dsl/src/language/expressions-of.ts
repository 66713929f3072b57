import type { ActionGroups, Block, Expr } from './ast.ts';

/** Every whole expression of a block as it is written, those in messages too. */
export function expressionsOf(block: Block): Expr[] {
  if (block.kind === 'formula') return [block.body];
  if (block.kind === 'language' || block.kind === 'module' || block.kind === 'requires') return [];
  return block.clauses.flatMap((clause) => written(clause).filter((expr) => expr !== undefined));
}

type Clause = Extract<Block, { readonly clauses: unknown }>['clauses'][number];

const values = (groups: ActionGroups): readonly Expr[] =>
  groups.flat().flatMap(({ args }) => args.map(({ value }) => value));

function written(clause: Clause): readonly (Expr | undefined)[] {
  switch (clause.kind) {
    case 'mode':
    case 'condition':
    case 'clear':
    case 'move':
    case 'button':
      return [clause.condition];
    case 'answer':
      return [clause.figures];
    case 'message':
    case 'remedy':
      return clause.template.parts.filter((part) => typeof part !== 'string');
    case 'release':
      return [clause.until];
    case 'steps':
      return clause.stages.map(({ condition }) => condition);
    case 'outcome':
    case 'do':
    case 'failure':
      return values(clause.actions);
    case 'trigger': {
      const { trigger, condition } = clause;
      const own = 'condition' in trigger ? [trigger.condition] : [trigger.where, trigger.per];
      return [...own, condition];
    }
    case 'once':
    case 'group':
      return [clause.key];
    case 'let':
    case 'result':
    case 'term':
    case 'tolerance':
    case 'value':
    case 'threshold':
    case 'given':
      return [clause.value];
    case 'field':
      return [clause.step, clause.initial];
    case 'list':
      return [clause.where];
    case 'event':
      return [clause.fields];
    case 'expect':
      if (clause.what.kind === 'true') return [clause.what.condition];
      return clause.what.kind === 'did' ? [clause.what.fields] : [];
    default:
      return [];
  }
}
