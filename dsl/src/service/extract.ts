import type { Expr } from '../language/ast.ts';
import { KEYWORDS, type LanguageTag } from '../language/keywords.ts';
import { walk } from '../language/visit.ts';
import { present, type Type, typeText } from '../types/type.ts';
import { isFault } from '../types/type-text.ts';
import { type CodeAction, lineEnd, type Spot, say, written } from './code-action.ts';
import { freeIn, isAlike, isLazy, replaced } from './free-names.ts';
import { isCalled } from './navigate.ts';
import { errorsOf } from './trial.ts';

/** What a formula is called that nobody has named yet. */
const NAMES: Readonly<Record<LanguageTag, string>> = {
  en: 'part',
  uz: 'qism',
  'uz-cyrl': 'қисм',
  ru: 'часть',
};

/**
 * Makes a formula of the chosen expression: its free names become parameters, and where that is
 * not the same to the checker, the paths it reads.
 */
export function extractAt(spot: Spot): CodeAction[] {
  const { workspace, file, parsed, span } = spot;
  const { text } = parsed.source;
  const chosen = text.slice(span.start, span.end);
  const start = span.start + (chosen.length - chosen.trimStart().length);
  const end = start + chosen.trim().length;
  if (start >= end) return [];
  const whole = workspace
    .expressions(file, start)
    .find(({ expr }) => expr.span.start <= start && end <= expr.span.end);
  let expr: Expr | undefined;
  if (whole !== undefined)
    walk(whole.expr, (part) => {
      if (part.span.start === start && part.span.end === end) expr = part;
    });
  const block = parsed.file.blocks.find((one) => one.span.start <= start && end <= one.span.end);
  if (whole === undefined || expr === undefined || block === undefined) return [];
  const { language } = parsed.file;
  let name = NAMES[language];
  for (let i = 2; isCalled(workspace, name); i++) name = `${NAMES[language]}_${i}`;
  const type = whole.typing.types.get(expr);
  for (const paths of [false, true]) {
    const formula = formulaOf(spot, expr, whole.typing, paths, name);
    if (formula === undefined || type === undefined) continue;
    const edits = [
      { span: expr.span, text: formula.call },
      { span: lineEnd(spot, block.span), text: `\n\n${formula.text}` },
    ];
    const after = workspace.with(edits.map((edit) => ({ file, ...edit })));
    const result = after.called(name)?.signature.result;
    if (errorsOf(after) > errorsOf(workspace) || !isAlike(type, result)) continue;
    const title = say(
      spot,
      `Extract to a formula \`${name}\``,
      `Вынести в формулу \`${name}\``,
      `\`${name}\` formulasiga ajratish`,
    );
    return [{ title, kind: 'refactor.extract', edits }];
  }
  return [];
}

type Typing = Parameters<typeof freeIn>[1];

function formulaOf(
  { workspace: { index }, parsed }: Spot,
  expr: Expr,
  typing: Typing,
  paths: boolean,
  name: string,
): { readonly call: string; readonly text: string } | undefined {
  const free = freeIn(expr, typing, paths);
  if (free === undefined) return undefined;
  const { source, file } = parsed;
  const lazy = isLazy(expr);
  const slice = ({ span }: Expr) => source.text.slice(span.start, span.end);
  const params = new Map<string, { readonly name: string; readonly type: string }>();
  const body: { readonly expr: Expr; readonly text: string }[] = [];
  for (const one of free) {
    const path = slice(one.expr);
    // Arguments are read whether or not the formula comes to need them.
    const read = present(one.type).kind !== 'record';
    const input = one.expr.kind !== 'name' || typing.names.get(one.expr)?.kind !== 'local';
    const written_ = typeText(one.type);
    const known: Type | undefined = isFault(index.type(written_))
      ? undefined
      : (index.type(written_) as Type);
    if ((lazy && read && input) || !isAlike(one.type, known)) return undefined;
    let param = params.get(path);
    if (param === undefined) {
      const taken = new Set([...params.values()].map((other) => other.name));
      let own = written(one.name, file.language);
      for (let i = 2; taken.has(own); i++) own = written(`${one.name}_${i}`, file.language);
      param = { name: own, type: written_ };
      params.set(path, param);
    }
    body.push({ expr: one.expr, text: param.name });
  }
  const text = replaced(slice(expr), expr.span.start, body);
  const list = [...params.values()].map((param) => `${param.name}: ${param.type}`);
  return {
    call: `${name}(${[...params.keys()].join(', ')})`,
    text: `${KEYWORDS[file.language].formula} ${name}(${list.join(', ')}) = ${text}`,
  };
}
