import type { Block } from '../language/ast.ts';
import { expressionsOf } from '../language/expressions-of.ts';
import { quotingIn } from '../language/foreign.ts';
import { CLAUSE_KEYS, KEYWORDS, type KeywordKey, keywordOf } from '../language/keywords.ts';
import { walk } from '../language/visit.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { mayBeMissing, present } from '../types/type.ts';
import { type CodeAction, isSound, lineEnd, type Spot, say, written } from './code-action.ts';
import { quantityText, sampleOf } from './samples.ts';

/**
 * Writes a clause that a block can't do without, with a beginning for what stands in it.
 * @param lacks the clause as the message names it, in English
 */
export function missingClause(spot: Spot, diagnostic: Diagnostic, lacks: string): CodeAction[] {
  const { parsed } = spot;
  const { language } = parsed.file;
  const at = diagnostic.span.start;
  const block = parsed.file.blocks.find(({ span }) => span.start <= at && at < span.end);
  const [words, rest] = (block && clauseFor(spot, block, lacks)) ?? [];
  if (block === undefined || words === undefined) return [];
  const quoting = quotingIn(language) ?? ((sentence: string) => sentence);
  // What goes into a balance has a word of its own where the language has two.
  const head = words === 'in' ? KEYWORDS[language].input : quoting(`\`${words}\``).slice(1, -1);
  const clause = `${head} ${rest ?? ''}`.trimEnd();
  const keys: readonly KeywordKey[] = CLAUSE_KEYS[block.kind];
  const key = keywordOf(words.split(' ')[0] ?? '', 'en');
  const rank = key === undefined ? -1 : keys.indexOf(key);
  const later = parsed.tokens.find(
    ({ startOffset, firstOnLine, tokenType }) =>
      firstOnLine &&
      block.span.start < startOffset &&
      startOffset < block.span.end &&
      keys.findIndex((one) => tokenType.name === `kw_${one}`) > rank,
  );
  const edit =
    later === undefined || rank < 0
      ? { span: lineEnd(spot, block.span), text: `\n  ${clause}` }
      : { span: { start: later.startOffset, end: later.startOffset }, text: `${clause}\n  ` };
  if (!isSound(spot, [edit])) return [];
  const title = say(spot, `Add \`${clause}\``, `Добавить \`${clause}\``, `\`${clause}\` qo‘shish`);
  return [{ title, kind: 'quickfix', edits: [edit], diagnostic }];
}

/** A clause as its keywords in English, and what stands behind them. */
type Clause = readonly [words: string, rest?: string];

function clauseFor(spot: Spot, block: Block, lacks: string): Clause | undefined {
  const { workspace, parsed } = spot;
  const { index } = workspace;
  const { language } = parsed.file;
  const given = (words: string, name: string | undefined): Clause | undefined =>
    name === undefined ? undefined : [words, written(name, language)];
  const [role] = index.catalog.roles ?? [];
  const [first = ''] = lacks.split(/[ `]/);
  switch (first) {
    case 'on':
      return given('on', pointFor(spot, block));
    case 'block':
      return ['block when false'];
    case 'severity':
      return ['severity', 'P2'];
    case 'when':
      return given('when', index.names('event')[0]);
    case 'notify': {
      const [channel] = Object.keys(index.catalog.channels ?? {});
      const via = quotingIn(language)?.('`via`').slice(1, -1) ?? 'via';
      return role === undefined || channel === undefined
        ? undefined
        : ['notify', `${written(role, language)} ${via} ${written(channel, language)}`];
    }
    case 'steps':
      return given('steps', role);
    case 'do': {
      const [name] = index.names('action');
      const params = [...(index.action(name ?? '')?.params ?? [])]
        .filter(([, type]) => !mayBeMissing(type))
        .map(([param, type]) => `${written(param, language)}: ${sampleOf(type, language)}`);
      return name === undefined
        ? undefined
        : ['do', `${written(name, language)}(${params.join(', ')})`];
    }
    case 'every':
      return ['every day at', '08:00'];
    case 'tolerance':
    case 'in':
    case 'out':
      return [
        first,
        first === 'tolerance' ? zeroOf(spot, block) : `${first}_1 = ${zeroOf(spot, block)}`,
      ];
    case 'result':
      return ['result', `total: number = 0`];
    case 'record':
      return given('record', index.names('record')[0]);
    case 'fields':
      return given('fields', shownField(spot, block));
    case 'field':
      return ['field', 'name: text'];
    case 'states': {
      const moves =
        block.kind === 'entity' ? block.clauses.filter(({ kind }) => kind === 'move') : [];
      const names = moves.flatMap((move) =>
        move.kind === 'move'
          ? [...move.from, move.to].map(({ name }) => written(name, language))
          : [],
      );
      return ['states', [...new Set(names)].join(', ')];
    }
    case 'expect': {
      const played = block.kind === 'test' && block.clauses.some(({ kind }) => kind === 'when');
      return [played ? 'expect allowed' : 'expect true'];
    }
    default:
      return undefined;
  }
}

/** The point that knows most of the names a block uses. */
function pointFor({ workspace: { index } }: Spot, block: Block): string | undefined {
  const used = new Set<string>();
  for (const expr of expressionsOf(block))
    walk(expr, (part) => {
      if (part.kind === 'name') used.add(part.name);
    });
  const known = (point: string) =>
    [...(index.point(point)?.keys() ?? [])].filter((name) => used.has(name)).length;
  return index.names('point').toSorted((a, b) => known(b) - known(a))[0];
}

/** Nothing, in the unit of the other terms of a balance. */
function zeroOf({ workspace, file }: Spot, block: Block): string {
  const types = workspace
    .expressions(file, block.span.start)
    .map(({ expr, typing }) => typing.types.get(expr))
    .map((type) => type && present(type));
  const other = types.find((type) => type?.kind === 'quantity' && type.dimension !== '');
  return quantityText(0, other?.kind === 'quantity' ? other.unit.text : 'kg');
}

function shownField({ workspace: { index } }: Spot, block: Block): string | undefined {
  const source =
    block.kind === 'screen' ? block.clauses.find(({ kind }) => kind === 'record') : undefined;
  const record = source?.kind === 'record' ? index.record(source.path.text) : undefined;
  return record === undefined ? undefined : [...record.fields.keys()][0];
}
