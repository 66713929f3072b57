import { JsonLogicError } from './error.ts';

/** A rule as it was read: operators told from data, every part with its place. */
export type RuleNode = ValueNode | ListRule | RecordRule | OperationNode;

export interface ValueNode {
  readonly kind: 'value';
  readonly value: number | string | boolean | null;
  readonly path: string;
}
export interface ListRule {
  readonly kind: 'list';
  readonly items: readonly RuleNode[];
  readonly path: string;
}
/** An object of no key or several: data, in which JSON Logic runs nothing. */
export interface RecordRule {
  readonly kind: 'record';
  readonly fields: readonly (readonly [string, RuleNode])[];
  readonly path: string;
}
export interface OperationNode {
  readonly kind: 'operation';
  readonly operator: string;
  readonly args: readonly RuleNode[];
  readonly path: string;
}

/** Deeper or larger rules are refused, so that no input takes long. */
const MAX_DEPTH = 250;
const MAX_PARTS = 20_000;

/**
 * Reads a rule that came from anywhere.
 * @throws JsonLogicError for what is no JSON, is too deep or too large
 */
export function readRule(input: unknown): RuleNode {
  let parts = 0;
  return read(input, '', 0, true);

  function read(value: unknown, path: string, depth: number, runs: boolean): RuleNode {
    if (depth > MAX_DEPTH) throw new JsonLogicError('', 'it is nested too deeply', path);
    if (++parts > MAX_PARTS) throw new JsonLogicError('', 'it is too large', path);
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return { kind: 'value', value, path };
      case 'number':
        if (!Number.isFinite(value)) break;
        return { kind: 'value', value: value + 0, path };
      case 'object':
        if (value === null) return { kind: 'value', value, path };
        if (Array.isArray(value))
          return { kind: 'list', items: list(value, path, depth, runs), path };
        if (isPlain(value)) return object(value, path, depth, runs);
        break;
      default:
    }
    throw new JsonLogicError('', 'it holds something that is not JSON', path);
  }

  function list(items: readonly unknown[], path: string, depth: number, runs: boolean): RuleNode[] {
    if (items.length > MAX_PARTS) throw new JsonLogicError('', 'it is too large', path);
    // By index: a list with holes has no elements there, and holes are no JSON.
    return Array.from(items, (item, i) => read(item, `${path}/${i}`, depth + 1, runs));
  }

  function object(value: object, path: string, depth: number, runs: boolean): RuleNode {
    const entries = Object.entries(value);
    const [only] = entries;
    if (runs && entries.length === 1 && only !== undefined) {
      const [operator, written] = only;
      const inside = `${path}/${pointer(operator)}`;
      const args = Array.isArray(written) ? written : [written];
      return { kind: 'operation', operator, args: list(args, inside, depth + 1, runs), path };
    }
    const fields = entries.map(
      ([name, field]) => [name, read(field, `${path}/${pointer(name)}`, depth + 1, false)] as const,
    );
    return { kind: 'record', fields, path };
  }
}

const pointer = (key: string): string =>
  key.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 60);

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Does a rule use one of our operators? Then its data is as `jsonLogicData` makes it. */
export function usesOwn(node: RuleNode): boolean {
  switch (node.kind) {
    case 'value':
      return false;
    case 'list':
      return node.items.some(usesOwn);
    case 'record':
      return false;
    case 'operation':
      return node.operator.startsWith('qoida.') || readsClock(node) || node.args.some(usesOwn);
  }
}

/** `qoida.now` and `qoida.zone`, which compiled rules find in their data. */
function readsClock({ operator, args: [name] }: OperationNode): boolean {
  const path = operator === 'var' && name?.kind === 'value' ? name.value : undefined;
  return typeof path === 'string' && path.startsWith('qoida.');
}

/**
 * A rule that was compiled from the language asks first whether plain JSON Logic will do, and has
 * an exact branch for when it will not: that branch is the rule.
 */
export function exactBranch(node: RuleNode): RuleNode {
  if (node.kind !== 'operation' || node.operator !== 'if' || node.args.length !== 3) return node;
  const [guard, plain, exact] = node.args as [RuleNode, RuleNode, RuleNode];
  const asks = guard.kind === 'operation' && guard.operator === 'and' && !usesOwn(guard);
  return asks && !usesOwn(plain) && usesOwn(exact) ? exact : node;
}
