import type {
  ActionGroups,
  Block,
  NameNode,
  PathNode,
  ScreenBlock,
  TriggerNode,
  TypeNode,
  VoteNode,
} from '../language/ast.ts';
import type { Span } from '../source/text.ts';

/** Things that blocks name outside of expressions. */
export type NamedThing =
  | 'callable'
  | 'gate'
  | 'approval'
  | 'automation'
  | 'schedule'
  | 'alert'
  | 'entity'
  | 'screen'
  | 'point'
  | 'event'
  | 'action'
  | 'operation'
  | 'record'
  | 'role'
  | 'channel'
  | 'type'
  /** A parameter, an alias, a record of a KPI: known in its block alone. */
  | 'local'
  /** A step of a KPI or a term of a balance. */
  | 'part'
  | 'field'
  | 'state'
  | 'move';

export interface Named {
  readonly thing: NamedThing;
  readonly name: string;
  /** Whose field, state or move it is. */
  readonly owner?: string;
  /** Where it is a dotted name. */
  readonly path?: PathNode;
  readonly span: Span;
  readonly declares: boolean;
}

/** What a block declares and names, its expressions aside. */
export function namedIn(block: Block): readonly Named[] {
  const found: Named[] = [];
  const add = (thing: NamedThing, node: NameNode | PathNode, owner?: string, declares = false) => {
    const name = node.kind === 'path' ? node.text : node.name;
    const path = node.kind === 'path' ? { path: node } : {};
    const whose = owner === undefined ? {} : { owner };
    found.push({ thing, name, span: node.span, declares, ...path, ...whose });
  };
  const declare = (thing: NamedThing, node: NameNode, owner?: string) =>
    add(thing, node, owner, true);
  const all = (thing: NamedThing, nodes: readonly NameNode[], owner?: string) => {
    for (const node of nodes) add(thing, node, owner);
  };
  const type = (node: TypeNode | undefined) => {
    if (node !== undefined)
      found.push({ thing: 'type', name: node.text, span: node.span, declares: false });
  };
  const fields = (path: PathNode, record: { fields: readonly FieldName[] } | undefined) => {
    const owner = path.parts[0]?.name;
    for (const { name, nameSpan: span } of record?.fields ?? [])
      found.push({ thing: 'field', name, span, declares: false, ...(owner && { owner }) });
  };
  const actions = (groups: ActionGroups) => {
    for (const { path, args } of groups.flat()) {
      add('action', path);
      fields(path, { fields: args });
    }
  };
  const votes = (node: VoteNode): void => {
    if (node.kind === 'role') add('role', node.name);
    else if (node.kind === 'some') all('role', node.roles);
    else node.parts.forEach(votes);
  };
  const events = (trigger: TriggerNode) => {
    const refs =
      trigger.kind === 'sequence'
        ? [trigger.first, trigger.second]
        : 'event' in trigger
          ? [trigger.event]
          : [];
    for (const { path, alias } of refs) {
      add('event', path);
      if (alias !== undefined) declare('local', alias);
    }
  };

  switch (block.kind) {
    case 'language':
    case 'module':
    case 'requires':
      return [];
    case 'formula':
      declare('callable', block.name);
      for (const param of block.params) {
        declare('local', param.name);
        type(param.type);
      }
      type(block.type);
      return found;
    case 'kpi':
      declare('callable', block.name);
      for (const { name, source } of block.grain) {
        if (source === undefined) add('record', name);
        else declare('local', name);
      }
      break;
    case 'balance':
      declare('callable', block.name);
      add('record', block.record);
      break;
    case 'screen':
      declare('screen', block.name);
      all('role', block.roles);
      break;
    case 'test':
      break;
    default:
      declare(block.kind, block.name);
  }

  const own = block.kind === 'test' ? '' : block.name.name;
  const source = block.kind === 'screen' ? sourceOf(block) : undefined;
  for (const clause of block.clauses) {
    switch (clause.kind) {
      case 'on':
        for (const { path } of clause.points) add('point', path);
        break;
      case 'when':
        add('point', clause.point);
        break;
      case 'of':
        add('record', clause.record);
        break;
      case 'steps':
        for (const stage of clause.stages) votes(stage.votes);
        break;
      case 'release':
      case 'own':
      case 'decision':
      case 'read':
      case 'write':
        all('role', clause.roles);
        break;
      case 'notify':
        all('role', clause.roles);
        all('channel', clause.channels);
        break;
      case 'outcome':
      case 'do':
      case 'failure':
        actions(clause.actions);
        break;
      case 'trigger':
        events(clause.trigger);
        break;
      case 'let':
      case 'result':
        declare('part', clause.name, own);
        type(clause.type);
        break;
      case 'term':
        declare('part', clause.name, own);
        break;
      case 'field':
        declare('field', clause.name, own);
        type(clause.type);
        break;
      case 'states':
        for (const name of clause.names) declare('state', name, own);
        break;
      case 'move':
        declare('move', clause.name, own);
        all('state', [...clause.from, clause.to], own);
        all('role', clause.roles);
        break;
      case 'label':
        for (const thing of ['field', 'state', 'move'] as const) add(thing, clause.name, own);
        break;
      case 'key':
        all('field', clause.names, own);
        break;
      case 'record':
        add('record', clause.path);
        break;
      case 'operation':
      case 'button':
        add('operation', clause.path);
        break;
      case 'show':
      case 'fields':
      case 'filter':
        all('field', clause.names, source);
        break;
      case 'event':
        add('event', clause.event);
        fields(clause.event, clause.fields);
        break;
      case 'expect':
        if (clause.what.kind === 'blocked') all('gate', clause.what.gates);
        else if (clause.what.kind === 'waits') all('approval', clause.what.approvals);
        else if (clause.what.kind === 'raised') all('alert', clause.what.alerts);
        else if (clause.what.kind === 'did') {
          add('action', clause.what.action);
          fields(clause.what.action, clause.what.fields);
        }
        break;
    }
  }
  return found;
}

interface FieldName {
  readonly name: string;
  readonly nameSpan: Span;
}

/** The record a screen is about: the one that is shown, or that of the operation. */
function sourceOf({ clauses }: ScreenBlock): string | undefined {
  for (const clause of clauses)
    if (clause.kind === 'record' || clause.kind === 'operation') return clause.path.parts[0]?.name;
  return undefined;
}
