import { clausesNamed } from '../../check/blocks/clauses-named.ts';
import type {
  CheckedButton,
  CheckedList,
  CheckedScreen,
  ListRoot,
} from '../../check/blocks/screens.ts';
import type { CheckedExpr } from '../../check/blocks/triggers.ts';
import type { Unit } from '../../ir/ir.ts';
import type { NameNode } from '../../language/ast.ts';
import { typeText } from '../../types/type.ts';
import { borderOf } from '../../values/border.ts';
import { type CompiledCondition, compileCondition } from '../condition.ts';
import type { Rule } from '../flow/rule.ts';
import type { Runtime } from '../runtime.ts';
import { type Names, namesIn } from '../texts.ts';

export interface ScreenList {
  readonly path: readonly string[];
  /**
   * Where the path begins: at what is shown, at a fact of any time, or at the record to which the
   * shown one belongs.
   */
  readonly root: ListRoot;
  /** The type of a row. */
  readonly of: string;
  /** Asked of each row. */
  readonly where?: CompiledCondition;
  /** None: as the record has them. */
  readonly columns: readonly string[];
  readonly sort?: { readonly by: string; readonly down: boolean };
}
export interface ScreenButton {
  readonly operation: string;
  readonly label?: string;
  readonly when?: CompiledCondition;
}

/** A screen as plain data, from which it is drawn. */
export interface ScreenDeclaration {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  readonly roles: readonly string[];
  readonly titles: Names;
  readonly source: { readonly kind: 'record' | 'operation'; readonly name: string };
  readonly show: readonly { readonly names: readonly string[]; readonly large: boolean }[];
  readonly fields: readonly string[];
  readonly lists: readonly ScreenList[];
  readonly buttons: readonly ScreenButton[];
  readonly filters: readonly string[];
}

export interface CompiledScreen {
  readonly screen: ScreenDeclaration;
  readonly rules: readonly Rule[];
}

const written = (names: readonly NameNode[]): readonly string[] => names.map(({ name }) => name);

export function compileScreen(checked: CheckedScreen, runtime: Runtime): CompiledScreen {
  const { block, module, reporter, subject } = checked;
  const name = block.name.name;
  const rules: Rule[] = [];
  const compile = (expr: CheckedExpr | undefined, params: Unit['params']) => {
    if (expr === undefined) return undefined;
    const { condition, rule } = compileCondition(name, reporter.file, expr, params, runtime);
    rules.push(rule);
    return condition;
  };
  const listOf = ({ clause, root, element, where }: CheckedList): ScreenList => {
    const { path, columns, sort } = clause;
    const row = { name: 'row', type: element, border: borderOf(element) };
    const condition = compile(where, [row]);
    return {
      path: written(path.parts),
      root,
      of: typeText(element),
      ...(condition === undefined ? {} : { where: condition }),
      columns: written(columns),
      ...(sort === undefined ? {} : { sort: { by: sort.by.name, down: sort.down } }),
    };
  };
  const buttonOf = ({ clause, condition }: CheckedButton): ScreenButton => {
    const { path, label } = clause;
    const when = compile(condition, []);
    return {
      operation: path.text,
      ...(label === undefined ? {} : { label: label.value }),
      ...(when === undefined ? {} : { when }),
    };
  };
  const named = (kind: 'fields' | 'filter') =>
    clausesNamed(block, kind)
      .filter((clause) => clause.kind === kind)
      .flatMap(({ names }) => written(names));
  const screen: ScreenDeclaration = {
    name,
    module,
    file: reporter.file,
    doc: block.doc,
    roles: written(block.roles),
    titles: namesIn(clausesNamed(block, 'title')),
    source: { kind: subject.kind, name: subject.name },
    show: clausesNamed(block, 'show').map(({ names, large }) => ({ names: written(names), large })),
    fields: named('fields'),
    lists: checked.lists.map(listOf),
    buttons: checked.buttons.map(buttonOf),
    filters: named('filter'),
  };
  return { screen, rules };
}
