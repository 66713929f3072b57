import type { Tx } from '../api/operations.ts';
import { approvalsOf, keptOf, neededAt, pointOf } from '../approvals/needed.ts';
import { canonicalJson } from '../data/canonical.ts';
import {
  DECIDED,
  DECIDED_PLACE,
  DECISION_COLUMNS,
  decisionDigest,
  type SealedDecision,
  sealDecision,
} from '../data/index.ts';
import type { AskedWith } from './asked-with.ts';
import { type DecidedApproval, type GateOutcome, rejudge, verdictOf } from './outcome.ts';
import type { PastRules } from './rule-sets.ts';
import type { Snapshot } from './snapshot.ts';
import {
  asOfThen,
  cursorOf,
  type Difference,
  type Differing,
  fromCursor,
  placeBy,
  reasonsFor,
  type Tampered,
  type VerifyPage,
  type VerifyQuestion,
} from './taken-again.ts';

interface Row extends SealedDecision {
  readonly verdict: 'allowed' | 'refused' | 'warned';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly outcome: readonly GateOutcome[] | null;
  readonly at: Date;
  readonly place: string;
  /** The hash that a checkpoint says it had. */
  readonly covered: string | null;
}

/** A decision that a checkpoint names and that is there no more. */
interface Gone {
  readonly id: string;
  readonly at: Date;
  readonly place: string;
  readonly gone: true;
}

/** Takes decisions of a period again, a page at a time, by the rules, settings and facts kept with them. */
export async function verifyDecisions(
  tx: Tx,
  question: VerifyQuestion,
  past: PastRules,
  standing: Snapshot,
  serverSecret: string,
): Promise<VerifyPage> {
  const { limit } = question;
  const all = [...(await keptRows(tx, question)), ...(await goneRows(tx, question))];
  const page = all.sort((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1)).slice(0, limit);
  const proof = { serverSecret, underCheckpoints: await areUnderCheckpoints(tx) };
  const differing: Differing[] = [];
  const untold: string[] = [];
  for (const row of page) {
    if ('gone' in row) {
      differing.push(whyOf({ ...row, point: '', rules_hash: '' })('deleted'));
      continue;
    }
    const tampered = tamperedWith(tx, row, proof);
    const found = await verifyOne(tx, row, past, standing);
    if (tampered !== null) differing.push({ ...(found ?? whyOf(row)(tampered)), reason: tampered });
    else if (found?.reason === 'differs' && row.cut.length > 0) untold.push(row.id);
    else if (found !== null) differing.push(found);
  }
  const last = page.length === limit ? page.at(-1) : undefined;
  const checked = page.filter((row) => !('gone' in row)).length;
  return { checked, untold, differing, next: last ? cursorOf(last) : null };
}

function keptRows(tx: Tx, { since, until, after, limit }: VerifyQuestion): Promise<Row[]> {
  const from = fromCursor(after);
  return tx.sql<Row>(
    `select ${DECISION_COLUMNS}, ${DECIDED} as at, ${DECIDED_PLACE} as place,
       (select digest from audit_checkpoint_decisions c where c.decision_id = decisions.id) as covered
     from decisions
     where ${DECIDED} >= ?::timestamptz and ${DECIDED} < ?::timestamptz
       and (${DECIDED}, id) > (?::timestamptz, ?::uuid)
     order by ${DECIDED}, id limit ?`,
    [since, until, from.place, from.id, limit],
  );
}

function goneRows(tx: Tx, { since, until, after, limit }: VerifyQuestion): Promise<Gone[]> {
  const from = fromCursor(after);
  return tx.sql<Gone>(
    `select decision_id as id, decided_at as at, ${placeBy('decided_at')} as place, true as gone
     from audit_checkpoint_decisions c
     where decided_at >= ?::timestamptz and decided_at < ?::timestamptz
       and (decided_at, decision_id) > (?::timestamptz, ?::uuid)
       and not exists (select 1 from decisions d where d.id = c.decision_id)
     order by decided_at, decision_id limit ?`,
    [since, until, from.place, from.id, limit],
  );
}

async function areUnderCheckpoints(tx: Tx): Promise<boolean> {
  const rows = await tx.sql(
    'select 1 from audit_checkpoints where decisions_root is not null limit 1',
  );
  return rows.length > 0;
}

