import type { BinaryNode, CompareNode, Expr, NumberNode } from '../language/ast.ts';
import { walk } from '../language/visit.ts';
import { CODES } from '../source/codes.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { mayBeMissing, present, type Type } from '../types/type.ts';
import { combine, fromBase, parseUnit, toBase } from '../types/units.ts';
import { type CodeAction, isSound, type Spot, say } from './code-action.ts';
import { namesAt } from './names.ts';
import { placeAt } from './place.ts';
import { quantityText } from './samples.ts';
import { covers } from './workspace.ts';

/** Units that people change between. */
const COMMON = ['kg', 'g', 't', 's', 'min', 'h', 'm', 'mm', 'cm', 'km', 'l', 'ml', 'kW', 'W'];
const LONGEST = 12;

type Edits = CodeAction['edits'];

/** The literals of the chosen expression, or the one at the cursor, in other units; their values stay. */
export function unitsAt(spot: Spot): CodeAction[] {
  const { workspace, file, span } = spot;
  const numbers: NumberNode[] = [];
  const whole = workspace
    .expressions(file, span.start)
    .find(({ expr }) => covers(expr.span, span.start));
  if (whole === undefined) return [];
  walk(whole.expr, (part) => {
    const meant =
      span.start === span.end
        ? covers(part.span, span.start)
        : span.start <= part.span.start && part.span.end <= span.end;
    if (part.kind === 'number' && meant) numbers.push(part);
  });
  const units = numbers.map(({ unit }) => parseUnit(unit?.text ?? ''));
  const [first] = units;
  if (first === undefined || units.some((unit) => unit?.dimension !== first.dimension)) return [];
  return COMMON.flatMap((name): CodeAction[] => {
    const edits =
      parseUnit(name)?.dimension === first.dimension ? inUnit(numbers, name) : undefined;
    if (edits === undefined || numbers.every(({ unit }) => unit?.text === name)) return [];
    const shown = edits.length === 1 ? (edits[0]?.text ?? name) : name;
    const title = say(spot, `Write as ${shown}`, `Записать как ${shown}`, `${shown} deb yozish`);
    return [{ title, kind: 'refactor.rewrite', edits }];
  });
}

/** Undefined when one of them can't be written exactly. */
function inUnit(numbers: readonly NumberNode[], name: string): Edits | undefined {
  const to = parseUnit(name);
  const texts = numbers.map(({ value, unit, span }) => {
    const from = parseUnit(unit?.text ?? '');
    if (from === undefined || to === undefined) return undefined;
    const base = toBase(value, from);
    const text = quantityText(fromBase(base, to), name);
    const same = toBase(Number.parseFloat(text), to) === base;
    return same && text.length <= LONGEST && !/e/.test(text.split(' ')[0] ?? '')
      ? { span, text }
      : undefined;
  });
  return texts.every((edit) => edit !== undefined) ? texts : undefined;
}

const CALENDAR_HOURS: Readonly<Record<string, number>> = { day: 24, week: 168 };

/** Conversions with which two sides go together that did not; each was tried. */
export function conversionsOf(spot: Spot, diagnostic: Diagnostic): CodeAction[] {
  const { workspace, file, parsed } = spot;
  const { span, code } = diagnostic;
  const text = (part: { readonly span: { start: number; end: number } }) =>
    parsed.source.text.slice(part.span.start, part.span.end);
  const found: (BinaryNode | CompareNode | NumberNode)[] = [];
  let types: { get(part: Expr): Type | undefined } | undefined;
  for (const { expr, typing } of workspace.expressions(file, span.start))
    walk(expr, (part) => {
      const fits = part.span.start === span.start && part.span.end === span.end;
      if (!fits || (part.kind !== 'binary' && part.kind !== 'compare' && part.kind !== 'number'))
        return;
      found.push(part);
      types = typing.types;
    });
  const [node] = found;
  if (node === undefined) return [];
  const typeOf = (part: Expr | undefined): Type | undefined => {
    const type = part && types?.get(part);
    return type && present(type);
  };
  const drafts: { readonly span: Diagnostic['span']; readonly text: string }[] = [];
  const put = (part: Expr, made: string) => drafts.push({ span: part.span, text: made });
  const inHours = (part: Expr | undefined) => {
    const hours = part?.kind === 'number' ? CALENDAR_HOURS[part.unit?.text ?? ''] : undefined;
    if (part?.kind === 'number' && hours !== undefined)
      put(part, quantityText(part.value * hours, 'h'));
  };
  if (node.kind === 'number') inHours(node);
  else {
    const sides = node.kind === 'compare' ? node.operands : [node.left, node.right];
    for (const [i, side] of sides.entries()) {
      const [mine, other] = [typeOf(side), typeOf(sides[1 - i])];
      if (mine === undefined || other === undefined || sides.length !== 2) continue;
      inHours(side);
      if (code === CODES.dateInstant.code) {
        if (mine.kind === 'instant') put(side, `date_of(${text(side)})`);
        else if (side.kind === 'date' || side.kind === 'name' || side.kind === 'field')
          put(side, `at ${text(side)}`);
      }
      if (mine.kind !== 'quantity' || other.kind !== 'quantity') continue;
      if (code === CODES.percentNumber.code && mine.dimension === '')
        put(
          side,
          side.kind === 'number' ? quantityText(side.value * 100, '%') : `percent(${text(side)})`,
        );
      if (code !== CODES.unitMismatch.code) continue;
      const factor = combine(other.dimension, mine.dimension, -1);
      const simple = side.kind !== 'binary' || side.op === '*' || side.op === '/';
      for (const path of quantitiesAt(spot, span.start, factor))
        put(side, simple ? `${text(side)} * ${path}` : `(${text(side)}) * ${path}`);
    }
  }
  return drafts.flatMap((edit): CodeAction[] => {
    if (!isSound(spot, [edit], -1)) return [];
    const title = say(
      spot,
      `Write \`${edit.text}\``,
      `Написать \`${edit.text}\``,
      `\`${edit.text}\` deb yozish`,
    );
    return [{ title, kind: 'quickfix', edits: [edit], diagnostic }];
  });
}

/** So many factors are tried. */
const MOST_FACTORS = 3;

/** What is known at a place, and its fields, of a dimension. */
function quantitiesAt({ workspace, parsed }: Spot, offset: number, dimension: string): string[] {
  const place = placeAt(parsed, offset);
  if (place === undefined || dimension === '') return [];
  const fits = (type: Type) => type.kind === 'quantity' && type.dimension === dimension;
  return [...namesAt(workspace, place)]
    .flatMap(([name, type]) =>
      type.kind === 'record' && !mayBeMissing(type)
        ? [...type.fields].flatMap(([field, of]) => (fits(of) ? [`${name}.${field}`] : []))
        : fits(type)
          ? [name]
          : [],
    )
    .slice(0, MOST_FACTORS);
}
