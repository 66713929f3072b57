import { BLOCK_KEYS, type BlockKey } from '../language/keywords.ts';
import { needList, needOneOf, needRecord, needText, needTexts } from '../source/api.ts';

/** What a change means for what is let through; `unclear` where that can't be told. */
const EFFECTS = ['stricter', 'looser', 'same', 'unclear'] as const;
export type ChangeEffect = (typeof EFFECTS)[number];

/** How what was written became what is written now. */
const CHANGE_KINDS = [
  'added',
  'removed',
  'renamed',
  /** A number or a moment in a condition or a formula. */
  'figure',
  /** A part of a condition joined by `and` or `or`. */
  'condition_added',
  'condition_removed',
  /** An element of a list in a condition. */
  'item_added',
  'item_removed',
  /** What a condition or formula says in another way. */
  'condition',
  'mode',
  'point_added',
  'point_removed',
  'role_added',
  'role_removed',
  'step_added',
  'step_removed',
  'step',
  'clause_added',
  'clause_removed',
  /** A clause of which no more can be said. */
  'clause',
  'comment',
  'order',
  'language',
  /** One of the texts can't be read, or differs in a way that has no name. */
  'text',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One difference between two texts of a module, by what it means. */
export interface RuleChange {
  readonly kind: ChangeKind;
  readonly block: BlockKey;
  /** Name of the block; the title of a test, the name of the module for what is about all of it. */
  readonly name: string;
  /** The clause, by the words that begin it in the later text: `message ru`. */
  readonly clause?: string;
  readonly before?: string;
  readonly after?: string;
  /** What a figure limits. */
  readonly of?: string;
  readonly effect: ChangeEffect;
  /** Gates and approvals that the effect is about: a formula's are those that ask it. */
  readonly guards: readonly string[];
}

/** A gate or approval that lets more through than before, or may do so. */
export interface LoosenedGuard {
  readonly guard: string;
  readonly how: 'removed' | 'looser' | 'unclear';
}

const RANK = { removed: 0, looser: 1, unclear: 2 } as const;

/** @throws ApiError for what is no change, as it may come back from a store */
export function needChange(change: RuleChange, at: string): void {
  needRecord(change, at);
  needOneOf(change.kind, CHANGE_KINDS, `${at}.kind`);
  needOneOf(change.effect, EFFECTS, `${at}.effect`);
  needOneOf(change.block, BLOCK_KEYS, `${at}.block`);
  needText(change.name, `${at}.name`);
  needList(change.guards, `${at}.guards`);
  needTexts(change.guards, `${at}.guards`);
}

/**
 * The gates and approvals that changes remove or loosen, or of which that can't be excluded.
 * @throws ApiError for arguments of another form
 */
export function loosenedBy(changes: readonly RuleChange[]): readonly LoosenedGuard[] {
  needList(changes, 'changes');
  for (const [index, change] of changes.entries()) needChange(change, `changes[${index}]`);
  const found = new Map<string, LoosenedGuard['how']>();
  for (const change of changes) {
    const how = howOf(change);
    if (how === undefined) continue;
    for (const guard of change.guards) {
      const known = found.get(guard);
      if (known === undefined || RANK[how] < RANK[known]) found.set(guard, how);
    }
  }
  return [...found].map(([guard, how]) => ({ guard, how })).sort(byGuard);
}

const byGuard = (a: LoosenedGuard, b: LoosenedGuard) =>
  RANK[a.how] - RANK[b.how] || (a.guard < b.guard ? -1 : 1);

function howOf({ kind, effect }: RuleChange): LoosenedGuard['how'] | undefined {
  if (effect === 'looser') return kind === 'removed' ? 'removed' : 'looser';
  return effect === 'unclear' ? 'unclear' : undefined;
}
