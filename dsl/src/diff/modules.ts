import { format } from '../format/format.ts';
import type { Block } from '../language/ast.ts';
import { isCallable } from '../language/callable.ts';
import { parseFile } from '../language/parse.ts';
import { needList, needOptions, needRecord, needText, needTexts } from '../source/api.ts';
import type { RuleChange } from './change.ts';
import { Differ } from './diff.ts';
import { isNamed, type Named, nameOf, restOf } from './named.ts';
import { isGuard, reachIn } from './reach.ts';
import { type Pair, type Renames, readSide } from './side.ts';

export interface DiffOptions {
  /** Texts of other modules, which stay: their gates may ask formulas of these. */
  readonly others?: readonly string[];
}

/** What a module said, and what it says. */
export interface ChangedText {
  readonly before: string;
  readonly after: string;
}

/**
 * What is different between two texts of a module, by what it means. Texts that are laid out equally
 * have no difference, and no others have none.
 * @throws ApiError for arguments of another form
 */
export function diffRules(
  before: string,
  after: string,
  options: DiffOptions = {},
): readonly RuleChange[] {
  needText(before, 'before');
  needText(after, 'after');
  return diffModules([{ before, after }], options)[0] ?? [];
}

/**
 * The same of several modules that change at once: what moves from one to another, or is renamed in
 * all of them, is known for what it is.
 * @returns the differences of each, in the order of the modules
 * @throws ApiError for arguments of another form
 */
export function diffModules(
  changed: readonly ChangedText[],
  options: DiffOptions = {},
): readonly (readonly RuleChange[])[] {
  needList(changed, 'changed');
  for (const [i, text] of changed.entries()) {
    needRecord(text, `changed[${i}]`);
    needText(text.before, `changed[${i}].before`);
    needText(text.after, `changed[${i}].after`);
  }
  needOptions(options, { others: undefined });
  const { others = [] } = options;
  needList(others, 'options.others');
  needTexts(others, 'options.others');
  if (changed.every(({ before, after }) => before === after)) return changed.map(() => []);
  const read = new Map<string, readonly Block[]>();
  const blocksIn: BlocksIn = (text) => {
    const blocks = read.get(text) ?? parseFile('file', text).file.blocks;
    read.set(text, blocks);
    return blocks;
  };
  const around = { blocksIn, renames: renamesIn(changed, others, blocksIn) };
  return changed.map((entry) => {
    if (entry.before === entry.after) return [];
    const beside = changed.filter((other) => other !== entry).map(({ after }) => after);
    return changesOf(entry, { ...around, texts: [...beside, ...others] });
  });
}

type BlocksIn = (text: string) => readonly Block[];

interface Surroundings {
  readonly blocksIn: BlocksIn;
  readonly renames: Renames;
  /** All other modules, as they are now. */
  readonly texts: readonly string[];
}

function changesOf(
  { before, after }: ChangedText,
  { blocksIn, renames, texts }: Surroundings,
): readonly RuleChange[] {
  const asked = texts.flatMap(blocksIn);
  const pair = readPair(before, after, renames);
  const [was, is] = pair ? [pair.was.blocks, pair.is.blocks] : [blocksIn(before), blocksIn(after)];
  const reach = reachIn([...was, ...is, ...asked]);
  // What can't be told apart may concern every gate that it has or that asks it.
  const whole = (): readonly RuleChange[] => {
    const blocks = [...was, ...is];
    const own = blocks.filter(isGuard).map((block) => block.name.name);
    const asking = blocks
      .filter(isNamed)
      .filter(isCallable)
      .flatMap((block) => reach.of(nameOf(block), 'unclear'));
    const guards = [...new Set([...own, ...asking.map(({ guard }) => guard)])];
    return [{ block: 'module', name: '', kind: 'text', before, after, effect: 'unclear', guards }];
  };
  if (pair === undefined) return whole();
  if (format(before) === format(after)) return [];
  const found = new Differ(pair, {
    reach,
    still: reachIn([...is, ...asked]),
    elsewhere: new Set(asked.filter(isGuard).map((block) => block.name.name)),
    movedAway: (block) =>
      texts
        .filter((text) => blocksIn(text).some((one) => isNamed(one) && isSame(one, block)))
        .some((text) => standsIn(text, block, pair)),
  }).changes();
  return found.length > 0 || (renames.size > 0 && isSameButForNames(pair)) ? found : whole();
}

/** Whether the texts differ only in what was renamed elsewhere. */
const isSameButForNames = ({ was, is }: Pair): boolean =>
  was.blocks.map(was.block).join('\n') === is.blocks.map(is.block).join('\n');

/** The two texts in the words of the later one; undefined where one of them can't be read. */
function readPair(before: string, after: string, renames?: Renames): Pair | undefined {
  const is = readSide(after);
  const was = is && readSide(before, is.parsed.file.language, renames);
  return is && was && { was, is };
}

/** Whether a text has a block, word for word. */
function standsIn(text: string, block: Named, { was, is }: Pair): boolean {
  const side = readSide(text, is.parsed.file.language);
  const there = side?.blocks.filter(isNamed).find((one) => isSame(one, block));
  return side !== undefined && there !== undefined && side.block(there) === was.block(block);
}

const isSame = (a: Named, b: Named) => a.kind === b.kind && nameOf(a) === nameOf(b);

/**
 * What is called by name and has only another name by now: calls of it are the same calls. A name
 * that stood for something before is no mere renaming.
 */
function renamesIn(
  changed: readonly ChangedText[],
  others: readonly string[],
  blocksIn: BlocksIn,
): Renames {
  const callablesIn = (text: string) => blocksIn(text).filter(isNamed).filter(isCallable);
  const texts = [...changed.map(({ before }) => before), ...others];
  const before = new Set(texts.flatMap(callablesIn).map(nameOf));
  const renames = new Map<string, string>();
  for (const entry of changed) {
    const now = new Set(callablesIn(entry.after).map(nameOf));
    const gone = new Set(
      callablesIn(entry.before)
        .map(nameOf)
        .filter((name) => !now.has(name)),
    );
    const come = [...now].filter((name) => !before.has(name));
    const pair = gone.size > 0 && come.length > 0 && readPair(entry.before, entry.after);
    if (!pair) continue;
    const left = pair.is.blocks.filter(
      (block) => isCallable(block) && come.includes(nameOf(block)),
    );
    for (const block of pair.was.blocks) {
      if (!isCallable(block) || !gone.has(nameOf(block))) continue;
      const at = left.findIndex(
        (other) => other.kind === block.kind && restOf(block, pair.was) === restOf(other, pair.is),
      );
      const [other] = at < 0 ? [] : left.splice(at, 1);
      if (other !== undefined && isCallable(other))
        renames.set(nameOf(block), pair.is.words.name(other.name));
    }
  }
  return renames;
}
