import type { Binding, Typing } from '../check/context.ts';
import type { WholeExpr } from '../check/expressions.ts';
import type { Block, Expr, PathNode } from '../language/ast.ts';
import { expressionsOf } from '../language/expressions-of.ts';
import { walk } from '../language/visit.ts';
import type { Span } from '../source/text.ts';
import { present, type RecordType, type Type } from '../types/type.ts';
import { type Named, namedIn } from './named.ts';
import { covers, type Workspace } from './workspace.ts';

/** A place that names something of the program. */
export interface Mention {
  /** Two mentions with one key name the same. */
  readonly key: string;
  readonly span: Span;
  readonly declares: boolean;
}

const localKey = (file: string, { start }: Span): string => `local ${file} ${start}`;
const ownedKey = (thing: 'field' | 'state' | 'move', owner: string, name: string): string =>
  `${thing} ${owner}.${name}`;
/** As `check/parts.ts` names the units of parts. */
const partKey = (unit: string): string => `part ${unit}`;

/** What the blocks of a file name, or the one at an offset. */
export function mentionsIn(workspace: Workspace, file: string, offset?: number): Mention[] {
  const here = (span: Span) => offset === undefined || covers(span, offset);
  const blocks = workspace.file(file)?.file.blocks.filter(({ span }) => here(span)) ?? [];
  const found = blocks.flatMap((block) => [
    ...namedIn(block).flatMap((named) => mentionsOf(named, file)),
    ...callsIn(block),
    ...givenIn(workspace, block),
    ...columnsIn(workspace, block),
  ]);
  const walker = new Walker(workspace, file);
  for (const block of blocks) {
    for (const whole of workspace.expressions(file, block.span.start))
      if (covers(block.span, whole.expr.span.start)) walker.walk(whole, block);
  }
  return [...found, ...walker.found];
}

function mentionsOf(named: Named, file: string): Mention[] {
  const { thing, name, owner = '', span, declares } = named;
  switch (thing) {
    case 'callable':
      return [{ key: `call ${name}`, span, declares }];
    case 'entity':
    case 'record':
      return [{ key: `record ${name}`, span, declares }];
    case 'type':
      return recordsInType(name, span);
    case 'point':
    case 'event':
    case 'action':
    case 'operation':
      return mentionsInPath(named.path);
    case 'local':
      return [{ key: localKey(file, span), span, declares }];
    case 'part':
      return [{ key: partKey(`\`${owner}\`.${name}`), span, declares }];
    case 'field':
    case 'state':
    case 'move':
      return [{ key: ownedKey(thing, owner, name), span, declares }];
    default:
      return [{ key: `${thing} ${name}`, span, declares }];
  }
}

/** The records a type names; the values of an enum are none. */
function recordsInType(text: string, { start }: Span): Mention[] {
  const plain = text.replace(/\([^()]*\)/g, (values) => ' '.repeat(values.length));
  return [...plain.matchAll(/[\p{L}_][\p{L}\p{N}_ʻʼ]*/gu)].map(({ 0: name, index }) => ({
    key: `record ${name}`,
    span: { start: start + index, end: start + index + name.length },
    declares: false,
  }));
}

/** `visitor.enter`: an entity and one of its moves. */
function mentionsInPath(path: PathNode | undefined): Mention[] {
  const [owner, operation, ...rest] = path?.parts ?? [];
  if (owner === undefined || operation === undefined || rest.length > 0) return [];
  return [
    { key: `record ${owner.name}`, span: owner.span, declares: false },
    { key: ownedKey('move', owner.name, operation.name), span: operation.span, declares: false },
  ];
}

function callsIn(block: Block): Mention[] {
  const found: Mention[] = [];
  for (const expr of expressionsOf(block))
    walk(expr, (part) => {
      if (part.kind === 'call')
        found.push({ key: `call ${part.name}`, span: part.nameSpan, declares: false });
    });
  return found;
}

/** `given visitor.badge = …`. */
function givenIn(workspace: Workspace, block: Block): Mention[] {
  if (block.kind !== 'test') return [];
  const roots = workspace.program.tests.find((test) => test.block === block)?.roots;
  return block.clauses.flatMap((clause): Mention[] => {
    if (clause.kind !== 'given') return [];
    const [first, ...rest] = clause.path.parts;
    if (first === undefined) return [];
    const found = [{ key: `record ${first.name}`, span: first.span, declares: false }];
    let type = roots?.get(first.name) ?? workspace.index.record(first.name);
    for (const { name, span } of rest) {
      const record = type && present(type);
      if (record?.kind !== 'record' || record.name === undefined) break;
      found.push({ key: ownedKey('field', record.name, name), span, declares: false });
      type = record.fields.get(name);
    }
    return found;
  });
}

/** The columns of the lists of a screen. */
function columnsIn(workspace: Workspace, block: Block): Mention[] {
  const lists = workspace.program.screens.find((screen) => screen.block === block)?.lists ?? [];
  return lists.flatMap(({ clause, element }): Mention[] => {
    const owner = element.kind === 'record' ? element.name : undefined;
    if (owner === undefined) return [];
    const names = [...clause.columns, ...(clause.sort === undefined ? [] : [clause.sort.by])];
    return names.map(({ name, span }) => ({
      key: ownedKey('field', owner, name),
      span,
      declares: false,
    }));
  });
}

