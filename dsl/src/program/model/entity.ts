import { clausesNamed } from '../../check/blocks/clauses-named.ts';
import type { CheckedEntity, CheckedField, CheckedMove } from '../../check/blocks/entities.ts';
import type { AccessClause } from '../../language/ast.ts';
import type { Diagnostic } from '../../source/diagnostic.ts';
import { readOwn } from '../../source/read.ts';
import { present, type Type, typeText } from '../../types/type.ts';
import { fromBase } from '../../types/units.ts';
import { borderOf, leave } from '../../values/border.ts';
import { type CompiledCondition, compileCondition } from '../condition.ts';
import { compileRule, type Rule } from '../flow/rule.ts';
import type { Facts, GateEnvironment } from '../gate/gate.ts';
import type { FaultInfo, Runtime } from '../runtime.ts';
import { type Names, namesIn } from '../texts.ts';
import { aroundDefaults, settledDefault } from './defaults.ts';

export interface EntityField {
  readonly name: string;
  /** Without `?`. */
  readonly type: string;
  readonly optional: boolean;
  readonly unique: boolean;
  /** The step values are kept in, in the field's unit. */
  readonly resolution?: number;
  /** What it is when nothing is given, as JSON; `null` where it is declared to be missing. */
  readonly default?: unknown;
  /** The record it refers to, by its `id`; a list of them where the type is one. */
  readonly reference?: string;
  readonly labels: Names;
}
export interface EntityState {
  readonly name: string;
  readonly labels: Names;
}
export interface EntityMove {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: string;
  /** Who may do it; none: who may write. */
  readonly roles: readonly string[];
  readonly labels: Names;
  /** Reads the facts of the point `ENTITY.MOVE`. */
  readonly condition?: CompiledCondition;
  /**
   * May the record make it, as it is? Gates and approvals of the point are asked besides.
   * @param facts of the point `ENTITY.MOVE`: the record by its name, `input`, `actor`
   */
  allowed(facts: Facts, env: GateEnvironment): MoveAnswer;
}
export interface MoveAnswer {
  readonly allowed: boolean;
  /** What does not let it: the record is in another state, or the condition does not hold. */
  readonly refusedBy?: 'state' | 'condition';
  /** Why the condition can't be decided. */
  readonly fault?: FaultInfo;
}

/** An entity as plain data, from which a table, its operations, events and screens are made. */
export interface EntityDeclaration {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  readonly titles: Names;
  readonly fields: readonly EntityField[];
  /** The first is where it begins; none for an entity without a life of states. */
  readonly states: readonly EntityState[];
  readonly moves: readonly EntityMove[];
  /** Fields that are unique together. */
  readonly keys: readonly (readonly string[])[];
  /** Roles; undefined where the entity does not say it. */
  readonly access: {
    readonly read?: readonly string[];
    readonly write?: readonly string[];
  };
}

export interface CompiledEntity {
  readonly entity: EntityDeclaration;
  readonly rules: readonly Rule[];
  readonly diagnostics: readonly Diagnostic[];
}

export function compileEntity(checked: CheckedEntity, runtime: Runtime): CompiledEntity {
  const { block, module, reporter } = checked;
  const name = block.name.name;
  const rules: Rule[] = [];
  const diagnostics: Diagnostic[] = [];
  const labels = clausesNamed(block, 'label');
  const labelsOf = (of: string): Names => namesIn(labels.filter((label) => label.name.name === of));

  const initialOf = (field: CheckedField): { default?: unknown } => {
    const { initial } = field;
    if (initial === undefined) return {};
    const rule = compileRule(name, reporter.file, initial, [], runtime);
    rules.push(rule);
    const found = rule.run([], aroundDefaults());
    const { file } = reporter;
    const settled = settledDefault(found, rule.unit.body, file, initial, runtime.source);
    if ('value' in settled) {
      const plain = leave(settled.value, borderOf(field.type));
      return { default: JSON.parse(JSON.stringify(plain)) as unknown };
    }
    diagnostics.push(settled.diagnostic);
    return {};
  };
  const fieldOf = (field: CheckedField): EntityField => {
    const { clause, type } = field;
    const plain = present(type);
    const of = plain.kind === 'list' ? present(plain.of) : plain;
    const resolution = resolutionOf(of);
    return {
      name: clause.name.name,
      type: typeText(plain),
      optional: plain !== type,
      unique: clause.unique,
      ...(resolution === undefined ? {} : { resolution }),
      ...initialOf(field),
      ...(of.kind === 'record' && of.name !== undefined ? { reference: of.name } : {}),
      labels: labelsOf(clause.name.name),
    };
  };
  const moveOf = ({ clause, condition }: CheckedMove): EntityMove => {
    const compiled = condition && compileCondition(name, reporter.file, condition, [], runtime);
    if (compiled !== undefined) rules.push(compiled.rule);
    const from = clause.from.map((state) => state.name);
    return {
      name: clause.name.name,
      from,
      to: clause.to.name,
      roles: clause.roles.map((role) => role.name),
      labels: labelsOf(clause.name.name),
      ...(compiled === undefined ? {} : { condition: compiled.condition }),
      allowed(facts, env) {
        const record = readOwn(facts, name);
        const isRecord = typeof record === 'object' && record !== null;
        const state = isRecord ? readOwn(record, 'state') : undefined;
        if (typeof state !== 'string' || !from.includes(state))
          return { allowed: false, refusedBy: 'state' };
        const answer = compiled?.condition.holds(facts, env) ?? { value: true };
        if ('fault' in answer) return { allowed: false, refusedBy: 'condition', ...answer };
        return answer.value === true
          ? { allowed: true }
          : { allowed: false, refusedBy: 'condition' };
      },
    };
  };
  const rolesOf = (kind: 'read' | 'write'): EntityDeclaration['access'] => {
    const [clause] = block.clauses.filter((one): one is AccessClause => one.kind === kind);
    return clause === undefined ? {} : { [kind]: clause.roles.map((role) => role.name) };
  };
  const entity: EntityDeclaration = {
    name,
    module,
    file: reporter.file,
    doc: block.doc,
    titles: namesIn(clausesNamed(block, 'title')),
    fields: checked.fields.map(fieldOf),
    states: checked.states.map((state) => ({ name: state.name, labels: labelsOf(state.name) })),
    moves: checked.moves.map(moveOf),
    keys: clausesNamed(block, 'key').map(({ names }) => names.map((field) => field.name)),
    access: { ...rolesOf('read'), ...rolesOf('write') },
  };
  return { entity, rules, diagnostics };
}

const resolutionOf = (type: Type): number | undefined =>
  type.kind === 'quantity' && type.resolution !== undefined
    ? fromBase(type.resolution, type.unit)
    : undefined;
