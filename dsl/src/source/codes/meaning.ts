import { type CodeEntry, info, warning } from './entry.ts';

/** What rules mean together, see `deep`. */
export const MEANING_CODES = {
  neverTrue: warning('Q6001', '`{text}` is never true', '{why}'),
  alwaysTrue: warning('Q6002', '`{text}` is always true', '{why}'),
  saidTwice: info('Q6003', '`{text}` adds nothing here', '{why}'),
  gateNever: warning('Q6004', 'this gate guards against nothing: `{text}` is never true', '{why}'),
  gateAlways: warning('Q6005', 'this gate lets nothing pass: `{text}` is always true', '{why}'),
  gatesContradict: warning(
    'Q6006',
    'nothing passes `{point}`: whatever the facts, {gates} refuses',
    'for example with {witness}',
  ),
  gateShadowed: warning(
    'Q6007',
    '`{name}` adds nothing at `{point}`: `{other}` refuses whenever it does',
    'both refuse with {witness}',
  ),
  automationCycle: warning(
    'Q6008',
    'these set one another off without end: {path}',
    'a run that comes back to its beginning is dropped, unless one of them says `allow repeat N`',
  ),
  actuatorFight: warning(
    'Q6009',
    '`{other}` moves {target} at the same time, and differently',
    'both act {witness}',
  ),
  stepNever: warning(
    'Q6010',
    '{what} is asked for only where that cannot be decided: `{text}` is never true',
    '{why}',
  ),
  voteNeedless: warning(
    'Q6011',
    '`{text}` is never needed: `{other}` is enough without it',
    'an `or` takes the first side that is complete',
  ),
  ownUnasked: warning(
    'Q6012',
    'no step asks `{name}`, so `own by` gives it nothing',
    '`own by` names a role of the steps that may decide what it asked for itself',
  ),
  divisorZero: info('Q6013', '`{text}` is 0 with {witness}'),
  rowNotComputed: info(
    'Q6014',
    '`{name}` is not computed with {witness}',
    'the row is then listed without it: {why}',
  ),
  rowsNever: warning('Q6015', 'no row ever counts: `{text}` is never true', '{why}'),
  releaseInVain: warning(
    'Q6016',
    'a release opens nothing: the next attempt is refused again, as long as `{text}` holds',
    'say how long a release lasts with `until …`, or that the cause goes first with `when clear`',
  ),
  releaseForever: warning('Q6017', 'a release never ends: `{text}` is never true', '{why}'),
  releaseOver: warning(
    'Q6018',
    'a release ends at once: `{text}` is true as long as nothing changes',
    'compare with `released`, the record as it was at the release',
  ),
  neverClear: warning(
    'Q6019',
    '`when clear` never comes: `{text}` is always true',
    'the gate cannot be released',
  ),
  neverFires: warning('Q6020', '`{name}` never fires: `{text}` is never true', '{why}'),
  firesOnce: warning('Q6021', '`{text}` is always true: it becomes so once at most', '{why}'),
  stepUnmet: warning(
    'Q6022',
    'nobody can take this step: {needed} different people are needed up to here, {given} can agree',
    'who holds the roles: {who}',
  ),
  stepUnmetOwn: info(
    'Q6023',
    'nobody can take this step when `{person}` asks for it',
    'who holds the roles: {who}; with `own by` a role may decide what it asked for itself',
  ),
} as const satisfies Record<string, CodeEntry>;
