import { forbidden } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import { DECISION_READERS, type DecisionParts, maySeeDecisionsOf } from '../rules/who-sees.ts';
import type { MayHear } from '../stream/access.ts';

/** What the plugins declare, to know who sees what a rehearsal found. */
export interface SightParts extends DecisionParts {
  readonly mayHear: MayHear;
}

/** An entry as far as it hangs on it who may see it. */
export interface Seen {
  readonly kind: string;
  readonly of: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Who sees the entries of a rehearsal: a decision who sees the decisions of its point, a run who hears
 * the events of its rule, what follows an approval who sees its decision, the row of a KPI who reads its record. Figures over all are everybody's who
 * may rehearse.
 */
export class Sight {
  readonly #actor: Actor;
  readonly #parts: SightParts;

  constructor(actor: Actor, parts: SightParts) {
    this.#actor = actor;
    this.#parts = parts;
  }

  sees({ kind, of, detail }: Seen): boolean {
    if (kind === 'kpi_changed') return this.seesRows(detail.record);
    if ('untold' in detail || kind === 'undecidable')
      return maySeeDecisionsOf(this.#actor, of, this.#parts);
    // What follows an approval is made of the facts of its decision.
    if (typeof detail.point === 'string')
      return maySeeDecisionsOf(this.#actor, detail.point, this.#parts);
    const events = (detail.listens ?? []) as readonly string[];
    return events.every((event) => this.#parts.mayHear(this.#actor, `event.${event}`));
  }

  /** May he read the rows of a record? One that names no readers is open to who sees decisions. */
  seesRows(record: unknown): boolean {
    const read = this.#parts.record(String(record))?.options.api?.read ?? DECISION_READERS;
    return read === '*' || read.some((role) => this.#actor.roles.includes(role));
  }

  /** @throws Refusal role_required */
  check(item: Seen): void {
    if (this.sees(item)) return;
    throw forbidden('role_required', `What ${item.of} is about is not shown to everybody`, {
      of: item.of,
    });
  }
}