/** Whether it is what was kept. What is older than seals is proved by the first checkpoint after it. */
function tamperedWith(
  { organizationId }: Tx,
  row: Row,
  { serverSecret, underCheckpoints }: { serverSecret: string; underCheckpoints: boolean },
): Tampered | null {
  const digest = decisionDigest(row);
  if (row.covered !== null && row.covered !== digest) return 'altered';
  if (row.seal === null) return row.covered === null && underCheckpoints ? 'unsealed' : null;
  return row.seal === sealDecision({ serverSecret, organizationId }, digest) ? null : 'altered';
}

const whyOf = ({ id, point, at, rules_hash }: Pick<Row, 'id' | 'point' | 'at' | 'rules_hash'>) =>
  reasonsFor({ id, kind: 'decision', of: point, at, rules_hash });

async function verifyOne(
  tx: Tx,
  row: Row,
  past: PastRules,
  standing: Snapshot,
): Promise<Differing | null> {
  const { point, at } = row;
  const because = whyOf(row);
  const then = await asOfThen(tx, row, past, standing);
  if (typeof then === 'string') return because(then);
  if (row.outcome === null) return because('inputs_missing');
  const { snapshot, ...asked } = then;
  const hits = rejudge(snapshot.gatesAt.get(point) ?? [], {
    point,
    facts: row.facts,
    env: { now: at, ...asked },
    kept: row.outcome,
  });
  const now = hits.map(({ outcome }) => outcome);
  const differences = differencesOf({ ...row, outcome: row.outcome }, now);
  differences.push(...approvalDifferences(row, snapshot, { verdict: verdictOf(now), ...asked }));
  return differences.length === 0 ? null : because('differs', differences);
}

/** Who had to agree. What ran for a request was agreed to, and what was refused was not asked for. */
function approvalDifferences(
  { point, facts, at, approval, seal }: Row,
  snapshot: Snapshot,
  { verdict, settings, zone }: Pick<AskedWith, 'settings' | 'zone'> & Pick<Row, 'verdict'>,
): Difference[] {
  const kept = approval as DecidedApproval | null;
  // What is older than seals says nothing of approvals.
  if (kept === null && seal === null) return [];
  if (kept !== null && 'approved' in kept) return [];
  const needed =
    verdict === 'refused'
      ? undefined
      : neededAt(approvalsOf(snapshot, point), pointOf(point), facts, { now: at, settings, zone });
  const now = needed === undefined ? null : keptOf(needed);
  if (canonicalJson(kept) === canonicalJson(now)) return [];
  return [{ what: 'approval', name: needed?.type ?? kept?.waits.type ?? point, kept, now }];
}

function differencesOf(
  row: Pick<Row, 'verdict' | 'failed'> & { readonly outcome: readonly GateOutcome[] },
  now: readonly GateOutcome[],
): Difference[] {
  const differences: Difference[] = [];
  const note = (what: Difference['what'], name: string, kept: unknown, is: unknown) => {
    if (canonicalJson(kept) !== canonicalJson(is)) differences.push({ what, name, kept, now: is });
  };
  note('verdict', 'verdict', row.verdict, verdictOf(now));
  const told = (hits: readonly GateOutcome[]) =>
    [...new Set(hits.filter(({ effect }) => effect !== 'released').map(({ gate }) => gate))].sort();
  note('gate', 'failed', [...row.failed].sort(), told(now));
  const [was, is] = [byPlace(row.outcome), byPlace(now)];
  for (const place of new Set([...was.keys(), ...is.keys()])) {
    const [before, after] = [was.get(place), is.get(place)];
    const gate = before?.gate ?? after?.gate ?? '';
    if (before === undefined || after === undefined) {
      note('gate', gate, before?.object_ref ?? null, after?.object_ref ?? null);
      continue;
    }
    note('effect', gate, before.effect, after.effect);
    note('fault', gate, before.fault, after.fault);
    for (const name of new Set([...Object.keys(before.figures), ...Object.keys(after.figures)]))
      note('figure', `${gate}.${name}`, before.figures[name] ?? null, after.figures[name] ?? null);
  }
  return differences;
}

/** Hits by gate and objects; of equal ones each has its turn. */
function byPlace(hits: readonly GateOutcome[]): Map<string, GateOutcome> {
  const places = new Map<string, GateOutcome>();
  for (const hit of hits) {
    const place = `${hit.gate} ${canonicalJson(hit.object_ref)}`;
    let turn = 0;
    while (places.has(`${place} ${turn}`)) turn += 1;
    places.set(`${place} ${turn}`, hit);
  }
  return places;
}
