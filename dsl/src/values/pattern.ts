/**
 * Patterns of `matches`: a small language that is always judged in linear time. A pattern means
 * the whole text, by code points.
 *
 *     alternatives = sequence { "|" sequence }
 *     sequence     = { atom [ "*" | "+" | "?" | "{n}" | "{n,}" | "{n,m}" ] }
 *     atom         = character | "." | class | "(" alternatives ")"
 *     class        = "[" [ "^" ] ( character [ "-" character ] | \d | \w | \s ) … "]" | \d | \w | \s
 */
export type Pattern =
  | { readonly kind: 'class'; readonly ranges: readonly Range[] }
  | { readonly kind: 'sequence' | 'alternatives'; readonly parts: readonly Pattern[] }
  /** From `least` to `most` times; without end when `most` is undefined. */
  | {
      readonly kind: 'repeat';
      readonly of: Pattern;
      readonly least: number;
      readonly most: number | undefined;
    };

/** Code points from the first to the second, both included. */
export type Range = readonly [number, number];

export interface PatternFault {
  /** What cannot be read, in words. */
  readonly reason: string;
}

const LAST = 0x10ffff;
const LONGEST = 500;
const DEEPEST = 30;
const MOST_TIMES = 255;
/** Repetitions are written out, so a pattern's size is what it expands to. */
export const MOST_STATES = 1_000;

const code = (c: string): number => c.codePointAt(0) ?? 0;
const span = (from: string, to: string): Range => [code(from), code(to)];
const one = (c: string): Range => [code(c), code(c)];

const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  d: [span('0', '9')],
  w: [span('0', '9'), span('A', 'Z'), one('_'), span('a', 'z')],
  s: [span('\t', '\r'), one(' ')],
};

/** Ranges in order, none touching another. */
function tidy(ranges: readonly Range[]): Range[] {
  const made: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = made[made.length - 1];
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else made.push([from, to]);
  }
  return made;
}

/** All code points that are in none of the ranges. */
function others(ranges: readonly Range[]): Range[] {
  const made: Range[] = [];
  let from = 0;
  for (const [start, end] of tidy(ranges)) {
    if (start > from) made.push([from, start - 1]);
    from = end + 1;
  }
  if (from <= LAST) made.push([from, LAST]);
  return made;
}

class Unreadable extends Error {}

function refuse(reason: string): never {
  throw new Unreadable(reason);
}

class PatternReader {
  private at = 0;
  private depth = 0;
  private readonly chars: readonly string[];

  constructor(text: string) {
    this.chars = Array.from(text);
  }

  readAll(): Pattern {
    if (this.chars.length > LONGEST) refuse(`it is longer than ${LONGEST} characters`);
    const pattern = this.alternatives();
    if (this.at < this.chars.length) refuse('a `)` has no `(` before it');
    if (statesOf(pattern) > MOST_STATES) refuse(`it expands to more than ${MOST_STATES} states`);
    return pattern;
  }

  private take(expected: string): boolean {
    if (this.chars[this.at] !== expected) return false;
    this.at++;
    return true;
  }

  private next(instead: string): string {
    return this.chars[this.at++] ?? refuse(instead);
  }

  private alternatives(): Pattern {
    if (++this.depth > DEEPEST) refuse(`its brackets are nested more than ${DEEPEST} deep`);
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    this.depth--;
    return parts.length === 1 ? (parts[0] as Pattern) : { kind: 'alternatives', parts };
  }

  private sequence(): Pattern {
    const parts: Pattern[] = [];
    for (;;) {
      const char = this.chars[this.at];
      if (char === undefined || char === '|' || char === ')') break;
      parts.push(this.repeated(this.atom()));
    }
    return parts.length === 1 ? (parts[0] as Pattern) : { kind: 'sequence', parts };
  }

  private atom(): Pattern {
    const char = this.next('an end');
    switch (char) {
      case '.':
        return { kind: 'class', ranges: [[0, LAST]] };
      case '(': {
        if (this.chars[this.at] === '?') refuse('`(?` has no meaning here');
        const inner = this.alternatives();
        if (!this.take(')')) refuse('a `(` is not closed');
        return inner;
      }
      case '[':
        return this.set();
      case '\\':
        return { kind: 'class', ranges: this.escaped() };
      case '^':
      case '$':
        return refuse(`\`${char}\` is not needed: a pattern means the whole text`);
      case '*':
      case '+':
      case '?':
      case '{':
        return refuse(`\`${char}\` has nothing before it to repeat`);
      case ']':
      case '}':
        return refuse(`a \`${char}\` that stands for itself is written \`\\${char}\``);
      default:
        return { kind: 'class', ranges: [one(char)] };
    }
  }

  /** What a `\` begins: a class, or a sign that stands for itself. */
  private escaped(): readonly Range[] {
    const char = this.next('a `\\` stands at the end');
    if (Object.hasOwn(CLASSES, char)) return CLASSES[char] ?? [];
    if (/[\p{L}\p{N}]/u.test(char)) refuse(`\`\\${char}\` has no meaning here`);
    return [one(char)];
  }

