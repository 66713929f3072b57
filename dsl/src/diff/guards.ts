import type {
  Expr,
  GateBlock,
  NameNode,
  ReleaseClause,
  StageNode,
  VoteNode,
} from '../language/ast.ts';
import type { ApprovalBlock } from '../language/ast-blocks.ts';
import type { OnClause } from '../language/ast-clauses.ts';
import type { ChangeEffect, ChangeKind, RuleChange } from './change.ts';
import { type Piece, piecesOf } from './condition.ts';
import { effectOf } from './reach.ts';
import type { Sense } from './sense.ts';
import type { Pair, Side } from './side.ts';

/** A change of a gate or an approval, without saying of which. */
export type Told = Pick<RuleChange, 'kind' | 'clause' | 'before' | 'after' | 'of' | 'effect'>;

type ModeClause = Extract<GateBlock['clauses'][number], { kind: 'mode' }>;

/** What an expression by which a guard refuses says otherwise. */
export const toldPieces = (
  before: Expr,
  after: Expr,
  pair: Pair,
  clause: string,
  effect: (sense: Sense) => ChangeEffect = effectOf,
): readonly Told[] =>
  piecesOf(before, after, pair).map((piece) => toldPiece(piece, clause, effect(piece.sense)));

export const toldPiece = (
  { sense: _, ...piece }: Piece,
  clause: string,
  effect: ChangeEffect,
): Told => ({ ...piece, clause, effect });

// --- gates -----------------------------------------------------------------------------------------

/** How much a mode keeps back; of `hold` that can't be said. */
function strength({ mode, after }: ModeClause): number | undefined {
  if (mode === 'hold') return undefined;
  return mode === 'warn' ? 0 : after ? 1 : 2;
}

export function modeChanges(before: ModeClause, after: ModeClause, pair: Pair): readonly Told[] {
  const [was, is] = [modeText(before, pair.was), modeText(after, pair.is)];
  const clause = pair.is.words.keyword(after.mode);
  const pieces = toldPieces(before.condition, after.condition, pair, clause);
  if (was === is) return pieces;
  const [from, to] = [strength(before), strength(after)];
  const effect: ChangeEffect =
    from === undefined || to === undefined || from === to
      ? 'unclear'
      : from < to
        ? 'stricter'
        : 'looser';
  return [{ kind: 'mode', clause, before: was, after: is, effect }, ...pieces];
}

function modeText({ mode, target, after }: ModeClause, { words }: Side): string {
  const name = target === undefined ? '' : ` ${words.name(target)}`;
  return `${words.keyword(mode)}${name}${after ? ` ${words.keyword('after')}` : ''}`;
}

export function pointChanges(
  before: OnClause,
  after: OnClause,
  { was, is }: Pair,
): readonly Told[] {
  const points = (clause: OnClause, { words }: Side) =>
    clause.points.map(({ path, each }) =>
      each === undefined ? path.text : `${path.text} ${words.keyword('each')} ${words.name(each)}`,
    );
  return namesApart(points(before, was), points(after, is)).map(
    ({ name, come }): Told => ({
      kind: come ? 'point_added' : 'point_removed',
      clause: is.words.keyword('on'),
      ...(come ? { after: name } : { before: name }),
      effect: come ? 'stricter' : 'looser',
    }),
  );
}

export function releaseChanges(
  before: ReleaseClause,
  after: ReleaseClause,
  pair: Pair,
): readonly Told[] {
  const { was, is } = pair;
  const clause = is.words.keyword('release');
  const whole = (effect: ChangeEffect): readonly Told[] => [
    { kind: 'clause', clause, before: was.clause(before), after: is.clause(after), effect },
  ];
  if (before.never !== after.never) return whole(after.never ? 'stricter' : 'looser');
  const roles = roleChanges(before.roles, after.roles, pair, clause);
  if ((before.until === undefined) !== (after.until === undefined))
    return whole(
      roles.length > 0 || before.whenClear !== after.whenClear
        ? 'unclear'
        : after.until === undefined
          ? 'looser'
          : 'stricter',
    );
  const until =
    before.until === undefined || after.until === undefined
      ? []
      : toldPieces(before.until, after.until, pair, is.words.keyword('until'));
  const clear: readonly Told[] =
    before.whenClear === after.whenClear
      ? []
      : whole(roles.length > 0 ? 'unclear' : after.whenClear ? 'stricter' : 'looser');
  return [...roles, ...clear, ...until];
}

/** Whoever is named may do something: one more is looser. */
export function roleChanges(
  before: readonly NameNode[],
  after: readonly NameNode[],
  { was, is }: Pair,
  clause: string,
): readonly Told[] {
  return namesApart(
    before.map((role) => was.words.name(role)),
    after.map((role) => is.words.name(role)),
  ).map(({ name, come }) => ({
    kind: come ? 'role_added' : 'role_removed',
    clause,
    ...(come ? { after: name } : { before: name }),
    effect: come ? 'looser' : 'stricter',
  }));
}

