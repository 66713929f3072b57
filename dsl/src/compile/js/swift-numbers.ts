import { type Data, polluted } from './swift-read.ts';

/** How many numbers a rule may have read beforehand; what is left is read where it is asked for. */
const MOST_NUMBERS = 32;
/** Records with more than this many properties for each number are read by name. */
const WIDE = 4;
/** How many times a record may come with other properties until all are read by name. */
const MOST_LEARNED = 200;

/**
 * The numbers a rule reads of its values as they are, read before it runs. Walking over the
 * properties of a record costs a third of reading them by their names, where the names are data to
 * the code that reads; and a number in here is no object, as it is when a closure gives it.
 */
export class Numbers {
  readonly at = new Float64Array(MOST_NUMBERS);
  /** True while a rule runs: what the host's data calls in between must not overwrite them. */
  busy = false;
  /** False when the rule reads other records too, or elements of a list. */
  alone = true;
  private readonly names: string[] = [];
  private readonly slots = new Map<string, number>();
  /** The properties in the order the last records had them, and where each of them goes. */
  private order: string[] = [];
  private goes: number[] = [];
  private learned = 0;

  /** Where the number of a name will be; -1 when there is no place. */
  slotOf(name: string): number {
    const known = this.slots.get(name);
    if (known !== undefined) return known;
    if (this.names.length >= MOST_NUMBERS) return -1;
    this.slots.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  /**
   * Reads them of an object without a class; false where one of them is no number, and where other
   * properties than its own would be read of it or of the records in it.
   */
  fill(values: Data): boolean {
    const { at, order, goes, names } = this;
    if (names.length === 0) return !polluted();
    if (!this.alone && polluted()) return false;
    if (this.learned > MOST_LEARNED) return this.byName(values);
    // Properties in the prototype of all objects would turn up beyond its own.
    let i = 0;
    let found = 0;
    for (const key in values) {
      if (key !== order[i]) return this.learn(values);
      const slot = goes[i++] as number;
      if (slot < 0) continue;
      const x = values[key];
      if (typeof x !== 'number') return false;
      at[slot] = x;
      found++;
    }
    return found === names.length || this.byName(values);
  }

  private learn(values: Data): boolean {
    this.order = Object.keys(values);
    this.goes = this.order.map((name) => this.slots.get(name) ?? -1);
    const wide = this.order.length > WIDE * this.names.length;
    this.learned = wide ? Number.POSITIVE_INFINITY : this.learned + 1;
    return this.byName(values);
  }

  private byName(values: Data): boolean {
    if (polluted()) return false;
    const { at, names } = this;
    for (let i = 0; i < names.length; i++) {
      const x = values[names[i] as string];
      if (typeof x !== 'number') return false;
      at[i] = x;
    }
    return true;
  }
}