  private set(): Pattern {
    const negated = this.take('^');
    const ranges: Range[] = [];
    do {
      const from = this.member();
      const [first] = from;
      const single = from.length === 1 && first !== undefined && first[0] === first[1];
      const next = this.chars[this.at + 1];
      if (this.chars[this.at] !== '-' || next === undefined || next === ']') {
        ranges.push(...from);
        continue;
      }
      this.at++;
      const [last, ...more] = this.member();
      if (!single || last === undefined || more.length > 0 || last[0] !== last[1])
        refuse('a range goes from one character to another');
      if (last[0] < first[0]) refuse('a range goes from the lower character to the higher one');
      ranges.push([first[0], last[0]]);
    } while (!this.take(']'));
    const kept = negated ? others(ranges) : tidy(ranges);
    return kept.length === 0
      ? refuse('a class leaves no character')
      : { kind: 'class', ranges: kept };
  }

  private member(): readonly Range[] {
    const char = this.next('a `[` is not closed');
    if (char === ']') refuse('a `[` has nothing in it');
    if (char === '[') refuse('a `[` in a class is written `\\[`');
    return char === '\\' ? this.escaped() : [one(char)];
  }

  private repeated(of: Pattern): Pattern {
    const times = this.times();
    if (times === undefined) return of;
    const again = this.chars[this.at];
    if (again === '*' || again === '+' || again === '?' || again === '{')
      refuse('one repetition directly after another has no meaning here');
    return { kind: 'repeat', of, ...times };
  }

  private times(): { readonly least: number; readonly most: number | undefined } | undefined {
    if (this.take('*')) return { least: 0, most: undefined };
    if (this.take('+')) return { least: 1, most: undefined };
    if (this.take('?')) return { least: 0, most: 1 };
    if (!this.take('{')) return undefined;
    const end = this.chars.indexOf('}', this.at);
    const written = this.chars.slice(this.at, end < 0 ? undefined : end).join('');
    const match = /^(\d{1,3})(,(\d{1,3})?)?$/.exec(written);
    if (end < 0 || match === null) return refuse('a repetition is `{n}`, `{n,}` or `{n,m}`');
    this.at = end + 1;
    const least = Number(match[1]);
    const open = match[2] !== undefined && match[3] === undefined;
    const most = open ? undefined : Number(match[3] ?? match[1]);
    if (least > MOST_TIMES || (most ?? 0) > MOST_TIMES) refuse(`more than ${MOST_TIMES} times`);
    if (most !== undefined && most < least)
      refuse('`{n,m}` goes from the lower number to the higher');
    return { least, most };
  }
}

/** How many states a pattern expands to: a bound on the time each character takes. */
function statesOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'class':
      return 1;
    case 'repeat':
      return (statesOf(pattern.of) + 1) * Math.max(1, pattern.most ?? pattern.least + 1);
    default:
      return pattern.parts.reduce((count, part) => count + statesOf(part) + 1, 0);
  }
}

/** Reads a pattern; never throws. */
export function parsePattern(text: string): Pattern | PatternFault {
  try {
    return new PatternReader(text).readAll();
  } catch (fault) {
    if (fault instanceof Unreadable) return { reason: fault.message };
    throw fault;
  }
}

export const isPatternFault = (read: Pattern | PatternFault): read is PatternFault =>
  'reason' in read;

/**
 * The pattern as a regular expression of PostgreSQL (ARE) that means the same: for `~` on a text,
 * as a parameter. Every sign is escaped and classes are written out, so that no setting of the
 * database (newline sensitivity, locale) changes its meaning.
 */
export function patternToPostgres(pattern: Pattern): string {
  return `^(?:${print(pattern)})$`;
}

function print(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'class':
      return printClass(pattern.ranges);
    case 'sequence':
      return pattern.parts.map((part) => group(part)).join('');
    case 'alternatives':
      return pattern.parts.map((part) => group(part)).join('|');
    case 'repeat':
      return `${group(pattern.of)}${printTimes(pattern.least, pattern.most)}`;
  }
}

const group = (pattern: Pattern): string =>
  pattern.kind === 'class' ? printClass(pattern.ranges) : `(?:${print(pattern)})`;

function printTimes(least: number, most: number | undefined): string {
  if (most === undefined) return least === 0 ? '*' : `{${least},}`;
  return `{${least},${most}}`;
}

/** `\uHHHH` and `\UHHHHHHHH` stand for a code point, in brackets too. */
const point = (value: number): string => {
  if (/^[0-9A-Za-z]$/.test(String.fromCodePoint(value))) return String.fromCodePoint(value);
  const hex = value.toString(16).toUpperCase();
  return value > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
};

function printClass(ranges: readonly Range[]): string {
  const [first, ...more] = ranges;
  if (first?.[0] === 0 && first[1] === LAST) return '.';
  if (first !== undefined && more.length === 0 && first[0] === first[1]) return point(first[0]);
  // A database text holds no U+0000, and a regular expression may not name it.
  const parts = ranges.map(([from, to]) => `${point(Math.max(1, from))}-${point(to)}`);
  return `[${parts.join('')}]`;
}
