import {
  BOOL,
  DATE,
  INSTANT,
  listOf,
  NUMBER_TYPE,
  optional,
  quantity,
  TEXT,
  TIME,
  type Type,
} from './type.ts';
import { isUnitFault, parseUnit, readUnit, type UnitFault, usualResolution } from './units.ts';

/** A type as text: `kg`, `kg/m?`, `list of {w: kg, ok: bool}`, `oneof(a, b)`, or a record's name. */
export type TypeText = string;

export interface TypeFault {
  /** The part that has no meaning. */
  readonly name: string;
  /** Why it is no unit, where it is written like one. */
  readonly unit?: UnitFault;
  /** It has a meaning, but stands twice where it may stand once. */
  readonly twice?: true;
}

const SIMPLE: Readonly<Record<string, Type>> = {
  bool: BOOL,
  text: TEXT,
  number: NUMBER_TYPE,
  date: DATE,
  time: TIME,
  instant: INSTANT,
  // A duration is a quantity of time; its values come and go in seconds.
  duration: quantity(parseUnit('s') ?? NUMBER_TYPE.unit),
};

/** Names of types that are no units and no records. */
export const SIMPLE_TYPE_NAMES: readonly string[] = Object.keys(SIMPLE);

/** A name or a unit, a name in backticks, or a sign. */
const PARTS =
  /1(?:\/[\p{L}\p{N}]+)+(?:[*/][\p{L}\p{N}]+)*|[\p{L}_][\p{L}\p{M}\p{N}_]*(?:[*/][\p{L}\p{N}]+)*|`[^`\n\r]+`|\S/gu;

/** Most types are one word of these letters. */
const ONE_WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

const isName = (token: string): boolean => /^[\p{L}_`]/u.test(token) && token !== '`';
const bare = (token: string): string => token.replaceAll('`', '');

class TypeReader {
  private at = 0;
  private readonly tokens: readonly string[];
  private readonly record: (name: string) => Type | undefined;
  private depth = 0;

  constructor(text: string, record: (name: string) => Type | undefined) {
    this.tokens = ONE_WORD.test(text) ? [text] : (text.match(PARTS) ?? []);
    this.record = record;
  }

  readAll(): Type | TypeFault {
    const type = this.read();
    if ('name' in type && !('kind' in type)) return type;
    const rest = this.tokens[this.at];
    return rest === undefined ? type : { name: rest };
  }

  private take(expected: string): boolean {
    if (this.tokens[this.at] !== expected) return false;
    this.at++;
    return true;
  }

  private read(): Type | TypeFault {
    if (++this.depth > 50) return { name: '…' };
    const token = this.tokens[this.at++];
    let type: Type | TypeFault;
    if (token === undefined) type = { name: '' };
    else if (token === 'list' && this.take('of')) {
      const of = this.read();
      // The `?` after a list's element belongs to the element: it is read there.
      return isFault(of) ? of : listOf(of);
    } else if (token === 'oneof' && this.take('(')) type = this.readEnum();
    else if (token === '{') type = this.readRecord();
    else if (token === '(') type = this.readGroup();
    else type = this.readName(token);
    if (isFault(type)) return type;
    return this.take('?') ? optional(type) : type;
  }

  private readName(token: string): Type | TypeFault {
    if (Object.hasOwn(SIMPLE, token)) return SIMPLE[token] ?? { name: token };
    const unit = readUnit(token);
    if (!isUnitFault(unit)) return quantity(unit, usualResolution(unit.dimension));
    const record = this.record(bare(token));
    if (record !== undefined) return record;
    const like = unit.reason !== 'unknown' || unit.part !== token;
    return like ? { name: token, unit } : { name: token };
  }

  /** `(list of kg)?`: the `?` belongs to what is in the brackets. */
  private readGroup(): Type | TypeFault {
    const type = this.read();
    if (isFault(type) || this.take(')')) return type;
    return { name: this.tokens[this.at] ?? '' };
  }

  private readEnum(): Type | TypeFault {
    const values = new Set<string>();
    for (;;) {
      const value = this.tokens[this.at++];
      if (value === undefined || !isName(value)) return { name: value ?? '' };
      if (values.has(bare(value))) return { name: bare(value), twice: true };
      values.add(bare(value));
      if (this.take(')')) return { kind: 'enum', values: [...values] };
      if (!this.take(',')) return { name: this.tokens[this.at] ?? '' };
    }
  }

  private readRecord(): Type | TypeFault {
    const fields = new Map<string, Type>();
    for (;;) {
      const name = this.tokens[this.at++];
      if (name === undefined || !isName(name) || !this.take(':')) return { name: name ?? '' };
      const type = this.read();
      if (isFault(type)) return type;
      if (fields.has(bare(name))) return { name: bare(name), twice: true };
      fields.set(bare(name), type);
      if (this.take('}')) return { kind: 'record', name: undefined, fields };
      if (!this.take(',')) return { name: this.tokens[this.at] ?? '' };
    }
  }
}

/** Tells a fault from a type. */
export const isFault = (result: Type | TypeFault): result is TypeFault => !('kind' in result);

/**
 * Reads a type's text.
 * @param record finds a record type by its name
 */
export function parseTypeText(
  text: TypeText,
  record: (name: string) => Type | undefined = () => undefined,
): Type | TypeFault {
  return new TypeReader(text, record).readAll();
}
