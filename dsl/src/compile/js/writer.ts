import type { Border } from '../../values/border.ts';

/** What the straight road does not do: such units run as closures. */
export class NotEmitted extends Error {}

export function notEmitted(): never {
  throw new NotEmitted();
}

/** What is known of a number while the text is written. */
export interface Numeric {
  /** It is finite whatever was read. */
  readonly finite: boolean;
  /** Names of values read: this is not finite whenever one of them is not. */
  readonly carries: ReadonlySet<string>;
  /** It is finite whenever all that it carries are: nothing in it can overflow. */
  readonly safe: boolean;
  readonly positive: boolean;
  readonly whole: boolean;
  readonly constant: number | undefined;
}

/** A value in the text: a name or a literal, and what is known of it. */
export interface Val {
  readonly code: string;
  readonly kind: 'number' | 'bool' | 'text' | 'record' | 'list' | 'null';
  readonly nullable: boolean;
  /** Of a number. */
  readonly number: Numeric;
  /** Of a list as it came in: what its elements are. */
  readonly of: Border | undefined;
  /** Of a text that has not been looked up yet: what it may be. */
  readonly among?: readonly string[];
  /** What it has to be and has not been asked about yet. */
  readonly unproved?: 'boolean' | 'string';
  /** The data as it came in, where `code` has null for what is undefined. */
  readonly came?: string;
}

const NOTHING: ReadonlySet<string> = new Set();
export const UNKNOWN_NUMBER: Numeric = {
  finite: false,
  carries: NOTHING,
  safe: false,
  positive: false,
  whole: false,
  constant: undefined,
};
export const FINITE: Numeric = { ...UNKNOWN_NUMBER, finite: true, safe: true };

export const plainVal = (code: string, kind: Val['kind'], nullable = false): Val => ({
  code,
  kind,
  nullable,
  number: FINITE,
  of: undefined,
});
export const numberVal = (code: string, number: Numeric): Val => ({
  code,
  kind: 'number',
  nullable: false,
  number,
  of: undefined,
});

/** A block of the text: what is known in it is not known after it. */
interface Block {
  readonly vals: Map<string, Val>;
  readonly finite: Set<string>;
}

/** A check that a later one may make needless. */
interface Pending {
  readonly line: number;
  readonly block: Block;
  readonly carries: ReadonlySet<string>;
}

/** Lines that only compute and leave: a check may wait until they are done. */
const WAITS = /^(?:const t\d+ = (?!.*H\.).*;|if \((?!.*H\.).*\) break out;|)$/;

/**
 * The text as engines keep the names of properties: one copy, found by its address. A piece cut out
 * of a program is not that, and as a name it would have to be looked up at every read.
 */
const asKey = (text: string): string => Object.keys({ [text]: 0 })[0] ?? text;

/** Writes the text of one function, and remembers what it has established at each place. */
export class Writer {
  private readonly lines: string[] = [];
  readonly constants: unknown[] = [];
  readonly names: string[] = [];
  private readonly blocks: Block[] = [{ vals: new Map(), finite: new Set() }];
  private pendings: Pending[] = [];
  private lastTest: { line: number; block: Block | undefined; test: string } | undefined;
  private next = 0;

  line(text: string): void {
    this.lines.push(text);
  }

  /** The text; nothing but what was written. */
  get text(): string {
    return this.lines.filter((line) => line !== '').join('\n');
  }

  temp(value: string): string {
    const name = `t${this.next++}`;
    this.line(`const ${name} = ${value};`);
    return name;
  }

  variable(value: string): string {
    const name = `t${this.next++}`;
    this.line(`let ${name} = ${value};`);
    return name;
  }

  label(): string {
    return `b${this.next++}`;
  }

  index(): string {
    return `i${this.next++}`;
  }

  constant(value: unknown): string {
    const known = this.constants.findIndex((c) => Object.is(c, value));
    if (known >= 0) return `c${known}`;
    this.constants.push(typeof value === 'string' ? asKey(value) : value);
    return `c${this.constants.length - 1}`;
  }

  /** A property name; those that every object has are read by the closures, which ask more. */
  name(name: string): string {
    if (name in Object.prototype) notEmitted();
    const known = this.names.indexOf(name);
    if (known >= 0) return `n${known}`;
    this.names.push(asKey(name));
    return `n${this.names.length - 1}`;
  }

  /** The block that a line ending in `{` begins, to the `}` that ends it. */
  block(head: string, write: () => void): void {
    this.line(head);
    this.blocks.push({ vals: new Map(), finite: new Set() });
    write();
    this.blocks.pop();
    this.line('}');
  }

  /** Leaves the straight road when a condition holds. */
  leaveIf(condition: string): void {
    this.line(`if (${condition}) break out;`);
  }

  /** Goes elsewhere. What was left to later checks is checked after all. */
  jump(target: string): void {
    this.pendings = [];
    this.line(target);
  }

  known(key: string): Val | undefined {
    for (let i = this.blocks.length - 1; i >= 0; i--) {
      const val = this.blocks[i]?.vals.get(key);
      if (val !== undefined) return val;
    }
    return undefined;
  }

  learn(key: string, val: Val): Val {
    this.blocks.at(-1)?.vals.set(key, val);
    return val;
  }

  private isFinite(val: Val): boolean {
    const { finite, safe, carries } = val.number;
    const held = (code: string): boolean => this.blocks.some((block) => block.finite.has(code));
    return finite || held(val.code) || (safe && carries.size > 0 && [...carries].every(held));
  }

  private holdFinite(codes: Iterable<string>): void {
    for (const code of codes) this.blocks.at(-1)?.finite.add(code);
  }

  /** From here on the number is finite. */
  mustBeFinite(val: Val): void {
    if (val.kind !== 'number' || this.isFinite(val)) return;
    const { code } = val;
    if (val.nullable) this.leaveIf(`${code} !== null && ${code} - ${code} !== 0`);
    else this.testFinite(code);
    this.holdFinite([code]);
    if (val.nullable) return;
    this.holdFinite(val.number.carries);
    this.discharge(val.number.carries);
  }

  /** One check for all that lines which only compute have left to it: `0 + 0`, or it is NaN. */
  private testFinite(code: string): void {
    const block = this.blocks.at(-1);
    const last = this.lastTest;
    let test = `${code} - ${code}`;
    if (
      last !== undefined &&
      last.block === block &&
      this.lines.slice(last.line).every((line) => WAITS.test(line))
    ) {
      this.lines[last.line] = '';
      test = `${last.test} + (${test})`;
    }
    this.lastTest = { line: this.lines.length, block, test };
    this.leaveIf(`${test} !== 0`);
  }

  /** The number is finite when the function answers: checked here unless a later check does it. */
  mustProveFinite(val: Val): void {
    if (val.kind !== 'number' || this.isFinite(val)) return;
    const { code, number } = val;
    if (!number.safe || number.carries.size === 0) {
      this.mustBeFinite(val);
      return;
    }
    const block = this.blocks.at(-1);
    if (block === undefined) return;
    this.pendings.push({ line: this.lines.length, block, carries: number.carries });
    this.leaveIf(`${code} - ${code} !== 0`);
    this.holdFinite([code]);
  }

  /** A check here serves those before it, in this block and in the ones it has closed. */
  private discharge(proved: ReadonlySet<string>): void {
    const outer = this.blocks.slice(0, -1);
    this.pendings = this.pendings.filter(({ line, block, carries }) => {
      if (outer.includes(block) || ![...carries].every((code) => proved.has(code))) return true;
      this.lines[line] = '';
      return false;
    });
  }
}
