import { createHash, randomUUID } from 'node:crypto';
import type { AlertFigure, AlertState, Firing, Notice } from '@qoida/dsl';
import { lockNames } from '../automations/memory.ts';
import { insertDeliveries, planNotices } from '../channels/queue.ts';
import type { Transaction } from '../data/index.ts';
import { alertClosed, alertOpened } from './events.ts';
import { announce, type HistoryEntry, keepHistory } from './history.ts';
import { alignedState, insertAlerts, type Life, noticeOf, updateAlerts } from './keeping.ts';
import type { AlertRow } from './records.ts';
import { type AlertRule, type Asking, contextOf } from './rules.ts';

const LOCALES = ['uz', 'ru', 'en'] as const;
const LONGEST_KEY = 1_300;

export interface LifeParts extends Asking {
  /** Channels that the plant may have switched on; the sending needs no more. */
  readonly channels: Parameters<typeof planNotices>[2]['channels'];
  readonly publicUrl: string | null;
}

/** What raised it, for a new row. */
export interface Raised {
  readonly runId: string;
  readonly rulesHash: string;
  readonly traceId: string;
}

/** What happens to the alert of a group. */
export type Move = { readonly found: AlertRule; readonly group: string } & (
  | { readonly kind: 'raise'; readonly firing: Firing; readonly raised: Raised }
  /** Its condition is over: an event or a look at the facts says so. */
  | { readonly kind: 'clear'; readonly at: number }
  | { readonly kind: 'timer'; readonly at: number }
);

/** Of a group's alert; of a group too long for the column its beginning and its hash. */
export function dedupeKey(rule: string, group: string): string {
  const key = `${rule}:${group}`;
  if (key.length <= LONGEST_KEY) return key;
  const hash = createHash('sha256').update(group).digest('hex');
  return `${key.slice(0, LONGEST_KEY - hash.length - 1)}:${hash}`;
}

/**
 * Lets alerts be raised, told of and closed, in the order of the moves. What is at one group happens one
 * after another on every node; an alert that stands only counts.
 */
export async function live(
  tx: Transaction,
  moves: readonly Move[],
  parts: LifeParts,
): Promise<void> {
  if (moves.length === 0) return;
  const keys = [...new Set(moves.map(({ found, group }) => dedupeKey(found.id, group)))];
  await lockNames(tx, 'alert', keys);
  const rows = await tx.sql<AlertRow>(
    `select * from alerts where dedupe_key = any(?::text[]) and status <> 'closed' order by id for update`,
    [keys],
  );
  const lives = new Lives(rows, parts);
  for (const move of moves) lives.move(move);
  await lives.keep(tx);
}

/** What is kept of a batch beside the rows, in the order in which it happened. */
interface Happening {
  readonly life: Life;
  readonly entry: HistoryEntry;
  readonly event?: string;
}

class Lives {
  readonly #parts: LifeParts;
  readonly #rows: Map<string, AlertRow>;
  readonly #standing = new Map<string, Life>();
  readonly #changed = new Set<Life>();
  readonly #happened: Happening[] = [];

  constructor(rows: readonly AlertRow[], parts: LifeParts) {
    this.#parts = parts;
    this.#rows = new Map(rows.map((row) => [row.dedupe_key, row]));
  }

  move(move: Move): void {
    const key = dedupeKey(move.found.id, move.group);
    const life = this.#standing.get(key) ?? this.#known(key, move.found);
    if (move.kind !== 'raise') this.#step(key, life, move);
    else if (life === undefined) this.#open(key, move);
    else this.#again(life, move);
  }

  /** The alert that stands in the database, once: closed in this batch it stands no more. */
  #known(key: string, found: AlertRule): Life | undefined {
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    this.#rows.delete(key);
    const { id, message, run_id, value, threshold } = row;
    const life: Life = {
      id,
      key,
      found,
      row,
      raised: { runId: run_id, rulesHash: row.rules_hash, traceId: row.trace_id },
      state: alignedState(row, found, this.#parts.now),
      figures: { value, threshold, unit: row.unit },
      message,
      closedAt: null,
      notices: [],
    };
    this.#standing.set(key, life);
    return life;
  }

