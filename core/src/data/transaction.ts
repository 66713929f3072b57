import type { Knex } from 'knex';
import type pg from 'pg';
import type { Prepared, Tx } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';
import { type Change, ChangeLog } from './changes.ts';
import { type RecordRepository, repositoryOf } from './repository.ts';
import { isUuid, quoted } from './values.ts';

/** A row to lock, by id or code. */
export interface LockTarget {
  readonly record: RecordDef;
  readonly idOrCode: string;
}

/** One database transaction inside one organisation. */
export interface Transaction extends Tx {
  of<R extends RecordDef>(record: R): RecordRepository<R>;
  /** Every write through repositories, one entry per object; those of a rolled back savepoint are gone. */
  readonly changes: readonly Change[];
  /** Runs `work`; when it throws, everything it wrote is undone and the error goes on. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Sends a statement without waiting for its answer: whatever comes next is sent behind it. Where it fails,
   * the savepoint or transaction fails that it was sent in.
   * @param take told the rows, at the latest when that ends
   */
  post<R = Row>(statement: Prepared, values: readonly unknown[], take?: (rows: R[]) => void): void;
  /** Locks rows in the one global order (`lockOrder`, table, id). Rows that don't exist are passed over. */
  lock(targets: readonly LockTarget[]): Promise<void>;
  /** Records of this database by their name. */
  record(name: string): RecordDef | undefined;
}

type Row = Record<string, unknown>;
const DEFAULT_LOCK_ORDER = 1000;

export class OpenTransaction implements Transaction {
  readonly organizationId: string;
  private readonly client: pg.ClientBase;
  private readonly knex: Knex;
  private readonly records: ReadonlyMap<string, RecordDef>;
  private readonly log = new ChangeLog();
  private readonly repositories = new Map<RecordDef, unknown>();
  private under: Promise<unknown> = Promise.resolve();
  /** Answers that nobody waits for but the end of the savepoint or transaction. */
  private posted: Promise<void>[] = [];
  private savepoints = 0;
  private open = true;

  constructor(
    organizationId: string,
    client: pg.ClientBase,
    knex: Knex,
    records: ReadonlyMap<string, RecordDef>,
  ) {
    this.organizationId = organizationId;
    this.client = client;
    this.knex = knex;
    this.records = records;
  }

  get changes(): readonly Change[] {
    return this.log.list();
  }

  record(name: string): RecordDef | undefined {
    return this.records.get(name);
  }

  of<R extends RecordDef>(record: R): RecordRepository<R> {
    const known = this.repositories.get(record);
    if (known) return known as RecordRepository<R>;
    const made = repositoryOf(record, {
      query: (text, values) => this.query(text, values),
      changed: (change) => this.log.add(change),
    });
    this.repositories.set(record, made);
    return made;
  }

  async sql<R = Row>(
    statement: string | Prepared,
    parameters: readonly unknown[] = [],
  ): Promise<R[]> {
    if (typeof statement !== 'string') return (await this.prepared(statement, parameters)) as R[];
    const native = this.knex
      .raw(statement, [...parameters] as Knex.RawBinding[])
      .toSQL()
      .toNative();
    return (await this.query(native.sql, native.bindings)) as R[];
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const name = `qoida_${++this.savepoints}`;
    const mark = this.log.mark();
    const outside = this.posted;
    this.posted = [];
    // Nobody waits for it: what follows is sent behind it, and fails with it.
    this.query(`savepoint ${name}`, []).catch(() => undefined);
    try {
      const result = await work();
      const released = this.query(`release savepoint ${name}`, []);
      released.catch(() => undefined);
      // Of the two it is the posted statement that knows why, also where both have failed by now.
      await Promise.all(this.posted);
      await released;
      this.posted = outside;
      return result;
    } catch (error) {
      this.posted = outside;
      await this.query(`rollback to savepoint ${name}; release savepoint ${name}`, []);
      this.log.restore(mark);
      throw error;
    }
  }

  post<R = Row>(
    statement: Prepared,
    values: readonly unknown[],
    take: (rows: R[]) => void = () => undefined,
  ): void {
    const answer = this.prepared(statement, values).then((rows) => take(rows as R[]));
    answer.catch(() => undefined);
    this.posted.push(answer);
  }

  async lock(targets: readonly LockTarget[]): Promise<void> {
    const byRecord = Map.groupBy(targets, (target) => target.record);
    const order = ({ options, table }: RecordDef) =>
      `${String(options.lockOrder ?? DEFAULT_LOCK_ORDER).padStart(9, '0')} ${table}`;
    const records = [...byRecord.keys()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
    for (const record of records) {
      const names = (byRecord.get(record) ?? []).map((target) => target.idOrCode);
      const { code } = record.options;
      const byCode = code === undefined ? '' : `or ${quoted(code)} = any($2)`;
      const lists = [
        names.filter(isUuid),
        ...(byCode ? [names.filter((name) => !isUuid(name))] : []),
      ];
      await this.query(
        `select id from ${quoted(record.table)} where id = any($1) ${byCode} order by id for update`,
        lists,
      );
    }
  }

  /** Statements go out as they come, one behind the other; none waits for the answer of the one before. */
  query(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.sent(() =>
      // Without values it goes out as a simple query, which may hold several statements.
      values.length ? this.client.query(text, [...values]) : this.client.query(text),
    );
  }

  private prepared({ name, text }: Prepared, values: readonly unknown[]): Promise<Row[]> {
    const config = { name, text, values: [...values] };
    return this.sent(() => this.client.query(config));
  }

  /** Waits for the statements under way and takes no more. @throws what a posted one failed with */
  async finish(): Promise<void> {
    await this.under;
    this.open = false;
    await Promise.all(this.posted);
  }

  private async sent(send: () => Promise<pg.QueryResult<Row>>): Promise<Row[]> {
    if (!this.open) throw new Error('the transaction is over; await everything inside its work');
    const answer = send();
    // Of what was answered nothing is held.
    this.under = Promise.allSettled([this.under, answer]).then(() => undefined);
    return (await answer).rows ?? [];
  }
}
