import { Refusal } from '../api/errors.ts';
import type { Facts } from '../api/facts.ts';
import type { Shape } from '../api/fields.ts';
import { Reply, type RunContext } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';
import { keptOf, type Needed } from '../approvals/index.ts';
import { askedWith } from '../rules/asked-with.ts';
import { closeGate } from '../rules/gate-closing.ts';
import type { DecidedApproval } from '../rules/outcome.ts';
import { type DecisionEntry, keepDecision, logGateHits } from './gate-store.ts';
import { type GateHit, gateRefusal, hitView } from './gates.ts';
import { keptFacts, keptRow } from './kept-facts.ts';
import type { WalkParts } from './parts.ts';
import type { CoveredHit } from './releases.ts';

type Verdict = 'allowed' | 'refused' | 'warned';

/** What the gates found: hits, and those that an earlier release still covers. */
export interface Judged {
  readonly left: readonly GateHit[];
  readonly covered: readonly CoveredHit[];
}

/** What was judged, by which rules, for which operation. */
export interface JudgedCase {
  readonly judged: Judged;
  readonly facts: Record<string, unknown>;
  readonly context: RunContext<Shape, Facts>;
  readonly rulesHash: string;
}

/** A record whose state approvals were asked about. */
export interface JudgedObject {
  readonly point: string;
  readonly record: RecordDef;
  readonly row: object;
  /** Null where nobody has to agree. */
  readonly approval: DecidedApproval | null;
  readonly rulesHash: string;
}

/** Keeps what the gates of an operation decided: the decision, the gate log, and what a refusal lets survive. */
export class Keeper {
  readonly #at: WalkParts;
  #cleared: string[] = [];

  constructor(at: WalkParts) {
    this.#at = at;
  }

  /** `pause … after` accepts and then acts, `warn` only says so; everything else refuses. */
  refuses(hit: GateHit): boolean {
    if (hit.mode.kind === 'warn') return false;
    const acceptsFirst =
      hit.mode.kind === 'pause' && hit.mode.after && this.#at.operation.pause !== undefined;
    return !acceptsFirst || hit.fault !== undefined;
  }

  /** Keeps that it was let through, and tells its warnings in the answer. */
  async passed(reply: Reply, one: JudgedCase, decided: boolean): Promise<Reply> {
    if (!decided || this.#at.operation.effect === 'read') return reply;
    const { left: hits } = one.judged;
    const ids = await this.#keep(one, hits.length > 0 ? 'warned' : 'allowed');
    await this.#pause(hits, one.context);
    if (hits.length === 0 || typeof reply.body !== 'object' || reply.body === null) return reply;
    return new Reply(reply.status, {
      ...reply.body,
      warnings: hits.map((hit) => hitView(hit, ids.get(hit))),
    });
  }

  /** Keeps that its gates let it through and people have to agree; its warnings are logged when it runs. */
  async waits(one: JudgedCase, needed: Needed): Promise<void> {
    const { left: hits } = one.judged;
    await this.#decision(one, hits.length > 0 ? 'warned' : 'allowed', keptOf(needed));
  }

  /**
   * Closes the open rows of gates whose cause is gone, as far as the decisions are answered: after their
   * savepoint all are.
   */
  async close(): Promise<void> {
    const { tx, now } = this.#at;
    for (const id of this.#cleared.splice(0))
      await closeGate(tx, id, { now, note: 'cleared', causeGone: true });
  }

  /** Keeps that it was refused. @returns what the caller is told */
  async refused(one: JudgedCase): Promise<Refusal> {
    const ids = await this.#keep(one, 'refused');
    const refusing = one.judged.left.filter((hit) => this.refuses(hit));
    await this.close();
    await this.#pause(refusing, one.context);
    await this.#at.operation.onRefusal?.(
      one.context,
      refusing.map((hit) => hit.gate),
    );
    return gateRefusal(refusing, ids);
  }

  /** What a refused operation lets survive may be about a record that is undone too; the log stays. */
  async refusedAgain(one: JudgedCase): Promise<Refusal> {
    try {
      return await this.#at.tx.savepoint(() => this.refused(one));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return gateRefusal(
        one.judged.left.filter((hit) => this.refuses(hit)),
        await this.#keep(one, 'refused'),
      );
    }
  }

  async #pause(hits: readonly GateHit[], context: RunContext<Shape, Facts>): Promise<void> {
    const gates = hits
      .filter((hit) => hit.mode.kind === 'pause' || hit.mode.kind === 'hold')
      .map((hit) => hit.gate);
    if (gates.length > 0) await this.#at.operation.pause?.(context, gates);
  }

  async #keep(one: JudgedCase, verdict: Verdict): Promise<Map<GateHit, string>> {
    const { parts, tx, operation, call, now, approved } = this.#at;
    const { left: hits } = one.judged;
    for (const hit of hits) parts.onGateHit?.(hit.gate);
    const decisionId = await this.#decision(one, verdict, approved ? { approved } : null);
    return logGateHits(tx, hits, {
      point: operation.name,
      decisionId,
      actor: call.actor,
      now,
    });
  }

  /** Keeps what the rules said of the state of a record that the operation asked them about. */
  async ofObject({ point, record, row, approval, rulesHash }: JudgedObject): Promise<void> {
    const nothing = { left: [], covered: [] };
    const facts = { [record.name]: keptRow(record, row) };
    const one = { judged: nothing, facts, rulesHash };
    await this.#decision(one, 'allowed', approval, { point, kept: { facts, cut: [] } });
  }

  #decision(
    { judged: { left: hits, covered }, facts, rulesHash }: Omit<JudgedCase, 'context'>,
    verdict: Verdict,
    approval: DecidedApproval | null,
    about?: Pick<DecisionEntry, 'point' | 'kept'>,
  ): Promise<string> {
    const { parts, tx, operation, call, traceId, now, afterCommit } = this.#at;
    const entry = {
      point: about?.point ?? operation.name,
      kept: about?.kept ?? keptFacts(operation, parts.registry.records, facts),
      verdict,
      hits,
      covered,
      refuses: (hit: GateHit) => this.refuses(hit),
      approval,
      facts,
      rulesHash,
      asked: askedWith(parts.rules.catalog, parts),
      now,
      afterCommit,
      actor: call.actor,
      traceId,
      serverSecret: parts.serverSecret,
    };
    return keepDecision(tx, entry, (ids) => void this.#cleared.push(...ids));
  }
}
