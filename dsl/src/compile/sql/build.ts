/**
 * The frame of a statement: blocks of levels. A block is a FROM with everything computed over its
 * rows; level n+1 selects from level n, so that what is used twice is computed once. `OFFSET 0`
 * keeps the planner from merging levels, which would multiply the text and undo the guards.
 */

/** A piece of SQL and, for each block by depth, after which of its levels it can be written. */
export interface Expr {
  readonly sql: string;
  readonly at: readonly number[];
  /** A name or a literal: may be repeated for free. */
  readonly simple: boolean;
}

/** What SQL can't do, in words; caught by the compiler's entry points. */
export class NotSupported extends Error {}

export const raw = (text: string): Expr => ({ sql: text, at: [], simple: true });

/** A double as a literal of ours (never of the user's: those are parameters). */
export const double = (value: number): Expr => raw(`'${value}'::float8`);

export const NULL = raw('NULL');
export const TRUE = raw('true');
export const FALSE = raw('false');

const atLeast = (a: readonly number[], b: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, d) => Math.max(a[d] ?? 0, b[d] ?? 0));

/** Puts pieces together; texts are written as they are, so they must be ours. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Expr | string)[]): Expr {
  let text = strings[0] ?? '';
  let at: readonly number[] = [];
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'string') text += part;
    else {
      text += bracketed(part);
      at = atLeast(at, part.at);
    }
    text += strings[i + 1] ?? '';
  }
  return { sql: text, at, simple: false };
}

/** Text that may stand anywhere. */
export const bracketed = (expr: Expr): string => (expr.simple ? expr.sql : `(${expr.sql})`);

/** An SQL name, quoted. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Level {
  readonly columns: string[];
  readonly joins: string[];
}

export class Block {
  readonly levels: Level[] = [];
  /** The columns there are, by their text. */
  readonly known = new Map<string, Expr>();
  /** Which levels of outer blocks this block's text needs. */
  needs: readonly number[] = [];
  /** Formulas called with the same arguments, by both. */
  readonly calls = new Map<string, object>();
  /** Conditions on the rows of the source. */
  readonly where: string[] = [];
  readonly depth: number;
  readonly source: string | undefined;

  constructor(depth: number, source: Expr | undefined) {
    this.depth = depth;
    this.source = source?.sql;
    this.need(source ?? raw(''));
  }

  need(expr: Expr): void {
    this.needs = atLeast(this.needs, expr.at.slice(0, this.depth));
  }

  level(n: number): Level {
    while (this.levels.length <= n) this.levels.push({ columns: [], joins: [] });
    return this.levels[n] as Level;
  }

  /** The block as a subquery that ends with all columns. */
  text(): string {
    const { columns, joins } = this.level(0);
    const from = this.source === undefined ? '' : ` FROM ${this.source}${joins.join('')}`;
    const where = this.where.length === 0 ? '' : ` WHERE ${this.where.join(' AND ')}`;
    let text = `SELECT ${columns.join(', ')}${from}${where}`;
    for (const { columns: more, joins: also } of this.levels.slice(1)) {
      text = `SELECT ${['s.*', ...more].join(', ')} FROM (${text} OFFSET 0) s${also.join('')}`;
    }
    return text;
  }
}

/** A value that a statement is run with. */
export type SqlParameter =
  | { readonly kind: 'constant'; readonly value: SqlConstant }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'now' | 'zone' };
export type SqlConstant = number | string | boolean | Date | null | readonly string[];

export type SqlType = 'float8' | 'text' | 'text[]' | 'jsonb' | 'bool' | 'timestamptz' | 'date';

/** Text PostgreSQL can hold: no zero byte, no half of a surrogate pair. */
export const isStorable = (text: string): boolean =>
  !text.includes('\u0000') && text.isWellFormed();

const SHORT = 44;
const LONG = 240;