/** What expressions name, by what checking found out about them. */
class Walker {
  readonly found: Mention[] = [];
  readonly #workspace: Workspace;
  readonly #file: string;
  readonly #enums = new Map<Expr, Type>();
  /** Whose data an event or the input of an operation is. */
  readonly #owners = new Map<Type, string>();

  constructor(workspace: Workspace, file: string) {
    this.#workspace = workspace;
    this.#file = file;
    const { index, program } = workspace;
    for (const { block } of program.entities) {
      const { name } = block.name;
      for (const event of index.names('event')) {
        const type = event.startsWith(`${name}.`) ? index.event(event) : undefined;
        if (type !== undefined) this.#owners.set(type, name);
      }
    }
  }

  walk({ expr, typing, expected }: WholeExpr, block: Block): void {
    if (expected !== undefined) this.#expect(expr, expected);
    const locals = new Map(
      namedIn(block).flatMap(({ thing, name, span }) =>
        thing === 'local' ? [[name, span] as const] : [],
      ),
    );
    const loops = new Map<number, Span>();
    walk(expr, (part) => {
      const slot = part.kind === 'aggregate' ? typing.loops.get(part) : undefined;
      if (part.kind !== 'aggregate' || slot === undefined) return;
      loops.set(slot, part.variable.span);
      this.#add(localKey(this.#file, part.variable.span), part.variable.span, true);
    });
    walk(expr, (part) => this.#visit(part, typing, locals, loops));
  }

  #visit(
    part: Expr,
    typing: Typing,
    locals: ReadonlyMap<string, Span>,
    loops: ReadonlyMap<number, Span>,
  ): void {
    switch (part.kind) {
      case 'compare':
        this.#alike(part.operands, typing);
        return;
      case 'in':
        this.#alike([part.left, part.right], typing);
        return;
      case 'name': {
        const binding = typing.names.get(part);
        const key = binding && this.#keyOf(binding, this.#enums.get(part), locals, loops);
        if (key !== undefined) this.#add(key, part.span);
        return;
      }
      case 'field': {
        const callee = part.target.kind === 'call' ? typing.calls.get(part.target) : undefined;
        const unit =
          callee?.kind === 'formula' ? callee.signature.parts?.get(part.name) : undefined;
        if (unit !== undefined) this.#add(partKey(unit), part.nameSpan);
        else this.#field(typing.types.get(part.target), part.name, part.nameSpan);
        return;
      }
      case 'record':
        for (const { name, nameSpan } of part.fields)
          this.#field(typing.types.get(part), name, nameSpan);
        return;
    }
  }

  #keyOf(
    binding: Binding,
    type: Type | undefined,
    locals: ReadonlyMap<string, Span>,
    loops: ReadonlyMap<number, Span>,
  ): string | undefined {
    if (binding.kind === 'part') return partKey(binding.unit);
    if (binding.kind === 'member') {
      const owner = this.#ownerOf(binding.of.type);
      return owner && ownedKey('field', owner, binding.name);
    }
    if (binding.kind === 'enum') {
      const owner = type && this.#entityWithStates(present(type));
      return owner && ownedKey('state', owner, binding.value);
    }
    const loop = binding.kind === 'local' ? loops.get(binding.slot) : undefined;
    const local = loop ?? (binding.kind === 'local' ? locals.get(binding.name) : undefined);
    if (local !== undefined) return localKey(this.#file, local);
    const record = present(binding.type);
    const isRecord = record.kind === 'record' && record.name === binding.name;
    return isRecord ? `record ${binding.name}` : undefined;
  }

  /** The values of an enum among expressions are of the enum that one of these is. */
  #alike(parts: readonly Expr[], typing: Typing): void {
    for (const part of parts) {
      const own = part.kind === 'name' && typing.names.get(part)?.kind === 'enum';
      const type = own ? undefined : typing.types.get(part);
      if (type !== undefined && present(type).kind === 'enum')
        for (const other of parts) this.#expect(other, type);
    }
  }

  /** Notes which enum the names in an expression would be values of. */
  #expect(expr: Expr, expected: Type): void {
    const type = present(expected);
    if (expr.kind === 'paren') this.#expect(expr.inner, type);
    else if (expr.kind === 'if')
      for (const branch of [expr.then, expr.otherwise]) this.#expect(branch, type);
    else if (expr.kind === 'list')
      for (const item of expr.items) this.#expect(item, type.kind === 'list' ? type.of : type);
    else if (expr.kind === 'record' && type.kind === 'record')
      for (const { name, value } of expr.fields) {
        const field = type.fields.get(name);
        if (field !== undefined) this.#expect(value, field);
      }
    else if (expr.kind === 'name' && type.kind === 'enum') this.#enums.set(expr, type);
  }

  #entityWithStates(type: Type): string | undefined {
    if (type.kind !== 'enum') return undefined;
    const { program } = this.#workspace;
    return program.entities.find(
      ({ states }) =>
        states.length === type.values.length &&
        states.every(({ name }, i) => name === type.values[i]),
    )?.block.name.name;
  }

  #ownerOf(type: Type): string | undefined {
    const record = present(type);
    return this.#owners.get(record) ?? (record as Partial<RecordType>).name?.split('.')[0];
  }

  #field(target: Type | undefined, name: string, span: Span): void {
    const owner = target && this.#ownerOf(target);
    if (owner !== undefined) this.#add(ownedKey('field', owner, name), span);
  }

  #add(key: string, span: Span, declares = false): void {
    this.found.push({ key, span, declares });
  }
}
