import type { CompiledGate } from '@qoida/dsl';
import { forbidden, Refusal } from '../api/errors.ts';
import type { Facts } from '../api/facts.ts';
import { type Shape, specsOf } from '../api/fields.ts';
import type { Actor, OperationDef, Readings, RunContext } from '../api/operations.ts';
import { Reply } from '../api/operations.ts';
import type { Database, Transaction } from '../data/index.ts';
import { enqueueEvent, writeAudit } from '../data/index.ts';
import type { EvaluationContext, RuleRuntime } from '../rules/runtime.ts';
import { rulesAccess, settingsForRules } from '../rules/runtime.ts';
import { gatesAt } from '../rules/snapshot.ts';
import { loadFacts } from './facts.ts';
import { clearPassed, keepDecision, logGateHits } from './gate-store.ts';
import type { GateHit } from './gates.ts';
import { evaluateGates, gateRefusal, hitView } from './gates.ts';
import { resolveCodes } from './ids.ts';
import type { RegisteredOperation, Registry } from './registry.ts';
import { withoutReleased } from './releases.ts';

export interface RoadParts {
  readonly db: Database;
  readonly registry: Registry;
  readonly rules: RuleRuntime;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly serverSecret: string;
  /** Binding of scale readings inside a transaction. */
  readonly readings: (
    tx: Transaction,
    context: { now: Date; actor: Actor; afterCommit(work: () => void): void },
  ) => Readings;
  readonly now: () => Date;
  /** Told the name of each gate that was hit, for the measurements (F-TEL-03). */
  readonly onGateHit?: (gate: string) => void;
}

export interface Call {
  readonly operation: string;
  readonly input: unknown;
  readonly actor: Actor;
  readonly traceId?: string;
  readonly idempotencyKey?: string;
  readonly ip?: string;
}

/** Whether an operation would be let through, asked without doing it. */
export interface CheckAnswer {
  readonly allowed: boolean;
  readonly refusals: readonly Record<string, unknown>[];
  readonly warnings: readonly Record<string, unknown>[];
}

export type Ran = { readonly reply: Reply } | { readonly refusal: Refusal };

/** Thrown inside the savepoint so that nothing of a refused operation stays. */
class GatesRefused extends Error {
  readonly hits: readonly GateHit[];
  constructor(hits: readonly GateHit[]) {
    super('refused by gates');
    this.hits = hits;
  }
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

  constructor(
    parts: RoadParts,
    tx: Transaction,
    operation: RegisteredOperation,
    call: Call,
    traceId: string,
    afterCommit: (() => void)[],
  ) {
    this.#parts = parts;
    this.#tx = tx;
    this.#operation = operation.def;
    this.#call = call;
    this.#traceId = traceId;
    this.#afterCommit = afterCommit;
    this.#now = parts.now();
  }

  async toTheEnd(input: Record<string, unknown>): Promise<Ran> {
    const { snapshot, gates, env } = this.#rules();
    const context = await this.#load(input, gates);
    let judged = context.facts as Record<string, unknown>;
    const works = this.#afterCommit.length;
    try {
      return await this.#tx.savepoint(async () => {
        judged = await this.#prepared(context);
        const hits = await this.#hits(gates, judged, env);
        const refusing = hits.filter((hit) => this.#refuses(hit));
        if (refusing.length > 0) throw new GatesRefused(hits);
        const answer = await this.#operation.run(context);
        const reply =
          answer instanceof Reply ? answer : new Reply(this.#successStatus(), answer ?? {});
        return {
          reply: await this.#withWarnings(
            reply,
            hits,
            judged,
            gates.length > 0,
            context,
            snapshot.hash,
          ),
        };
      });
    } catch (error) {
      if (!(error instanceof GatesRefused)) throw error;
      // What was rolled back must not be told to anyone.
      this.#afterCommit.length = works;
      return { refusal: await this.#keepRefusal(error.hits, judged, context, snapshot.hash) };
    }
  }

