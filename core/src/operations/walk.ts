import type { CompiledGate } from '@qoida/dsl';
import { conflict, Refusal } from '../api/errors.ts';
import type { Facts } from '../api/facts.ts';
import type { Shape } from '../api/fields.ts';
import { type OperationDef, Reply, type RunContext } from '../api/operations.ts';
import {
  type Approved,
  approvalsAt,
  defaultHours,
  type HeldReading,
  type Needed,
  neededAt,
  neededView,
  stillApproved,
  watched,
} from '../approvals/index.ts';
import type { Transaction } from '../data/index.ts';
import { settingsForRules } from '../rules/asked-with.ts';
import { longLived } from '../rules/bound-rules.ts';
import type { EvaluationContext } from '../rules/runtime.ts';
import { gatesAt, type Snapshot } from '../rules/snapshot.ts';
import { auditWalk } from './auditing.ts';
import { contextOf, preparedFacts, tellerOf } from './context.ts';
import { evaluateGates, hitView } from './gates.ts';
import { type Judged, type JudgedCase, Keeper } from './keeping.ts';
import {
  type Call,
  type CheckAnswer,
  find,
  type InForce,
  type RoadParts,
  type WalkParts,
} from './parts.ts';
import type { RegisteredOperation } from './registry.ts';
import { withoutReleased } from './releases.ts';
import { putBefore, refsOf, roleNames } from './waiting.ts';

export type Ran =
  | { readonly reply: Reply }
  | {
      readonly refusal: Refusal;
      /** Keeps the refusal once more, when what called the operation was undone with all it wrote. */
      readonly again: () => Promise<Refusal>;
    };

/** Thrown inside the savepoint so that nothing stays of an operation that gates refuse, or that others have to agree to. */
class Undone extends Error {
  readonly one: JudgedCase;
  readonly needed: Needed | undefined;
  constructor(one: JudgedCase, needed?: Needed) {
    super(needed === undefined ? 'refused by gates' : 'waits for approval');
    this.one = one;
    this.needed = needed;
  }
}

/** A refusal of an operation that another called. */
interface Inside {
  readonly refusal: Refusal;
  readonly again: () => Promise<Refusal>;
}

export interface WalkOptions {
  /** The walk whose operation called this one. */
  readonly outer?: Walk;
  /** The approved request that it is run for. */
  readonly approved?: Approved;
}

/** One walk down the road inside one transaction. */
export class Walk {
  readonly #at: WalkParts;
  readonly #afterCommit: (() => void)[];
  readonly #outer: Walk | undefined;
  readonly #approved: Approved | undefined;
  readonly #keeper: Keeper;
  readonly #inside: Inside[] = [];
  #bound: readonly HeldReading[] = [];

