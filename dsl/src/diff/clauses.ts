import type { Clause } from '../format/clauses.ts';
import type { NamedClauseBlock, TestBlock } from '../language/ast.ts';
import type { ChangeEffect } from './change.ts';
import {
  modeChanges,
  pointChanges,
  releaseChanges,
  roleChanges,
  stepChanges,
  type Told,
  toldPieces,
} from './guards.ts';
import type { Pair, Side } from './side.ts';

/** What the clauses of a block say otherwise; the order of those that stay is looked at elsewhere. */
export function clauseChanges(
  before: NamedClauseBlock | TestBlock,
  after: NamedClauseBlock | TestBlock,
  pair: Pair,
): readonly Told[] {
  const [was, is] = [keyed(before.clauses, pair.was), keyed(after.clauses, pair.is)];
  const gone = [...was].filter(([key]) => !is.has(key)).map(([, clause]) => clause);
  const told: Told[] = gone.map((clause) => ({
    kind: 'clause_removed',
    clause: clauseName(clause, pair.was),
    before: pair.was.clause(clause),
    effect: effectWithout(after.kind, clause),
  }));
  for (const [key, clause] of is) {
    const former = was.get(key);
    if (former === undefined)
      told.push({
        kind: 'clause_added',
        clause: clauseName(clause, pair.is),
        after: pair.is.clause(clause),
        effect: turned(effectWithout(after.kind, clause)),
      });
    else if (pair.was.clause(former) !== pair.is.clause(clause))
      told.push(...changesOf(after.kind, former, clause, pair));
  }
  return told;
}

const turned = (effect: ChangeEffect): ChangeEffect =>
  effect === 'looser' ? 'stricter' : effect === 'stricter' ? 'looser' : effect;

/** What it means that a guard has this clause no longer. */
function effectWithout(block: string, clause: Clause): ChangeEffect {
  if (block !== 'gate' && block !== 'approval') return 'same';
  switch (clause.kind) {
    case 'mode':
    case 'on':
    case 'of':
    case 'steps':
      return 'looser';
    // An approval without a condition is always asked for.
    case 'condition':
    case 'own':
      return 'stricter';
    case 'release':
      return clause.never ? 'unclear' : 'stricter';
    case 'message':
    case 'remedy':
    case 'answer':
      return 'same';
    default:
      return 'unclear';
  }
}

/** Clauses by what they are about; of equal ones each has its turn. */
function keyed(clauses: readonly Clause[], side: Side): ReadonlyMap<string, Clause> {
  const found = new Map<string, Clause>();
  for (const clause of clauses) {
    const about = aboutOf(clause, side);
    let turn = 0;
    while (found.has(`${clause.kind} ${about} ${turn}`)) turn += 1;
    found.set(`${clause.kind} ${about} ${turn}`, clause);
  }
  return found;
}

function aboutOf(clause: Clause, side: Side): string {
  switch (clause.kind) {
    case 'message':
    case 'remedy':
    case 'title':
      return clause.language ?? '';
    case 'label':
      return `${clause.name.name} ${clause.language ?? ''}`;
    case 'let':
    case 'result':
    case 'term':
    case 'field':
    case 'move':
      return clause.name.name;
    case 'given':
    case 'list':
    case 'button':
      return clause.path.text;
    case 'condition':
      return clause.word;
    case 'outcome':
      return clause.outcome;
    // Expectations and what is played have no name: equal ones belong together.
    case 'expect':
    case 'event':
    case 'decision':
      return side.clause(clause);
    default:
      return '';
  }
}

/** The words that begin a clause, as a reader looks for it. */
function clauseName(clause: Clause, side: Side): string {
  const [word = ''] = side.clause(clause).split(' ');
  const about = aboutOf(clause, side);
  const unnamed = ['expect', 'event', 'decision', 'condition', 'outcome'].includes(clause.kind);
  return about === '' || unnamed ? word : `${word} ${about}`;
}

function changesOf(block: string, before: Clause, after: Clause, pair: Pair): readonly Told[] {
  const clause = clauseName(after, pair.is);
  const guards = block === 'gate' || block === 'approval';
  const told = exactly(block, before, after, pair, clause);
  if (told.length > 0) return told;
  return [
    {
      kind: 'clause',
      clause,
      before: pair.was.clause(before),
      after: pair.is.clause(after),
      effect: guards && !isWording(after) ? 'unclear' : 'same',
    },
  ];
}

/** An answer's code, a message and a remedy let nothing more through. */
const isWording = ({ kind }: Clause) =>
  kind === 'message' || kind === 'remedy' || kind === 'answer';

const same = (): ChangeEffect => 'same';

/** What can be said of a clause more exactly than that it is another; nothing where it can't. */
function exactly(block: string, a: Clause, b: Clause, pair: Pair, clause: string): readonly Told[] {
  if (a.kind === 'mode' && b.kind === 'mode') return modeChanges(a, b, pair);
  if (a.kind === 'on' && b.kind === 'on') return pointChanges(a, b, pair);
  if (a.kind === 'release' && b.kind === 'release') return releaseChanges(a, b, pair);
  if (a.kind === 'steps' && b.kind === 'steps') return stepChanges(a, b, pair);
  if (a.kind === 'own' && b.kind === 'own') return roleChanges(a.roles, b.roles, pair, clause);
  if (a.kind === 'condition' && b.kind === 'condition')
    return block === 'approval'
      ? toldPieces(a.condition, b.condition, pair, clause)
      : toldPieces(a.condition, b.condition, pair, clause, same);
  if ((a.kind === 'let' && b.kind === 'let') || (a.kind === 'result' && b.kind === 'result'))
    return a.type?.text === b.type?.text ? toldPieces(a.value, b.value, pair, clause, same) : [];
  if (
    (a.kind === 'term' && b.kind === 'term' && a.side === b.side) ||
    (a.kind === 'tolerance' && b.kind === 'tolerance')
  )
    return toldPieces(a.value, b.value, pair, clause, same);
  return [];
}
