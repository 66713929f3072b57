import type { EventDef } from '../api/events.ts';
import { isRecordFact } from '../api/facts.ts';
import type { Actor, OperationDef } from '../api/operations.ts';
import { Reply } from '../api/operations.ts';
import {
  type HeldReading,
  inputHash,
  type Needed,
  openRequest,
  requestView,
  sealInput,
} from '../approvals/index.ts';
import type { Transaction } from '../data/index.ts';
import { askedWith } from '../rules/asked-with.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import { objectRefOf } from './fact-values.ts';
import type { Call, RoadParts } from './parts.ts';

export interface WaitingParts {
  readonly parts: RoadParts;
  readonly tx: Transaction;
  readonly operation: OperationDef;
  readonly call: Call;
  readonly snapshot: Snapshot;
  readonly traceId: string;
  readonly now: Date;
  readonly emit: (event: EventDef, payload: Record<string, unknown>) => Promise<void>;
  readonly afterCommit: (work: () => void) => void;
}

/** The records that an operation's facts are, by the fact's name. */
export function refsOf(
  operation: OperationDef,
  facts: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const refs = objectRefOf(facts, undefined, undefined);
  return Object.fromEntries(
    Object.entries(refs).filter(([name]) => {
      const fact = operation.facts[name];
      return fact !== undefined && isRecordFact(fact);
    }),
  );
}

/** What an operation is about: the record that it locks, or the first that its input names. */
function objectOf(operation: OperationDef, refs: Readonly<Record<string, string>>) {
  const named = Object.entries(operation.facts).flatMap(([name, fact]) =>
    fact.kind === 'byId' && refs[name] !== undefined
      ? [{ type: fact.record.name, id: refs[name] as string, lock: fact.lock }]
      : [],
  );
  return named.find(({ lock }) => lock) ?? named[0];
}

/** Puts an operation before those who have to agree: 202, with what it waits for. */
export async function putBefore(
  at: WaitingParts,
  needed: Needed,
  facts: Readonly<Record<string, unknown>>,
  readings: readonly HeldReading[],
): Promise<Reply> {
  const { parts, tx, operation, call, now } = at;
  const refs = refsOf(operation, facts);
  const object = objectOf(operation, refs);
  const row = await openRequest(
    { db: tx, actor: call.actor, now, emit: at.emit as never },
    needed,
    {
      kind: 'operation',
      object_type: object?.type ?? operation.name,
      object_id: object?.id ?? null,
      refs,
      operation: operation.name,
      input: (place) =>
        sealInput(operation, call.input, { place, serverSecret: parts.serverSecret }),
      input_hash: inputHash(operation),
      readings,
      rulesHash: at.snapshot.hash,
      asked: askedWith(parts.rules.catalog, parts),
      traceId: at.traceId,
      cause: call.cause,
    },
    parts.settings,
  );
  const { onApproval } = parts;
  if (onApproval !== undefined) at.afterCommit(onApproval);
  const nameOf = roleNames(parts, call.actor);
  const view = await requestView(tx, row, { actor: call.actor, now, zone: parts.zone, nameOf });
  return new Reply(202, { pending_approval: true, ...view });
}

/** What roles are called in a person's language. */
export function roleNames(
  { rules }: Pick<RoadParts, 'rules'>,
  { locale }: Actor,
): (role: string) => string {
  const titles = rules.catalog.roleTitles ?? {};
  return (role) => {
    const title = Object.hasOwn(titles, role) ? titles[role] : undefined;
    if (title === undefined || typeof title === 'string') return title ?? role;
    return title[locale] ?? title.en ?? role;
  };
}