  constructor(
    parts: RoadParts,
    tx: Transaction,
    operation: RegisteredOperation,
    call: Call,
    traceId: string,
    afterCommit: (() => void)[],
    { outer, approved }: WalkOptions = {},
  ) {
    this.#afterCommit = afterCommit;
    this.#outer = outer;
    this.#approved = approved;
    this.#at = {
      parts,
      tx,
      operation: operation.def,
      call,
      traceId,
      now: outer === undefined ? parts.now() : outer.#at.now,
      afterCommit: (work) => void afterCommit.push(work),
      ...(approved === undefined ? {} : { approved: approved.id }),
    };
    this.#keeper = new Keeper(this.#at);
  }

  async toTheEnd(input: Record<string, unknown>): Promise<Ran> {
    const { snapshot, gates, env, context } = await this.#begun(input);
    const works = this.#afterCommit.length;
    try {
      const ran = await this.#at.tx.savepoint(async () => {
        const facts = await preparedFacts(this.#at, context);
        const judged = await this.#hits(gates, facts, env);
        const one = { judged, facts, context, rulesHash: snapshot.hash };
        if (judged.left.some((hit) => this.#keeper.refuses(hit))) throw new Undone(one);
        const needed = this.#needed(snapshot, facts, env);
        const answer = await this.#at.operation.run(context);
        await this.#at.parts.rules.bound.begin(this.#at.tx, this.#at.tx.changes, snapshot);
        // Tried to the end: what it would refuse by itself is told at once, and its readings are known.
        if (needed !== undefined) throw new Undone(one, needed);
        const reply =
          answer instanceof Reply
            ? answer
            : new Reply(successStatus(this.#at.operation), answer ?? {});
        const asked = gates.length + approvalsAt(snapshot, this.#at.operation.name).length > 0;
        return { reply: await this.#keeper.passed(reply, one, asked) };
      });
      await this.#keeper.close();
      return ran;
    } catch (error) {
      // What was rolled back must not be told to anyone.
      this.#afterCommit.length = works;
      if (!(error instanceof Undone)) return this.#keepInside(error);
      const { one, needed } = error;
      if (needed !== undefined) return { reply: await this.#wait(needed, one, snapshot) };
      return {
        refusal: await this.#keeper.refused(one),
        again: () => this.#keeper.refusedAgain(one),
      };
    }
  }

  /** Who has to agree first; nobody where they did. @throws Refusal where what was approved no longer holds */
  #needed(
    snapshot: Snapshot,
    facts: Record<string, unknown>,
    env: EvaluationContext,
  ): Needed | undefined {
    const { name, effect } = this.#at.operation;
    if (effect === 'read') return undefined;
    const needed = neededAt(approvalsAt(snapshot, name), name, facts, env);
    if (this.#approved !== undefined) {
      stillApproved(this.#approved, refsOf(this.#at.operation, facts), needed);
      return undefined;
    }
    if (needed !== undefined && this.#outer !== undefined)
      throw conflict('approval_inside', `${name} waits for approval; ask for it by itself`, {
        operation: name,
        type: needed.type,
      });
    return needed;
  }

  async #wait(needed: Needed, one: JudgedCase, snapshot: Snapshot): Promise<Reply> {
    await this.#keeper.waits(one, needed);
    const at = { ...this.#at, snapshot, emit: tellerOf(this.#at) };
    return putBefore(at, needed, one.facts, this.#bound);
  }

  /**
   * An operation inside this one was refused by its gates, and this one with it: what the gates found
   * is kept all the same (F-M13-02).
   */
  async #keepInside(error: unknown): Promise<Ran> {
    if (this.#outer !== undefined || this.#inside.length === 0 || !(error instanceof Refusal))
      throw error;
    let told = error;
    for (const { refusal, again } of this.#inside) {
      const kept = await again();
      if (refusal === error) told = kept;
    }
    return { refusal: told, again: async () => told };
  }

  async toTheGates(input: Record<string, unknown>): Promise<CheckAnswer> {
    const { snapshot, gates, env, context } = await this.#begun(input);
    const judged = await preparedFacts(this.#at, context);
    const { left: hits } = await this.#hits(gates, judged, env);
    const refusing = hits.filter((hit) => this.#keeper.refuses(hit));
    const rest = hits.filter((hit) => !this.#keeper.refuses(hit));
    return {
      allowed: refusing.length === 0,
      refusals: refusing.map((hit) => hitView(hit, undefined)),
      warnings: rest.map((hit) => hitView(hit, undefined)),
      approval: this.#approvalView(this.#needed(snapshot, judged, env)),
    };
  }

  #approvalView(needed: Needed | undefined): CheckAnswer['approval'] {
    if (needed === undefined) return null;
    const { actor } = this.#at.call;
    const nameOf = roleNames(this.#at.parts, actor);
    return neededView(
      needed,
      actor.locale,
      defaultHours(this.#at.parts.settings),
      nameOf,
      this.#at.now,
    );
  }

  #hits(
    gates: readonly CompiledGate[],
    facts: Record<string, unknown>,
    env: EvaluationContext,
  ): Promise<Judged> {
    const point = this.#at.operation.name;
    const hits = evaluateGates(gates, point, facts, env, this.#at.call.actor.locale);
    return withoutReleased(this.#at.tx, hits, gates, { point, facts, env });
  }

  audit(result: 'done' | 'refused'): Promise<void> {
    return auditWalk(this.#at, result);
  }

  /** The facts, and the rules by which they are judged: what an object has bound at its start, else what stands. */
  async #begun(input: Record<string, unknown>) {
    const { rules } = this.#at.parts;
    const standing = this.#rules(rules.snapshot(this.#at.call.actor.organizationId));
    const context = await this.#load(input, standing);
    const objects = longLived(this.#at.operation.facts, context.facts);
    const bound = await rules.bound.of(this.#at.tx, objects, standing.snapshot);
    if (bound === standing.snapshot) return { ...standing, context };
    const own = this.#rules(bound);
    return { ...own, context: await this.#load(input, own) };
  }

  #rules(snapshot: Snapshot): InForce {
    const gates = gatesAt(snapshot, this.#at.operation.name);
    const env = {
      now: this.#at.now,
      settings: settingsForRules(this.#at.parts.settings),
      zone: this.#at.parts.zone,
    };
    return { snapshot, gates, env };
  }

  #load(input: Record<string, unknown>, inForce: InForce): Promise<RunContext<Shape, Facts>> {
    const { readings, bound } = watched(this.#readings());
    // An operation that waits keeps the readings that it bound.
    this.#bound = bound;
    const reach = { readings, keeper: this.#keeper, call: this.#inner.bind(this) };
    return contextOf(this.#at, input, inForce, reach);
  }

  #readings(): RunContext<Shape, Facts>['readings'] {
    const { parts, tx, now, call, afterCommit } = this.#at;
    const held = this.#approved?.readings;
    const context = { now, actor: call.actor, afterCommit };
    return parts.readings(tx, held === undefined ? context : { ...context, held });
  }

  async #inner(
    operation: OperationDef,
    input: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const call = { ...this.#at.call, operation: operation.name, input };
    const registered = find(this.#at.parts, call);
    const walk = new Walk(
      this.#at.parts,
      this.#at.tx,
      registered,
      call,
      this.#at.traceId,
      this.#afterCommit,
      { outer: this },
    );
    const ran = await walk.toTheEnd(
      registered.validate(input, call.actor.locale) as Record<string, unknown>,
    );
    if ('refusal' in ran) {
      this.#root.#inside.push(ran);
      throw ran.refusal;
    }
    return ran.reply.body;
  }

  get #root(): Walk {
    return this.#outer === undefined ? this : this.#outer.#root;
  }
}

function successStatus({ status, http }: OperationDef): number {
  if (status !== undefined) return status;
  return http?.startsWith('POST ') ? 201 : 200;
}
