import type { Expr } from '../language/ast.ts';
import { quotingIn } from '../language/foreign.ts';
import { walk } from '../language/visit.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { type Texts, textIn } from '../types/catalog.ts';
import { present } from '../types/type.ts';
import type { CodeAction } from './code-action.ts';
import { covers, type Workspace } from './workspace.ts';

/** What can be done about a value that may be missing: ask before, or say what counts instead. */
export function guardsOf(
  workspace: Workspace,
  diagnostic: Diagnostic,
  language: string,
): CodeAction[] {
  const { file, span } = diagnostic;
  const parsed = workspace.file(file);
  const whole = workspace
    .expressions(file, span.start)
    .find(({ expr }) => covers(expr.span, span.start) && covers(expr.span, span.end));
  if (parsed === undefined || whole === undefined) return [];
  const path = parsed.source.text.slice(span.start, span.end);
  const quoting = quotingIn(parsed.file.language) ?? ((sentence: string) => sentence);
  const inWords = (text: string) => quoting(`\`${text}\``).slice(1, -1);
  const made = (title: Texts, edits: CodeAction['edits']): CodeAction => ({
    title: textIn(title, language) ?? '',
    kind: 'quickfix',
    edits,
    diagnostic,
  });
  const { expr, typing } = whole;
  const found = partAt(expr, diagnostic);
  const type = found && typing.types.get(found);
  const actions: CodeAction[] = [];
  const { start, end } = expr.span;
  if (isAskable(expr, found) && typing.types.get(expr)?.kind === 'bool') {
    const [open, close] = bindsTighter(expr) ? ['', ''] : ['(', ')'];
    const asked = `${path} ${inWords('is present')} ${inWords('and')} ${open}`;
    const title = {
      en: `Ask first whether \`${path}\` is there`,
      ru: `Сначала спросить, есть ли \`${path}\``,
      uz: `Avval \`${path}\` borligini so‘rash`,
    };
    const behind = close === '' ? [] : [{ span: { start: end, end }, text: close }];
    actions.push(made(title, [{ span: { start, end: start }, text: asked }, ...behind]));
  }
  const plain = type && present(type);
  if (plain?.kind === 'quantity') {
    const zero = `0 ${plain.unit.text}`.trimEnd();
    const title = {
      en: `Count \`${path}\` as ${zero} where it is missing`,
      ru: `Считать \`${path}\` за ${zero}, когда значения нет`,
      uz: `Qiymati bo‘lmasa, \`${path}\` o‘rniga ${zero} olish`,
    };
    actions.push(made(title, [{ span, text: `(${path} ?? ${zero})` }]));
  }
  return actions;
}

function partAt(whole: Expr, { span }: Diagnostic): Expr | undefined {
  let found: Expr | undefined;
  walk(whole, (part) => {
    if (part.span.start === span.start && part.span.end === span.end) found = part;
  });
  return found;
}

/** A path can be asked for at the head of a condition, unless it begins with a variable of a list. */
function isAskable(whole: Expr, path: Expr | undefined): boolean {
  let root = path;
  while (root?.kind === 'field') root = root.target;
  if (root?.kind !== 'name') return false;
  const { name } = root;
  let own = false;
  walk(whole, (part) => {
    own ||= part.kind === 'aggregate' && part.variable.name === name;
  });
  return !own;
}

const bindsTighter = (expr: Expr): boolean =>
  expr.kind === 'compare' || expr.kind === 'call' || (expr.kind === 'binary' && expr.op === 'and');