/** Collects the parameters and the blocks while the tree is walked. */
export class Builder {
  readonly params: SqlParameter[] = [];
  readonly blocks: Block[] = [];
  private readonly numbers = new Map<string, number>();
  private names = 0;

  name(prefix: string): string {
    this.names += 1;
    return `${prefix}${this.names}`;
  }

  get block(): Block {
    return this.blocks[this.blocks.length - 1] as Block;
  }

  open(source: Expr | undefined): Block {
    const block = new Block(this.blocks.length, source);
    this.blocks.push(block);
    return block;
  }

  close(): Block {
    return this.blocks.pop() as Block;
  }

  /** Works as if the blocks inside a block were not there: for what is kept and used again. */
  within<T>(block: Block, work: () => T): T {
    const inner = this.blocks.splice(block.depth + 1);
    const made = work();
    this.blocks.push(...inner);
    return made;
  }

  /** `$n::type`, the same for the same value. */
  bind(param: SqlParameter, type: SqlType): string {
    if (param.kind === 'constant') {
      const texts = [param.value].flat().filter((part) => typeof part === 'string');
      if (!texts.every(isStorable)) throw new NotSupported('text that PostgreSQL cannot hold');
    }
    const key = JSON.stringify([param, type]);
    const known = this.numbers.get(key);
    if (known !== undefined) return `$${known}::${type}`;
    this.params.push(param);
    this.numbers.set(key, this.params.length);
    return `$${this.params.length}::${type}`;
  }

  /**
   * A parameter as a column of the innermost block: the planner would otherwise compute with it
   * before any guard is asked.
   */
  param(param: SqlParameter, type: SqlType): Expr {
    return this.base(raw(this.bind(param, type)));
  }

  constant(value: SqlConstant, type: SqlType): Expr {
    return this.param({ kind: 'constant', value }, type);
  }

  /** A column of the innermost block's source, or what needs nothing of the block. */
  base(expr: Expr): Expr {
    return this.into(this.block, 0, expr);
  }

  /** A column of a joined table or subquery, as the level that joins it sees it. */
  column(block: Block, level: number, text: string): Expr {
    return this.into(block, level, raw(text));
  }

  /**
   * The expression under a name, computed once. What is short is cheaper again than in a level of
   * its own, and what is made of it soon is long.
   */
  ref(expr: Expr): Expr {
    if (expr.simple || expr.sql.length <= SHORT) return expr;
    let depth = expr.at.length - 1;
    while (depth > 0 && (expr.at[depth] ?? 0) === 0) depth -= 1;
    const block = this.blocks[Math.max(depth, 0)] as Block;
    return this.into(block, expr.at[block.depth] ?? 0, expr);
  }

  /** A long expression under a name, a short one as it is. */
  brief(expr: Expr): Expr {
    return expr.sql.length > LONG ? this.ref(expr) : expr;
  }

  private into(block: Block, level: number, expr: Expr): Expr {
    const known = block.known.get(expr.sql);
    if (known !== undefined) return known;
    const name = this.name('q_');
    block.level(level).columns.push(`${expr.sql} AS ${name}`);
    block.need(expr);
    const at = Array.from({ length: block.depth + 1 }, (_, d) =>
      d === block.depth ? level + 1 : 0,
    );
    const column: Expr = { sql: name, at, simple: true };
    block.known.set(expr.sql, column);
    return column;
  }

  /**
   * Joins a table or subquery to the innermost block, as soon as what it needs is there.
   * @returns its alias and the level that sees it
   */
  attach(joined: Expr, on: (alias: string) => Expr): { alias: string; level: number } {
    const alias = this.name('j_');
    const condition = on(alias);
    const at = atLeast(joined.at, condition.at);
    const level = at[this.block.depth] ?? 0;
    this.block.level(level).joins.push(` LEFT JOIN ${joined.sql} ${alias} ON ${condition.sql}`);
    this.block.need({ ...joined, at });
    return { alias, level };
  }
}
