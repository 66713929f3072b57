import type { CompiledKpi, Program } from '@qoida/dsl';
import { canonicalJson } from '../data/canonical.ts';
import { idOf } from './reads.ts';
import { countRows, type RowsThenOptions, rowsThen } from './rows-then.ts';
import { type Figure, figureOf, type KpiFigure, Sum } from './sums.ts';
import type { Tally } from './tally.ts';
import type { Reader, RecordSource, RehearsalItem, RehearsalTask, Sink } from './task.ts';

type Row = Readonly<Record<string, unknown>>;

interface Pair {
  /** `module.name` */
  readonly id: string;
  readonly was: CompiledKpi | undefined;
  readonly now: CompiledKpi | undefined;
}

/** Computes the KPIs of the draft beside those in force, over the rows of the period, and by person. */
export class KpiRehearsal {
  readonly #task: RehearsalTask;
  readonly #pairs: readonly Pair[];
  readonly #tally: Tally;
  readonly #period: { readonly from: string; readonly to: string };
  readonly #sums = new Map<string, Sum>();
  readonly #people = new Map<string, { readonly person: string; readonly sum: Sum }>();

  constructor(task: RehearsalTask, draft: Program, published: Program, tally: Tally) {
    this.#task = task;
    this.#tally = tally;
    const days = dayIn(task.zone);
    this.#period = { from: days(Date.parse(task.from)), to: days(Date.parse(task.to) - 1) };
    const was = new Map(published.kpis.map((kpi) => [idOf(kpi), kpi]));
    const now = new Map(draft.kpis.map((kpi) => [idOf(kpi), kpi]));
    this.#pairs = [...new Set([...was.keys(), ...now.keys()])]
      .sort()
      .flatMap((id) => pairsOf(id, was.get(id), now.get(id)));
  }

