/** The four rules of the comparison, with the records they are asked on. */
export type Bag = Readonly<Record<string, unknown>>;

export type CaseKey = 'delta' | 'kpi' | 'gate' | 'sum';

export interface Case {
  readonly key: CaseKey;
  readonly name: string;
  readonly text: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly records: readonly Bag[];
  /** The same by hand, without any check: what the peers compute. */
  readonly byHand: (record: never) => unknown;
  /** How far ours may be from the hand, as a ratio. */
  readonly bar: number;
}

const COUNT = 64;
const DAY = 86_400_000;
/** The moment all is asked at. */
export const NOW = new Date('2025-08-28T10:00:00Z');

/** Numbers that look like chance and are the same each time. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const grams = (x: number): number => Math.round(x * 1000) / 1000;

function sessions(): Bag[] {
  const next = chance(1);
  return Array.from({ length: COUNT }, (_, i) => {
    const input = grams(700 + 200 * next());
    const good = grams(input * 0.92);
    const wip = grams(12 + next());
    const rework = grams((input - good - wip) * 0.9);
    const off = grams(i % 8 < 7 ? 2 * next() : 8 + next());
    return {
      input_kg: input,
      good_kg: good,
      wip_kg: wip,
      rework_kg: rework,
      disposed_kg: grams(input - good - wip - rework - off),
      outstanding_kg: grams(0.5 * next()),
    };
  });
}

function shifts(): Bag[] {
  const next = chance(2);
  return Array.from({ length: COUNT }, () => ({
    fact: grams(2000 + 3000 * next()),
    plan_24h: grams(8000 + 2000 * next()),
    shift_hours: next() < 0.5 ? 12.5 : 8.5,
    actual_crew: 3.5 + Math.floor(4 * next()),
    norm_crew: 5.5,
  }));
}

function lots(): Bag[] {
  const next = chance(3);
  const pick = (values: readonly string[]): string =>
    values[Math.floor(values.length * next())] as string;
  return Array.from({ length: COUNT }, (_, i) => ({
    status: next() < 0.8 ? 'running' : pick(['draft', 'done']),
    due_at: new Date(NOW.getTime() + (i % 9 === 0 ? -DAY : DAY) * (0.5 + next())),
    line: { code: next() < 0.8 ? pick(['A', 'B', 'C']) : 'D' },
    priority:
      i % 11 === 0 ? null : next() < 0.8 ? pick(['high', 'urgent']) : pick(['low', 'normal']),
    hold: i % 13 === 0,
  }));
}

function stocks(): Bag[] {
  const next = chance(4);
  return Array.from({ length: 4 }, () => ({
    packages: Array.from({ length: 1000 }, () => ({
      weight_kg: grams(20 + 10 * next()),
      qc: next() < 0.8 ? 'ok' : 'bad',
      trusted: next() < 0.9,
    })),
  }));
}

const kg = 'kg';
interface Session {
  input_kg: number;
  good_kg: number;
  wip_kg: number;
  rework_kg: number;
  disposed_kg: number;
  outstanding_kg: number;
}
interface Shift {
  fact: number;
  plan_24h: number;
  shift_hours: number;
  actual_crew: number;
  norm_crew: number;
}
interface Lot {
  status: string;
  due_at: Date;
  line: { code: string };
  priority: string | null;
  hold: boolean;
}
interface Stock {
  packages: { weight_kg: number; qc: string; trusted: boolean }[];
}

const now = NOW.getTime();

/** The record as JSON has it, with instants in milliseconds: peers get their data so. */
export const asJson = (record: Bag): Bag =>
  'due_at' in record && record.due_at instanceof Date
    ? { ...record, due_at: record.due_at.getTime() }
    : record;

export const CASES: readonly Case[] = [
  {
    key: 'delta',
    name: 'session delta gate',
    text: 'abs(input_kg - good_kg - wip_kg - (rework_kg + disposed_kg + outstanding_kg)) <= min(1% of input_kg, 5 kg)',
    vars: {
      input_kg: kg,
      good_kg: kg,
      wip_kg: kg,
      rework_kg: kg,
      disposed_kg: kg,
      outstanding_kg: kg,
    },
    records: sessions(),
    byHand: (s: Session) =>
      Math.abs(
        s.input_kg - s.good_kg - s.wip_kg - (s.rework_kg + s.disposed_kg + s.outstanding_kg),
      ) <= Math.min(0.01 * s.input_kg, 5),
    bar: 1.5,
  },
  {
    key: 'kpi',
    name: 'KPI achievement',
    text: 'min(100, fact / (plan_24h * (shift_hours / 24) * (actual_crew / norm_crew)) * 100)',
    vars: {
      fact: kg,
      plan_24h: kg,
      shift_hours: 'number',
      actual_crew: 'number',
      norm_crew: 'number',
    },
    records: shifts(),
    byHand: (s: Shift) =>
      Math.min(
        100,
        (s.fact / (s.plan_24h * (s.shift_hours / 24) * (s.actual_crew / s.norm_crew))) * 100,
      ),
    bar: 1.5,
  },
  {
    key: 'gate',
    name: 'gate of five conditions',
    text: 'status = running and (due_at >= 2025-08-28T10:00Z and (line.code in ("A", "B", "C") and ((priority ?? normal) in (high, urgent) and not hold)))',
    vars: {
      status: 'oneof(draft, running, done)',
      due_at: 'instant',
      line: '{code: text}',
      priority: 'oneof(low, normal, high, urgent)?',
      hold: 'bool',
    },
    records: lots(),
    byHand: (l: Lot) =>
      l.status === 'running' &&
      l.due_at.getTime() >= now &&
      (l.line.code === 'A' || l.line.code === 'B' || l.line.code === 'C') &&
      (l.priority === 'high' || l.priority === 'urgent') &&
      !l.hold,
    bar: 1.5,
  },
  {
    key: 'sum',
    name: 'sum over 1,000 packages',
    text: 'sum(p.weight_kg for p in packages where p.qc = ok and p.trusted)',
    vars: { packages: 'list of {weight_kg: kg, qc: oneof(draft, ok, bad), trusted: bool}' },
    records: stocks(),
    byHand: (s: Stock) => {
      let total = 0;
      for (const p of s.packages) if (p.qc === 'ok' && p.trusted) total += p.weight_kg;
      return total;
    },
    bar: 2,
  },
];
