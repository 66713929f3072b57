import type { Expr, GrainNode, NameNode, PathNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../../source/limits.ts';
import { didYouMean } from '../../source/suggest.ts';
import {
  calledName,
  mayBeMissing,
  present,
  type RecordType,
  type Type,
  typeWords,
} from '../../types/type.ts';
import type { LocalBinding, World } from '../context.ts';
import { recordNamed } from './records.ts';

/** How a further record of a row is found from one before it. */
export interface GrainWay {
  /** The place of the record it starts from. */
  readonly from: number;
  readonly path: readonly string[];
  /** The path ends in a list: a row for each of its elements. */
  readonly list: boolean;
  /** Something on the path may be missing: then there is no row. */
  readonly optional: boolean;
}
/** A record of a KPI's rows; the first has no way, its rows are all records of its kind. */
export interface CheckedGrain {
  readonly name: string;
  readonly type: RecordType;
  readonly way: GrainWay | undefined;
}

/** Checks `per …`. Undefined when a record can't be found. */
export function checkGrain(
  nodes: readonly GrainNode[],
  world: World,
  reporter: Reporter,
): readonly CheckedGrain[] | undefined {
  const grain: CheckedGrain[] = [];
  const surplus = nodes[LIMITS.records];
  if (surplus !== undefined) {
    reportTooMany('records', surplus.name.span, reporter);
    return undefined;
  }
  for (const [i, node] of nodes.entries()) {
    const { name, span } = node.name;
    if (name === 'settings' || grain.some((known) => known.name === name)) {
      reporter.report('duplicateName', span, { name });
      return undefined;
    }
    const found =
      i === 0 ? firstGrain(node, world, reporter) : nextGrain(node, grain, world, reporter);
    if (found === undefined) return undefined;
    grain.push(found);
  }
  return grain;
}

/** The records as names: each is a parameter. */
export const grainBindings = (grain: readonly CheckedGrain[]): readonly LocalBinding[] =>
  grain.map(({ name, type }, slot) => ({ kind: 'local', name, slot, type }));

function firstGrain(
  { name, source }: GrainNode,
  world: World,
  reporter: Reporter,
): CheckedGrain | undefined {
  if (source !== undefined) {
    reporter.report('grainFirst', source.span);
    return undefined;
  }
  const type = recordNamed(name, world, reporter);
  return type && { name: name.name, type, way: undefined };
}

function nextGrain(
  { name, source }: GrainNode,
  grain: readonly CheckedGrain[],
  world: World,
  reporter: Reporter,
): CheckedGrain | undefined {
  return source === undefined
    ? grainByType(name, grain, world, reporter)
    : grainByPath(name, source, grain, reporter);
}

/** The type of the records a field holds, whether one or a list of them. */
function heldBy(type: Type): { readonly of: Type; readonly list: boolean } {
  const plain = present(type);
  return plain.kind === 'list' ? { of: present(plain.of), list: true } : { of: plain, list: false };
}

function grainByType(
  name: NameNode,
  grain: readonly CheckedGrain[],
  world: World,
  reporter: Reporter,
): CheckedGrain | undefined {
  const type = recordNamed(name, world, reporter);
  if (type === undefined) return undefined;
  const ways = grain.flatMap((earlier, from) =>
    [...earlier.type.fields].flatMap(([field, fieldType]): GrainWay | readonly [] => {
      const { of, list } = heldBy(fieldType);
      if (of.kind !== 'record' || of.name !== name.name) return [];
      return { from, path: [field], list, optional: mayBeMissing(fieldType) };
    }),
  );
  const [found, second] = ways;
  if (found === undefined || second !== undefined) {
    const records = grain.map((earlier) => `\`${earlier.name}\``).join(', ');
    const { from, path } = found ?? { from: 0, path: [`${name.name}s`] };
    reporter.report('grainWay', name.span, {
      count: found === undefined ? 'no field' : 'more than one field',
      records,
      name: name.name,
      example: `${grain[from]?.name}.${path.join('.')}`,
    });
    return undefined;
  }
  if (found.optional)
    reporter.report('rowMissing', name.span, {
      text: `${grain[found.from]?.name}.${found.path.join('.')}`,
    });
  return { name: name.name, type, way: found };
}

function grainByPath(
  name: NameNode,
  source: PathNode,
  grain: readonly CheckedGrain[],
  reporter: Reporter,
): CheckedGrain | undefined {
  const start = startOf(source, grain, reporter);
  if (start === undefined) return undefined;
  let type: Type = start.type;
  let optional = false;
  for (const part of start.rest) {
    const target = present(type);
    const field = target.kind === 'record' ? target.fields.get(part.name) : undefined;
    if (target.kind !== 'record') {
      reporter.report('notARecord', part.span, { actual: typeWords(target) });
      return undefined;
    }
    if (field === undefined) {
      const words = { record: calledName(target) ?? source.text, name: part.name };
      const fix = didYouMean(part.name, target.fields.keys(), part.span);
      reporter.report('unknownField', part.span, words, fix);
      return undefined;
    }
    optional ||= mayBeMissing(field);
    type = field;
  }
  const { of, list } = heldBy(type);
  if (of.kind !== 'record') {
    const words = { expected: 'a record or a list of records', actual: typeWords(present(type)) };
    reporter.report('wrongType', source.span, words);
    return undefined;
  }
  if (optional) reporter.report('rowMissing', source.span, { text: source.text });
  const path = start.rest.map((part) => part.name);
  return { name: name.name, type: of, way: { from: start.from, path, list, optional } };
}

/** Where a path begins: at an earlier record, or at the one of them that has the field. */
function startOf(
  source: PathNode,
  grain: readonly CheckedGrain[],
  reporter: Reporter,
): { from: number; type: Type; rest: readonly NameNode[] } | undefined {
  const [first, ...rest] = source.parts as [NameNode, ...NameNode[]];
  const named = grain.findIndex((earlier) => earlier.name === first.name);
  if (named >= 0 && rest.length > 0)
    return { from: named, type: (grain[named] as CheckedGrain).type, rest };
  const owners = grain.flatMap((earlier, from) =>
    earlier.type.fields.has(first.name) ? [{ from, type: earlier.type, rest: source.parts }] : [],
  );
  const [owner, second] = owners;
  if (owner !== undefined && second === undefined) return owner;
  if (owner === undefined) {
    const known = grain.flatMap(({ name, type }) => [name, ...type.fields.keys()]);
    const fix = didYouMean(first.name, known, first.span);
    reporter.report('unknownName', first.span, { name: first.name }, fix);
    return undefined;
  }
  const names = owners.map(({ from }) => (grain[from] as CheckedGrain).name);
  reporter.report('ambiguousName', first.span, {
    name: first.name,
    records: names.map((name) => `\`${name}\``).join(' and '),
    example: `${names[0]}.${first.name}`,
  });
  return undefined;
}

/** A path as the expression it stands for. */
export function pathExpr({ parts }: PathNode): Expr {
  const [first, ...rest] = parts as [NameNode, ...NameNode[]];
  return rest.reduce<Expr>(
    (target, { name, span: nameSpan }) => ({
      kind: 'field',
      target,
      name,
      nameSpan,
      span: { start: target.span.start, end: nameSpan.end },
    }),
    first,
  );
}
