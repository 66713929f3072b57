import { Colon, Comma, LParen, type QToken } from '../language/tokens.ts';
import type { Span } from '../source/text.ts';
import { textIn } from '../types/catalog.ts';
import { AGGREGATES, builtInNamed } from '../types/functions.ts';
import { typeText } from '../types/type.ts';
import { placeAt } from './place.ts';
import { pathAt } from './scopes.ts';
import { enclosing, isWord, nameOf, operandStart } from './words.ts';
import type { Workspace } from './workspace.ts';

/** What a call takes, while its arguments are written. */
export interface SignatureHelp {
  readonly label: string;
  readonly doc: string | undefined;
  /** Where the parameters stand in the label. */
  readonly params: readonly Span[];
  /** The parameter that is being written. */
  readonly active: number;
}

/** The signature of the formula, function or action whose brackets an offset is in. */
export function signatureHelpAt(
  workspace: Workspace,
  file: string,
  offset: number,
  language: string,
): SignatureHelp | undefined {
  const parsed = workspace.file(file);
  const place = parsed && placeAt(parsed, Math.min(Math.max(offset, 0), parsed.source.text.length));
  if (place === undefined) return undefined;
  const tokens = [...place.before];
  for (let end = tokens.length; ; ) {
    const around = enclosing(tokens, end);
    if (around === undefined) return undefined;
    const { opener, commas } = around;
    const callee = tokens[opener - 1];
    if (tokens[opener]?.tokenType === LParen && callee !== undefined && isWord(callee)) {
      const found =
        actionHelp(workspace, tokens, opener, language) ??
        calleeHelp(workspace, nameOf(callee), commas, language);
      if (found !== undefined) return found;
    }
    end = opener;
  }
}

interface Shown {
  readonly name: string;
  readonly type: string;
}

function labelOf(name: string, params: readonly Shown[], result: string) {
  let label = `${name}(`;
  const spans = params.map((param, i) => {
    if (i > 0) label += ', ';
    const start = label.length;
    label += `${param.name}: ${param.type}`;
    return { start, end: label.length };
  });
  return { label: `${label})${result}`, params: spans };
}

function calleeHelp(
  workspace: Workspace,
  name: string,
  active: number,
  language: string,
): SignatureHelp | undefined {
  const { index } = workspace;
  const own = workspace.called(name);
  const declared = own?.signature ?? index.function(name);
  if (declared !== undefined) {
    const params = declared.params.map((param) => ({
      name: param.name,
      type: typeText(param.type),
    }));
    const doc = own?.block.doc ?? textIn(index.catalog.functions?.[name]?.doc, language);
    return { ...labelOf(name, params, `: ${typeText(declared.result)}`), doc, active };
  }
  const built = builtInNamed(name) ?? AGGREGATES.find((aggregate) => aggregate.name === name);
  if (built === undefined) return undefined;
  const { signature } = built;
  const open = signature.indexOf('(') + 1;
  const inner = signature.slice(open, signature.lastIndexOf(')'));
  let at = open;
  const params = inner.split(',').map((part) => {
    const start = at + (part.length - part.trimStart().length);
    const end = at + part.trimEnd().length;
    at += part.length + 1;
    return { start, end };
  });
  const last = params.length - 1;
  return {
    label: signature,
    doc: textIn(built.doc, language),
    params,
    active: Math.min(active, last),
  };
}

/** Arguments of actions have names, so the one that is written is told by its name. */
function actionHelp(
  { index }: Workspace,
  tokens: readonly QToken[],
  opener: number,
  language: string,
): SignatureHelp | undefined {
  const path = pathAt(tokens, operandStart(tokens, opener));
  const action = path && index.action(path.text);
  if (path === undefined || action === undefined) return undefined;
  const params = [...action.params].map(([name, type]) => ({ name, type: typeText(type) }));
  let written = tokens.length;
  while (written > opener + 1 && tokens[written - 1]?.tokenType !== Comma) written--;
  const name = tokens[written];
  const named = name !== undefined && tokens[written + 1]?.tokenType === Colon;
  const active = named ? params.findIndex((param) => param.name === nameOf(name)) : -1;
  const given = tokens.slice(opener).filter(({ tokenType }) => tokenType === Comma).length;
  return {
    ...labelOf(path.text, params, ''),
    doc: textIn(action.doc, language),
    active: active < 0 ? Math.min(given, Math.max(params.length - 1, 0)) : active,
  };
}