  async toTheGates(input: Record<string, unknown>): Promise<CheckAnswer> {
    const { gates, env } = this.#rules();
    const context = await this.#load(input, gates);
    const judged = await this.#prepared(context);
    const hits = await this.#hits(gates, judged, env);
    const refusing = hits.filter((hit) => this.#refuses(hit));
    const rest = hits.filter((hit) => !this.#refuses(hit));
    return {
      allowed: refusing.length === 0,
      refusals: refusing.map((hit) => hitView(hit, undefined)),
      warnings: rest.map((hit) => hitView(hit, undefined)),
    };
  }

  #hits(
    gates: readonly CompiledGate[],
    facts: Record<string, unknown>,
    env: EvaluationContext,
  ): Promise<GateHit[]> {
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

  #rules() {
    const snapshot = this.#parts.rules.snapshot(this.#call.actor.organizationId);
    const gates = gatesAt(snapshot, this.#operation.name);
    const env = {
      now: this.#now,
      settings: settingsForRules(this.#parts.settings),
      zone: this.#parts.zone,
    };
    return { snapshot, gates, env };
  }

  /** `pause … after` accepts and then acts, `warn` only says so; everything else refuses. */
  #refuses(hit: GateHit): boolean {
    if (hit.mode.kind === 'warn') return false;
    const acceptsFirst =
      hit.mode.kind === 'pause' && hit.mode.after && this.#operation.pause !== undefined;
    return !acceptsFirst || hit.fault !== undefined;
  }

  async #pause(hits: readonly GateHit[], context: RunContext<Shape, Facts>): Promise<void> {
    const gates = hits
      .filter((hit) => hit.mode.kind === 'pause' || hit.mode.kind === 'hold')
      .map((hit) => hit.gate);
    if (gates.length > 0) await this.#operation.pause?.(context, gates);
  }

  async #load(
    input: Record<string, unknown>,
    gates: ReturnType<typeof gatesAt>,
  ): Promise<RunContext<Shape, Facts>> {
    const snapshot = this.#parts.rules.snapshot(this.#call.actor.organizationId);
    const env = {
      now: this.#now,
      settings: settingsForRules(this.#parts.settings),
      zone: this.#parts.zone,
    };
    const afterCommit = (work: () => void) => void this.#afterCommit.push(work);
    const base = {
      actor: this.#call.actor,
      now: this.#now,
      db: this.#tx,
      traceId: this.#traceId,
      settings: this.#parts.settings,
      rules: rulesAccess(snapshot, env, this.#call.actor.locale),
      readings: this.#parts.readings(this.#tx, {
        now: this.#now,
        actor: this.#call.actor,
        afterCommit,
      }),
      input,
    };
    await resolveCodes(
      this.#tx,
      input,
      specsOf(this.#operation.input),
      this.#parts.registry.records,
      inputsOfFacts(this.#operation),
    );
    const reads = gates.flatMap((gate) => gate.reads(this.#operation.name));
    const facts = await loadFacts(this.#operation, base, input, reads);
    return {
      ...base,
      facts,
      afterCommit,
      emit: this.#emit.bind(this),
      call: this.#inner.bind(this),
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
    const stream =
      event.stream === undefined ? event.name : `${event.name}:${String(payload[event.stream])}`;
    const { actor } = this.#call;
    await enqueueEvent(this.#tx, {
      name: event.name,
      stream,
      payload,
      actor,
      traceId: this.#traceId,
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
    );
    const ran = await walk.toTheEnd(
      registered.validate(input, call.actor.locale) as Record<string, unknown>,
    );
    if ('refusal' in ran) throw ran.refusal;
    return ran.reply.body;
  }

  async #withWarnings(
    reply: Reply,
    hits: readonly GateHit[],
    facts: Record<string, unknown>,
    decided: boolean,
    context: RunContext<Shape, Facts>,
    rulesHash: string,
  ): Promise<Reply> {
    if (!decided || this.#operation.effect === 'read') return reply;
    const ids = await this.#keep(hits, facts, hits.length > 0 ? 'warned' : 'allowed', rulesHash);
    await this.#pause(hits, context);
    if (hits.length === 0 || typeof reply.body !== 'object' || reply.body === null) return reply;
    return new Reply(reply.status, {
      ...reply.body,
      warnings: hits.map((hit) => hitView(hit, ids.get(hit))),
    });
  }

  async #keepRefusal(
    hits: readonly GateHit[],
    facts: Record<string, unknown>,
    context: RunContext<Shape, Facts>,
    rulesHash: string,
  ): Promise<Refusal> {
    const ids = await this.#keep(hits, facts, 'refused', rulesHash);
    const refusing = hits.filter((hit) => this.#refuses(hit));
    await this.#pause(refusing, context);
    await this.#operation.onRefusal?.(
      context,
      refusing.map((hit) => hit.gate),
    );
    return gateRefusal(refusing, ids);
  }

  async #keep(
    hits: readonly GateHit[],
    facts: Record<string, unknown>,
    verdict: 'allowed' | 'refused' | 'warned',
    rulesHash: string,
  ): Promise<Map<GateHit, string>> {
    const { actor } = this.#call;
    const point = this.#operation.name;
    await clearPassed(this.#tx, this.#operation.name, facts, hits, this.#now);
    for (const hit of hits) this.#parts.onGateHit?.(hit.gate);
    const decisionId = await keepDecision(this.#tx, {
      point,
      verdict,
      hits,
      facts,
      rulesHash,
      actor,
      traceId: this.#traceId,
    });
    return logGateHits(this.#tx, hits, { point, decisionId, actor, now: this.#now });
  }

  #successStatus(): number {
    if (this.#operation.status !== undefined) return this.#operation.status;
    return this.#operation.http?.startsWith('POST ') ? 201 : 200;
  }
}

/** @throws Refusal operation_unknown, role_required */
export function find(parts: RoadParts, call: Call): RegisteredOperation {
  const operation = parts.registry.operations.get(call.operation);
  if (operation === undefined) {
    throw new Refusal('not_found', 'operation_unknown', `No operation ${call.operation}`, {
      operation: call.operation,
    });
  }
  const { roles } = operation.def;
  if (
    call.actor.kind !== 'system' &&
    roles !== '*' &&
    !roles.some((role) => call.actor.roles.includes(role))
  ) {
    throw forbidden(
      'role_required',
      `${call.operation} needs one of the roles ${roles.join(', ')}`,
      { roles },
    );
  }
  return operation;
}

/** Inputs that `byId` facts look up, code or id. */
function inputsOfFacts(operation: OperationDef): Set<string> {
  return new Set(
    Object.values(operation.facts).flatMap((fact) => (fact.kind === 'byId' ? [fact.input] : [])),
  );
}
