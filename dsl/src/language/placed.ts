import type { Span } from '../source/text.ts';
import type {
  BinaryNode,
  BinaryOp,
  CallNode,
  CompareNode,
  CompareOp,
  Expr,
  FieldNode,
  NameNode,
  NumberNode,
  ParenNode,
  PresenceNode,
  RecordNode,
} from './ast.ts';

/**
 * The nodes that most of a tree is made of. They know where they were read from by numbers, and
 * make a span when somebody asks: spans of their own would be every second object of a tree, and
 * collecting what is dead takes as long as there are objects that live.
 */
export interface Placed {
  start: number;
  end: number;
}

/** The members of nodes that are offsets in the text. */
export const OFFSETS: ReadonlySet<string> = new Set([
  'start',
  'end',
  'nameStart',
  'nameEnd',
  'opStart',
  'opEnd',
]);

type Spanned = { readonly span: Span } & Partial<Placed>;

/** Where a node begins, without making its span where it has none yet. */
export const startOf = (node: Spanned): number => node.start ?? node.span.start;
export const endOf = (node: Spanned): number => node.end ?? node.span.end;

export class PlacedName implements NameNode, Placed {
  readonly kind = 'name';
  readonly name: string;
  readonly quoted: boolean;
  start: number;
  end: number;

  constructor(name: string, quoted: boolean, start: number, end: number) {
    this.name = name;
    this.quoted = quoted;
    this.start = start;
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

/** The unit behind a number. */
export class PlacedUnit implements Placed {
  readonly text: string;
  start: number;
  end: number;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.start = start;
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

export class PlacedNumber implements NumberNode, Placed {
  readonly kind = 'number';
  readonly value: number;
  readonly unit: PlacedUnit | undefined;
  start: number;
  end: number;

  constructor(value: number, unit: PlacedUnit | undefined, start: number, end: number) {
    this.value = value;
    this.unit = unit;
    this.start = start;
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

export class PlacedField implements FieldNode, Placed {
  readonly kind = 'field';
  readonly target: Expr;
  readonly name: string;
  start: number;
  nameStart: number;
  end: number;

  /** @param start of the target; the name is the end of the node */
  constructor(target: Expr, name: string, start: number, nameStart: number, end: number) {
    this.target = target;
    this.name = name;
    this.start = start;
    this.nameStart = nameStart;
    this.end = end;
  }

  get nameSpan(): Span {
    return { start: this.nameStart, end: this.end };
  }
  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

export class PlacedCall implements CallNode, Placed {
  readonly kind = 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  start: number;
  nameEnd: number;
  end: number;

  /** @param start of the name, which is the beginning of the node */
  constructor(name: string, args: readonly Expr[], start: number, nameEnd: number, end: number) {
    this.name = name;
    this.args = args;
    this.start = start;
    this.nameEnd = nameEnd;
    this.end = end;
  }

  get nameSpan(): Span {
    return { start: this.start, end: this.nameEnd };
  }
  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

export class PlacedBinary implements BinaryNode, Placed {
  readonly kind = 'binary';
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
  start: number;
  opStart: number;
  opEnd: number;
  end: number;

  constructor(op: BinaryOp, left: Expr, right: Expr, opStart: number, opEnd: number) {
    this.op = op;
    this.left = left;
    this.right = right;
    this.start = startOf(left);
    this.opStart = opStart;
    this.opEnd = opEnd;
    this.end = endOf(right);
  }

  get opSpan(): Span {
    return { start: this.opStart, end: this.opEnd };
  }
  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

export class PlacedCompare implements CompareNode, Placed {
  readonly kind = 'compare';
  readonly operands: readonly Expr[];
  readonly ops: readonly CompareOp[];
  start: number;
  end: number;

  constructor(operands: readonly Expr[], ops: readonly CompareOp[], start: number, end: number) {
    this.operands = operands;
    this.ops = ops;
    this.start = start;
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

export class PlacedPresence implements PresenceNode, Placed {
  readonly kind = 'presence';
  readonly operand: Expr;
  readonly test: PresenceNode['test'];
  readonly negated: boolean;
  start: number;
  end: number;

  constructor(operand: Expr, test: PresenceNode['test'], negated: boolean, end: number) {
    this.operand = operand;
    this.test = test;
    this.negated = negated;
    this.start = startOf(operand);
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

export class PlacedParen implements ParenNode, Placed {
  readonly kind = 'paren';
  readonly inner: Expr;
  start: number;
  end: number;

  constructor(inner: Expr, start: number, end: number) {
    this.inner = inner;
    this.start = start;
    this.end = end;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

/** A field of a record as it is written: `name: value`. */
export class PlacedEntry {
  readonly name: string;
  readonly value: RecordNode['fields'][number]['value'];
  nameStart: number;
  nameEnd: number;

  constructor(name: string, value: Expr, nameStart: number, nameEnd: number) {
    this.name = name;
    this.value = value;
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
  }

  get nameSpan(): Span {
    return { start: this.nameStart, end: this.nameEnd };
  }
}
