import type { CompiledGate } from '@qoida/dsl';
import { conflict, Refusal } from '../api/errors.ts';
import { type EventDef, timeOfEvent } from '../api/events.ts';
import type { Facts } from '../api/facts.ts';
import { type Shape, specsOf } from '../api/fields.ts';
import { type OperationDef, Reply, type RunContext } from '../api/operations.ts';
import {
  type Approved,
  approvalsAt,
  defaultHours,
  type HeldReading,
  type Needed,
  neededAt,
  neededView,
  objectApprovals,
  stillApproved,
  watched,
} from '../approvals/index.ts';
import { enqueueEvent, type Transaction, writeAudit } from '../data/index.ts';
import { longLived } from '../rules/bound-rules.ts';
import { type EvaluationContext, rulesAccess, settingsForRules } from '../rules/runtime.ts';
import { gatesAt, type Snapshot } from '../rules/snapshot.ts';
import { loadFacts } from './facts.ts';
import { evaluateGates, hitView } from './gates.ts';
import { resolveCodes } from './ids.ts';
import { type Judged, type JudgedCase, Keeper } from './keeping.ts';
import {
  type Call,
  type CheckAnswer,
  find,
  type InForce,
  inputsOfFacts,
  type RoadParts,
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
  readonly #parts: RoadParts;
  readonly #tx: Transaction;
  readonly #operation: OperationDef;
  readonly #call: Call;
  readonly #traceId: string;
  readonly #afterCommit: (() => void)[];
  readonly #now: Date;
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
    this.#parts = parts;
    this.#tx = tx;
    this.#operation = operation.def;
    this.#call = call;
    this.#traceId = traceId;
    this.#afterCommit = afterCommit;
    this.#now = outer === undefined ? parts.now() : outer.#now;
    this.#outer = outer;
    this.#approved = approved;
    this.#keeper = new Keeper({
      parts,
      tx,
      operation: operation.def,
      call,
      traceId,
      now: this.#now,
      afterCommit: (work) => void afterCommit.push(work),
      ...(approved === undefined ? {} : { approved: approved.id }),
    });
  }

  async toTheEnd(input: Record<string, unknown>): Promise<Ran> {
    const { snapshot, gates, env, context } = await this.#begun(input);
    const works = this.#afterCommit.length;
    try {
      const ran = await this.#tx.savepoint(async () => {
        const facts = await this.#prepared(context);
        const judged = await this.#hits(gates, facts, env);
        const one = { judged, facts, context, rulesHash: snapshot.hash };
        if (judged.left.some((hit) => this.#keeper.refuses(hit))) throw new Undone(one);
        const needed = this.#needed(snapshot, facts, env);
        const answer = await this.#operation.run(context);
        await this.#parts.rules.bound.begin(this.#tx, this.#tx.changes, snapshot);
        // Tried to the end: what it would refuse by itself is told at once, and its readings are known.
        if (needed !== undefined) throw new Undone(one, needed);
        const reply =
          answer instanceof Reply
            ? answer
            : new Reply(successStatus(this.#operation), answer ?? {});
        const asked = gates.length + approvalsAt(snapshot, this.#operation.name).length > 0;
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
    const { name, effect } = this.#operation;
    if (effect === 'read') return undefined;
    const needed = neededAt(approvalsAt(snapshot, name), name, facts, env);
    if (this.#approved !== undefined) {
      stillApproved(this.#approved, refsOf(this.#operation, facts), needed);
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
    const at = {
      parts: this.#parts,
      tx: this.#tx,
      operation: this.#operation,
      call: this.#call,
      snapshot,
      traceId: this.#traceId,
      now: this.#now,
      emit: this.#tell.bind(this),
      afterCommit: (work: () => void) => void this.#afterCommit.push(work),
    };
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
    const judged = await this.#prepared(context);
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
    const { actor } = this.#call;
    const nameOf = roleNames(this.#parts, actor);
    return neededView(needed, actor.locale, defaultHours(this.#parts.settings), nameOf, this.#now);
  }

  #hits(
    gates: readonly CompiledGate[],
    facts: Record<string, unknown>,
    env: EvaluationContext,
  ): Promise<Judged> {
    const point = this.#operation.name;
    const hits = evaluateGates(gates, point, facts, env, this.#call.actor.locale);
    return withoutReleased(this.#tx, hits, gates, { point, facts, env });
  }

  async audit(result: 'done' | 'refused'): Promise<void> {
    if (this.#operation.effect === 'read' || this.#tx.changes.length === 0) return;
    const { actor, ip } = this.#call;
    await writeAudit(
      this.#tx,
      {
        action: this.#operation.name,
        actor,
        role:
          actor.roles.find((role) => this.#operation.roles.includes(role)) ??
          actor.roles[0] ??
          actor.kind,
        traceId: this.#traceId,
        now: this.#now,
        result,
        serverSecret: this.#parts.serverSecret,
        ...(ip === undefined ? {} : { ip }),
      },
      this.#tx.changes,
    );
  }

  /** The facts, and the rules by which they are judged: what an object has bound at its start, else what stands. */
  async #begun(input: Record<string, unknown>) {
    const { rules } = this.#parts;
    const standing = this.#rules(rules.snapshot(this.#call.actor.organizationId));
    const context = await this.#load(input, standing);
    const objects = longLived(this.#operation.facts, context.facts);
    const bound = await rules.bound.of(this.#tx, objects, standing.snapshot);
    if (bound === standing.snapshot) return { ...standing, context };
    const own = this.#rules(bound);
    return { ...own, context: await this.#load(input, own) };
  }

  #rules(snapshot: Snapshot): InForce {
    const gates = gatesAt(snapshot, this.#operation.name);
    const env = {
      now: this.#now,
      settings: settingsForRules(this.#parts.settings),
      zone: this.#parts.zone,
    };
    return { snapshot, gates, env };
  }

  async #load(
    input: Record<string, unknown>,
    { snapshot, gates, env }: InForce,
  ): Promise<RunContext<Shape, Facts>> {
    const afterCommit = (work: () => void) => void this.#afterCommit.push(work);
    const base = {
      actor: this.#call.actor,
      now: this.#now,
      db: this.#tx,
      traceId: this.#traceId,
      settings: this.#parts.settings,
      rules: rulesAccess(snapshot, env, this.#call.actor.locale),
      readings: this.#watched(afterCommit),
      input,
    };
    await resolveCodes(
      this.#tx,
      input,
      specsOf(this.#operation.input),
      this.#parts.registry.records,
      inputsOfFacts(this.#operation),
    );
    const { name } = this.#operation;
    const rules = [...gates, ...approvalsAt(snapshot, name)];
    const reads = rules.flatMap((rule) => rule.reads(name));
    const facts = await loadFacts(this.#operation, base, input, reads);
    return {
      ...base,
      facts,
      afterCommit,
      emit: this.#emit.bind(this),
      call: this.#inner.bind(this),
      approvals: objectApprovals({
        ...base,
        cause: this.#call.cause,
        snapshot,
        env,
        afterCommit,
        emit: this.#tell.bind(this) as never,
        keep: (asked) => this.#keeper.ofObject({ ...asked, rulesHash: snapshot.hash }),
      }),
    } as unknown as RunContext<Shape, Facts>;
  }

  async #prepared(context: RunContext<Shape, Facts>): Promise<Record<string, unknown>> {
    const projected = await this.#operation.prepare?.(context);
    const actor = { id: context.actor.id, name: context.actor.name, roles: context.actor.roles };
    return { actor, input: context.input, ...(context.facts as object), ...(projected ?? {}) };
  }

  async #emit(
    event: { name: string; stream?: string },
    payload: Record<string, unknown>,
  ): Promise<void> {
    if (!this.#operation.emits.some((declared) => declared.name === event.name)) {
      throw new Error(`${this.#operation.name} doesn't declare that it emits ${event.name}`);
    }
    await this.#tell(event, payload);
  }

  async #tell(
    event: Pick<EventDef, 'name' | 'stream' | 'at'>,
    payload: Record<string, unknown>,
  ): Promise<void> {
    const stream =
      event.stream === undefined ? event.name : `${event.name}:${String(payload[event.stream])}`;
    const { actor } = this.#call;
    await enqueueEvent(this.#tx, {
      name: event.name,
      stream,
      payload,
      actor,
      traceId: this.#traceId,
      at: timeOfEvent(event, payload, this.#now),
      ...(this.#call.cause === undefined ? {} : { cause: this.#call.cause }),
    });
  }

  async #inner(
    operation: OperationDef,
    input: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const call = { ...this.#call, operation: operation.name, input };
    const registered = find(this.#parts, call);
    const walk = new Walk(
      this.#parts,
      this.#tx,
      registered,
      call,
      this.#traceId,
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

  /** Remembers what is bound: an operation that waits keeps its readings. */
  #watched(afterCommit: (work: () => void) => void): RunContext<Shape, Facts>['readings'] {
    const { actor } = this.#call;
    const held = this.#approved?.readings;
    const context = { now: this.#now, actor, afterCommit, ...(held === undefined ? {} : { held }) };
    const { readings, bound } = watched(this.#parts.readings(this.#tx, context));
    this.#bound = bound;
    return readings;
  }
}

function successStatus({ status, http }: OperationDef): number {
  if (status !== undefined) return status;
  return http?.startsWith('POST ') ? 201 : 200;
}