export function namesApart(before: readonly string[], after: readonly string[]) {
  return [
    ...before.filter((name) => !after.includes(name)).map((name) => ({ name, come: false })),
    ...after.filter((name) => !before.includes(name)).map((name) => ({ name, come: true })),
  ];
}

// --- approvals -------------------------------------------------------------------------------------

type Steps = Extract<ApprovalBlock['clauses'][number], { kind: 'steps' }>;

/** Steps of an approval: one more or less, or who has to agree. */
export function stepChanges(before: Steps, after: Steps, pair: Pair): readonly Told[] {
  const { was, is } = pair;
  const clause = is.words.keyword('steps');
  const [from, to] = [
    before.stages.map((stage) => stageText(stage, was)),
    after.stages.map((stage) => stageText(stage, is)),
  ];
  const told = (kind: ChangeKind, effect: ChangeEffect, b?: string, a?: string): Told => ({
    kind,
    clause,
    ...(b === undefined ? {} : { before: b }),
    ...(a === undefined ? {} : { after: a }),
    effect,
  });
  if (isWithin(from, to))
    return missingIn(to, from).map((step) => told('step_added', 'stricter', undefined, step));
  if (isWithin(to, from))
    return missingIn(from, to).map((step) => told('step_removed', 'looser', step));
  if (from.length !== to.length) return [told('step', 'unclear', from.join(' → '), to.join(' → '))];
  return from.flatMap((text, i) => {
    if (text === to[i]) return [];
    const [a, b] = [before.stages[i] as StageNode, after.stages[i] as StageNode];
    return [told('step', stageEffect(a, b, pair), text, to[i])];
  });
}

const stageText = ({ votes, condition }: StageNode, side: Side): string =>
  votesText(votes, side) +
  (condition === undefined ? '' : ` ${side.words.keyword('when')} ${side.expr(condition)}`);

function votesText(votes: VoteNode, side: Side): string {
  const { words } = side;
  if (votes.kind === 'role') return words.name(votes.name);
  if (votes.kind === 'some')
    return `${votes.count.value} ${words.keyword('of')} (${votes.roles.map((role) => words.name(role)).join(', ')})`;
  const joined = votes.parts
    .map((part) => votesText(part, side))
    .join(` ${words.keyword(votes.kind)} `);
  return votes.brackets ? `(${joined})` : joined;
}

/** Is the one list the other with some elements left out? */
function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const item of whole) if (item === part[next]) next += 1;
  return next === part.length;
}

function missingIn(whole: readonly string[], part: readonly string[]): readonly string[] {
  let next = 0;
  return whole.filter((item) => {
    if (item !== part[next]) return true;
    next += 1;
    return false;
  });
}

function stageEffect(before: StageNode, after: StageNode, pair: Pair): ChangeEffect {
  const votes =
    votesText(before.votes, pair.was) === votesText(after.votes, pair.is)
      ? 'same'
      : votesEffect(before.votes, after.votes, pair);
  const { condition: from } = before;
  const { condition: to } = after;
  const when: readonly ChangeEffect[] =
    from !== undefined && to !== undefined
      ? piecesOf(from, to, pair).map(({ sense }) => effectOf(sense))
      : from === to
        ? []
        : [to === undefined ? 'stricter' : 'looser'];
  const all = new Set([votes, ...when].filter((effect) => effect !== 'same'));
  return all.size === 0 ? 'same' : all.size === 1 ? ([...all][0] as ChangeEffect) : 'unclear';
}

function votesEffect(before: VoteNode, after: VoteNode, { was, is }: Pair): ChangeEffect {
  if (before.kind === 'some' && after.kind === 'some') {
    const same =
      before.roles.map((role) => was.words.name(role)).join() ===
      after.roles.map((role) => is.words.name(role)).join();
    if (!same) return 'unclear';
    return before.count.value < after.count.value ? 'stricter' : 'looser';
  }
  const parts = (votes: VoteNode, kind: 'and' | 'or', side: Side) =>
    (votes.kind === kind ? votes.parts : [votes]).map((part) => votesText(part, side));
  for (const kind of ['and', 'or'] as const) {
    if (before.kind !== kind && after.kind !== kind) continue;
    const [from, to] = [parts(before, kind, was), parts(after, kind, is)];
    const grows = isWithin(from, to);
    if (grows === isWithin(to, from)) continue;
    return grows === (kind === 'and') ? 'stricter' : 'looser';
  }
  return 'unclear';
}