  async count(reader: Reader): Promise<number> {
    let rows = 0;
    for (const pair of this.#pairs) {
      const source = this.#sourceOf(pair);
      if (source !== undefined) rows += await countRows(reader, source, this.#where(pair, source));
    }
    return rows;
  }

  /** @returns how many rows were looked at */
  async run(reader: Reader, sink: Sink, done: (count: number) => void): Promise<number> {
    let looked = 0;
    for (const pair of this.#pairs) {
      const source = this.#sourceOf(pair);
      if (source === undefined) {
        const names = kpiOf(pair).grain.map(({ type }) => type);
        this.#tally.untold({ of: pair.id, reason: 'row_not_computed', names });
        continue;
      }
      let own = 0;
      for await (const rows of rowsThen(reader, source, this.#options(pair, source))) {
        const items = rows.flatMap((row) => this.#compare(pair, source, row));
        if (items.length > 0) await sink.items(items);
        own += rows.length;
        done(rows.length);
      }
      this.#tellToday(pair, source, own);
      looked += own;
    }
    return looked;
  }

  /** Of every result over all rows. */
  get figures(): readonly KpiFigure[] {
    return [...this.#sums].sort(byKey).map(([, sum]) => sum.figure);
  }

  /** The same for each person whose rows they are. */
  get people(): readonly (KpiFigure & { readonly person: string })[] {
    return [...this.#people].sort(byKey).map(([, { person, sum }]) => ({ person, ...sum.figure }));
  }

  #sourceOf(pair: Pair): RecordSource | undefined {
    const { grain } = kpiOf(pair);
    // A row of several records is found along fields, which no table of the platform holds as records.
    if (grain.length !== 1) return undefined;
    return this.#task.records.find(({ name }) => name === grain[0]?.type);
  }

  #options(pair: Pair, source: RecordSource): RowsThenOptions {
    const { askedAt, to, pageSize } = this.#task;
    const asOf = to < askedAt ? to : null;
    return { ...this.#where(pair, source), names: namesOf(pair, source), asOf, pageSize };
  }

  /** What can't be put back as it was is told: columns that are computed, and rows that are in no audit. */
  #tellToday(pair: Pair, source: RecordSource, rows: number): void {
    const { askedAt, to } = this.#task;
    if (rows === 0 || to >= askedAt) return;
    const computed = namesOf(pair, source).filter((name) => !source.stored.includes(name));
    if (!source.audited) this.#tell(pair, namesOf(pair, source), rows);
    else if (computed.length > 0) this.#tell(pair, computed, rows);
  }

  #tell({ id: of }: Pair, names: readonly string[], rows: number): void {
    this.#tally.untold({ of, reason: 'row_not_rebuilt', names }, rows);
  }

  /** Where the moment of a row is a column, the database leaves out what is not of the period. */
  #where(pair: Pair, source: RecordSource): Pick<RowsThenOptions, 'where' | 'values'> {
    const { over, grain } = kpiOf(pair);
    const same = pair.was === undefined || pair.was.over?.path === over?.path;
    const path = over?.path.split('.') ?? [];
    const field = path.length === 2 && path[0] === grain[0]?.name ? path[1] : path[0];
    if (!same || over === undefined || path.length > 2 || !source.stored.includes(field ?? ''))
      return { where: 'true', values: [] };
    const sql = source.fields[field ?? ''];
    if (over.type === 'date')
      return {
        where: `${sql} >= $1::date and ${sql} <= $2::date`,
        values: [this.#period.from, this.#period.to],
      };
    // A day at each end more: which day of the plant it is, the rule says.
    return {
      where: `${sql} >= $1::timestamptz - interval '2 days' and ${sql} < $2::timestamptz + interval '2 days'`,
      values: [this.#task.from, this.#task.to],
    };
  }

  #compare(pair: Pair, source: RecordSource, row: Row): RehearsalItem[] {
    const was = this.#resultsOf(pair.was, row);
    const now = this.#resultsOf(pair.now, row);
    const people = peopleOf(row, source);
    return [...new Set([...was.keys(), ...now.keys()])].sort().flatMap((key) => {
      const [before, after] = [was.get(key), now.get(key)];
      const told = after ?? before;
      if (told === undefined) return [];
      const { result, unit } = told;
      const figures = [before?.figure ?? null, after?.figure ?? null] as const;
      const changed = canonicalJson(figures[0]) !== canonicalJson(figures[1]);
      for (const sum of this.#sumsOf(pair, { result, unit, record: source.name }, people))
        sum.add(...figures, changed);
      if (!changed) return [];
      const { name: record } = source;
      const [from, to] = figures;
      const detail = { result, unit, before: from, after: to, people, record, row: plain(row) };
      const about = { of: pair.id, at: null, ref: String(row.id), who: null, by_draft: true };
      const item: RehearsalItem = { kind: 'kpi_changed', ...about, detail };
      this.#tally.add(item);
      return [item];
    });
  }

  /** By name and unit: kilograms are not held against tonnes, nor one money against another. */
  #resultsOf(kpi: CompiledKpi | undefined, row: Row): ReadonlyMap<string, Told> {
    if (kpi === undefined) return new Map();
    const { settings, zone, to } = this.#task;
    const env = { now: new Date(to), settings, zone };
    const facts = { [kpi.grain[0]?.name ?? '']: row };
    const inside = kpi.inPeriod(facts, this.#period, env);
    if ('value' in inside && inside.value !== true) return new Map();
    const { included, results } = kpi.compute(facts, env);
    if ('value' in included && included.value !== true) return new Map();
    return new Map(
      kpi.results.map(({ name: result, type: unit }) => {
        const figure = figureOf('fault' in inside ? inside : (results[result] ?? included));
        return [keyOf({ result, unit }), { result, unit, figure }];
      }),
    );
  }

  /** Where a result is added up: over all rows, and over each person's. */
  #sumsOf(
    { id: kpi }: Pair,
    about: Pick<KpiFigure, 'result' | 'unit' | 'record'>,
    people: readonly string[],
  ): Sum[] {
    const key = `${kpi}\n${keyOf(about)}\n${about.record}`;
    const all = this.#sums.get(key) ?? new Sum({ kpi, ...about });
    this.#sums.set(key, all);
    const own = people.map((person) => {
      const place = `${person}\n${key}`;
      const mine = this.#people.get(place) ?? { person, sum: new Sum({ kpi, ...about }) };
      this.#people.set(place, mine);
      return mine.sum;
    });
    return [all, ...own];
  }
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

function kpiOf({ was, now }: Pair): CompiledKpi {
  const kpi = now ?? was;
  if (kpi === undefined) throw new TypeError('a pair without a KPI');
  return kpi;
}

/** A result of a row, as one of the two has it. */
interface Told {
  readonly result: string;
  readonly unit: string;
  readonly figure: Figure;
}

/** Whether a value may be missing makes no other unit of it. */
const keyOf = ({ result, unit }: Pick<Told, 'result' | 'unit'>): string =>
  `${result}\n${unit.replace(/[?]$/, '')}`;

/** Rows of another record are other rows: the one KPI goes, and another of its name comes. */
function pairsOf(id: string, was: Pair['was'], now: Pair['now']): readonly Pair[] {
  const types = (kpi: CompiledKpi) => kpi.grain.map(({ type }) => type).join('\n');
  if (was === undefined || now === undefined || types(was) === types(now))
    return [{ id, was, now }];
  return [
    { id, was, now: undefined },
    { id, was: undefined, now },
  ];
}

/** The fields that either of the two reads, and whose row it is: nothing else is kept with an entry. */
function namesOf(pair: Pair, { fields, person }: RecordSource): string[] {
  const kpis = [pair.was, pair.now].filter((kpi) => kpi !== undefined);
  const paths = kpis.flatMap(({ reads, over }) => [
    ...reads,
    ...(over === undefined ? [] : [over.path]),
  ]);
  const read = new Set(paths.flatMap((path) => path.split('.')));
  return Object.keys(fields).filter((name) => name === 'id' || name === person || read.has(name));
}

function peopleOf(row: Row, { person }: RecordSource): readonly string[] {
  const value = person === null ? null : row[person];
  const all = Array.isArray(value) ? value : [value];
  return [...new Set(all.filter((one) => typeof one === 'string'))].sort();
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The local day of a moment, whatever the language of the machine. */
function dayIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at) => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, value]),
    );
    return `${parts.year?.padStart(4, '0')}-${parts.month}-${parts.day}`;
  };
}