  #open(key: string, { found, group, firing, raised }: Extract<Move, { kind: 'raise' }>): void {
    const { state, notices } = found.rule.life(undefined, { kind: 'raise', firing, group });
    if (state === undefined) return;
    const context = contextOf(this.#parts);
    const texts = LOCALES.map((locale) => [locale, found.rule.message(firing, context, locale)]);
    const life: Life = {
      id: randomUUID(),
      key,
      found,
      row: null,
      raised,
      state,
      figures: this.#figures(found, firing),
      message: Object.fromEntries(texts) as AlertRow['message'],
      closedAt: null,
      notices: [],
    };
    this.#standing.set(key, life);
    this.#changed.add(life);
    const entry = { alertId: life.id, at: state.openedAt, change: 'opened', by: null } as const;
    this.#happened.push({ life, entry, event: alertOpened.name });
    this.#tell(life, notices);
  }

  #again(life: Life, { found, group, firing }: Extract<Move, { kind: 'raise' }>): void {
    const { state } = found.rule.life(life.state, { kind: 'raise', firing, group });
    if (state === undefined) return;
    const { unit } = life.figures;
    Object.assign(life, { state, figures: { ...this.#figures(found, firing), unit } });
    this.#changed.add(life);
  }

  #step(key: string, life: Life | undefined, move: Exclude<Move, { kind: 'raise' }>): void {
    const { kind, at } = move;
    if (life === undefined || (kind === 'clear' && isOlder(at, life.state, this.#parts.now)))
      return;
    const { state, change, notices } = life.found.rule.life(life.state, { kind, at });
    if (state === undefined) return;
    // Also where nothing changed: the time that the row has for its next step is over.
    this.#changed.add(life);
    life.state = state;
    this.#tell(life, notices);
    if (change !== 'closed') return;
    life.closedAt = at;
    this.#standing.delete(key);
    const entry = { alertId: life.id, at, change, by: null } as const;
    this.#happened.push({ life, entry, event: alertClosed.name });
  }

  #tell(life: Life, notices: readonly Notice[]): void {
    if (notices.length === 0) return;
    life.notices.push(...notices);
    const reasons = [...new Set(notices.map(({ reason }) => reason))];
    const roles = [...new Set(notices.flatMap((notice) => notice.roles))];
    const at = this.#parts.now.getTime();
    const details = { reasons, roles };
    this.#happened.push({
      life,
      entry: { alertId: life.id, at, change: 'told', by: null, details },
    });
  }

  #figures({ rule }: AlertRule, firing: Firing): Life['figures'] {
    const context = contextOf(this.#parts);
    const value = rule.value(firing, context);
    return {
      value: amount(value),
      threshold: amount(rule.threshold(firing, context)),
      unit: unitOf(value),
    };
  }

  async keep(tx: Transaction): Promise<void> {
    const changed = [...this.#changed];
    const told = changed.filter(({ notices }) => notices.length > 0);
    const { deliveries, people } = await planNotices(tx, told.map(noticeOf), this.#parts);
    await updateAlerts(tx, changed, people);
    await insertAlerts(tx, changed, people);
    await insertDeliveries(tx, deliveries, this.#parts.now);
    const leaving = new Map<string, number>();
    for (const { alertId, ended } of deliveries)
      if (alertId !== null && ended === undefined)
        leaving.set(alertId, (leaving.get(alertId) ?? 0) + 1);
    await keepHistory(
      tx,
      this.#happened.map(({ life, entry }) =>
        entry.change === 'told'
          ? { ...entry, details: { ...entry.details, messages: leaving.get(life.id) ?? 0 } }
          : entry,
      ),
    );
    for (const { life, event } of this.#happened)
      if (event !== undefined)
        await announce(tx, event, {
          id: life.id,
          rule: life.found.id,
          severity: life.row?.severity ?? life.found.rule.severity,
          ...life.raised,
        });
  }
}

/** What ended before the alert was raised last did not end it; unless that is dated ahead of now. */
const isOlder = (at: number, { firing }: AlertState, now: Date): boolean =>
  at < firing.at && firing.at <= now.getTime();

/** What numeric(14,3) holds. */
const MOST = 99_999_999_999;

/** A number that a column holds; figures of other kinds stand in the message. */
function amount(figure: AlertFigure | undefined): number | null {
  const value = figure?.value;
  return typeof value === 'number' && Math.abs(value) <= MOST ? value : null;
}

function unitOf(figure: AlertFigure | undefined): string | null {
  const type = String(figure?.type ?? '').replace('?', '');
  return typeof figure?.value !== 'number' || type === 'number' ? null : type.slice(0, 40);
}
