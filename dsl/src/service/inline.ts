import { dropLiteral } from '../check/blocks/formulas.ts';
import type { CallNode, Expr } from '../language/ast.ts';
import { walk } from '../language/visit.ts';
import { type CodeAction, isSound, type Spot, say } from './code-action.ts';
import { freeIn, inBrackets, isAlike, isLazy, replaced } from './free-names.ts';
import { covers } from './workspace.ts';

/** Puts what a formula says in the place of a call of it. */
export function inlineAt(spot: Spot): CodeAction[] {
  const { workspace, file, parsed, span } = spot;
  for (const { expr, typing } of workspace.expressions(file, span.start)) {
    let call: CallNode | undefined;
    walk(expr, (part) => {
      if (part.kind === 'call' && covers(part.nameSpan, span.start) && span.end <= part.span.end)
        call = part;
    });
    if (call === undefined) continue;
    const text = bodyFor(spot, call, typing);
    if (text === undefined) return [];
    const edits = [
      { span: call.span, text: call === expr ? text.replace(/^\((.*)\)$/s, '$1') : text },
    ];
    const { name } = call;
    const title = say(
      spot,
      `Put \`${name}\` in place`,
      `Подставить \`${name}\``,
      `\`${name}\` o‘rniga ifodasini qo‘yish`,
    );
    return parsed.diagnostics.length === 0 && isSound(spot, edits)
      ? [{ title, kind: 'refactor.inline', edits }]
      : [];
  }
  return [];
}

type Typing = Parameters<typeof freeIn>[1];

/** What a formula says of the arguments of a call; undefined where it would mean something else. */
function bodyFor({ workspace, parsed }: Spot, call: CallNode, typing: Typing): string | undefined {
  const formula = workspace.program.formulas.find(({ signature }) => signature.name === call.name);
  const home = formula && workspace.file(formula.reporter.file);
  if (formula === undefined || home?.file.language !== parsed.file.language) return undefined;
  const { body } = formula.block;
  const { params } = formula.signature;
  const free = freeIn(body, formula.typing, false);
  const result = formula.typing.types.get(body);
  const meant = typing.types.get(call);
  if (free === undefined || result === undefined || !isAlike(dropLiteral(result), meant))
    return undefined;
  const own = variablesIn(body);
  const lazy = isLazy(body);
  const { text } = parsed.source;
  const args = new Map<string, string>();
  for (const [i, { name, type }] of params.entries()) {
    const arg = call.args[i];
    const given = arg && typing.types.get(arg);
    if (arg === undefined || given === undefined || !isAlike(dropLiteral(given), type))
      return undefined;
    const used = free.some((one) => one.name === name);
    if (arg.kind !== 'name' && arg.kind !== 'number' && (lazy || !used)) return undefined;
    // A variable of the body must not take a name of the argument for its own.
    if (freeIn(arg, typing, false)?.some((one) => own.has(one.name)) !== false) return undefined;
    args.set(name, inBrackets(arg, text.slice(arg.span.start, arg.span.end)));
  }
  const parts = free.map(({ expr, name }) => ({ expr, text: args.get(name) ?? '' }));
  const said = home.source.text.slice(body.span.start, body.span.end);
  return inBrackets(body, replaced(said, body.span.start, parts));
}

function variablesIn(body: Expr): ReadonlySet<string> {
  const names = new Set<string>();
  walk(body, (part) => {
    if (part.kind === 'aggregate') names.add(part.variable.name);
  });
  return names;
}
