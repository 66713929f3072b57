import type { ApprovalPlace, CheckedApproval } from '../check/blocks/approvals.ts';
import { rolesWritten } from '../check/blocks/votes.ts';
import type { Typing } from '../check/context.ts';
import type { Unit } from '../ir/ir.ts';
import type { Expr, VoteNode } from '../language/ast.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { claimsOn, whyOf } from './claim.ts';
import { eachParams } from './conditions.ts';
import { exclusions, toldAt, witnessIn } from './examples.ts';
import { finding } from './finding.ts';
import { type DeepModel, quoted, unitFor } from './model.ts';
import { impossible } from './solve.ts';
import { TRUE, UNDECIDED } from './state.ts';
import { Terms } from './terms.ts';

/*
 * What can be told from the text alone: steps that are never asked for, sides of an `or` that are
 * never needed, and roles that `own by` names in vain. Who can agree depends on the people: see
 * `people.ts`.
 */

/** Steps that are never asked for, and votes that are never needed. */
export function approvalChecks(approval: CheckedApproval, model: DeepModel): Diagnostic[] {
  const { block, reporter, own } = approval;
  const { file } = reporter;
  const steps = block.clauses.find((clause) => clause.kind === 'steps');
  const votes = steps?.stages.map((stage) => stage.votes) ?? [];
  const written = votes.flatMap(rolesWritten);
  const asked = new Set(written.map(({ name }) => name));
  const unasked = block.clauses.flatMap((clause) =>
    clause.kind === 'own' ? clause.roles.filter(({ name }) => !asked.has(name)) : [],
  );
  const vain = own.length === 0 ? [] : unasked;
  return [
    ...conditions(approval, model),
    ...votes.flatMap((vote) => needless(vote, file, model)),
    ...vain.map(({ name, span }) => {
      const witness = { own: name, asked: [...asked] };
      const related = written.map((role) => ({
        file,
        span: role.span,
        message: `asks \`${role.name}\``,
      }));
      return finding('ownUnasked', file, span, { name }, { witness, related });
    }),
  ];
}

function conditions(approval: CheckedApproval, model: DeepModel): Diagnostic[] {
  const [place] = approval.places;
  if (place === undefined) return [];
  const params = eachParams(place);
  const unit = (expr: Expr | undefined, typing: Typing | undefined): Unit | undefined =>
    expr && typing && unitFor(approval, expr, typing, params);
  const whole = unit(approval.when, place.when);
  const headline = (what: string) => ({ never: 'stepNever', params: { what } }) as const;
  const found = whole === undefined ? [] : claimsOn(whole, model, headline('this approval'));
  const stages = approval.stages.map(({ condition }, i) => unit(condition, place.stages[i]));
  return [
    ...found,
    ...stages.flatMap((stage) => {
      if (stage === undefined) return [];
      const alone = claimsOn(stage, model, headline('this step'));
      return alone.length > 0 ? alone : beside(whole, stage, place, model);
    }),
  ];
}

/**
 * A step whose condition is never true when the approval's is. Only where neither can be decided
 * is it asked for; with `each` the two may be about different elements.
 */
function beside(
  whole: Unit | undefined,
  stage: Unit,
  place: ApprovalPlace,
  model: DeepModel,
): Diagnostic[] {
  if (whole === undefined || place.each !== undefined) return [];
  const terms = new Terms(model.units);
  const goals = (...masks: readonly number[]) =>
    [whole, stage].map((unit, i) => ({
      term: terms.of(unit.body, terms.scopeOf(unit)),
      mask: masks[i] ?? TRUE,
    }));
  const counts = TRUE | UNDECIDED;
  if (!impossible(goals(TRUE, counts), terms) || !impossible(goals(counts, TRUE), terms)) return [];
  const { file, body } = stage;
  const texts = [whole, stage].map((unit) => quoted(unit.body, file, model));
  const sides = [whole, stage].map((unit, i) => ({ asked: { unit }, name: texts[i] ?? '' }));
  const shown = exclusions(sides, model);
  if (shown === undefined) return [];
  const approval = { file, span: whole.body.span, message: texts[0] ?? '' };
  const related = [approval, ...toldAt(file, body.span, shown)];
  const params = { what: 'this step', text: texts[1] ?? '', why: whyOf({ kind: 'never' }, texts) };
  return [finding('stepNever', file, body.span, params, { ...witnessIn(shown), related })];
}

/** In `a or (a and b)` whoever agrees as a has said all that is needed. */
function needless(node: VoteNode, file: string, model: DeepModel): Diagnostic[] {
  if (node.kind === 'role' || node.kind === 'some') return [];
  const inner = node.parts.flatMap((part) => needless(part, file, model));
  if (node.kind === 'and') return inner;
  const roles = node.parts.flatMap((part) => (part.kind === 'role' ? [part.name] : []));
  const told = node.parts.flatMap((part) => {
    const enough = part.kind === 'role' ? undefined : roles.find(({ name }) => needs(part, name));
    if (enough === undefined) return [];
    const { name, span } = enough;
    const params = { text: quoted(part, file, model), other: name };
    const message = `one \`${name}\` agrees, and nobody else is asked`;
    const related = [{ file, span, message }];
    const witness = { agreed: [name] };
    return [finding('voteNeedless', file, part.span, params, { witness, related })];
  });
  return [...told, ...inner];
}

/** Is a vote of the role part of every way to agree? */
function needs(node: VoteNode, role: string): boolean {
  switch (node.kind) {
    case 'role':
      return node.name.name === role;
    case 'some':
      return node.count.value === node.roles.length && node.roles.some(({ name }) => name === role);
    case 'and':
      return node.parts.some((part) => needs(part, role));
    case 'or':
      return node.parts.every((part) => needs(part, role));
  }
}
