import type { RecordDef } from '../api/records.ts';

export type StoredRow = Readonly<Record<string, unknown>>;

/** What a transaction did to one object: `before` is null for a new one, `after` for a removed one. */
export interface Change {
  readonly record: RecordDef;
  readonly table: string;
  readonly object_id: string;
  readonly before: StoredRow | null;
  readonly after: StoredRow | null;
}

/** The changes of a transaction, one per object, in the order in which objects were first touched. */
export class ChangeLog {
  private byObject = new Map<string, Change>();

  add(change: Change): void {
    const key = `${change.table} ${change.object_id}`;
    const first = this.byObject.get(key);
    const merged = first ? { ...change, before: first.before } : change;
    if (merged.before === null && merged.after === null) this.byObject.delete(key);
    else this.byObject.set(key, merged);
  }

  list(): readonly Change[] {
    return [...this.byObject.values()];
  }

  /** What `restore` needs to forget everything that follows. */
  mark(): ReadonlyMap<string, Change> {
    return new Map(this.byObject);
  }

  restore(mark: ReadonlyMap<string, Change>): void {
    this.byObject = new Map(mark);
  }
}
