import type { FormulaBlock } from '../language/ast.ts';
import { isCallable } from '../language/callable.ts';
import type { ChangeEffect, RuleChange } from './change.ts';
import { clauseChanges } from './clauses.ts';
import { piecesOf } from './condition.ts';
import { type Told, toldPiece } from './guards.ts';
import { isNamed, keyed, type Named, nameOf, restOf } from './named.ts';
import { isGuard, type Reach } from './reach.ts';
import type { Sense } from './sense.ts';
import type { Pair } from './side.ts';

/** What stands around two texts of a module. */
export interface Around {
  /** Who asks what is called by name, in all modules, as they were and as they are. */
  readonly reach: Reach;
  /** The same only as they are. */
  readonly still: Reach;
  /** Names of the guards of all other modules. */
  readonly elsewhere: ReadonlySet<string>;
  /** Whether what was called by name here stands in another module by now, with the same words. */
  movedAway(block: Named): boolean;
}

const FILE = { block: 'module', name: '', guards: [] } as const;

/** The differences of two texts that can be read. */
export class Differ {
  readonly #pair: Pair;
  readonly #around: Around;
  readonly #found: RuleChange[] = [];
  /** Guards that did not stand before, under no name: nothing can have loosened them. */
  #fresh: ReadonlySet<string> = new Set();

  constructor(pair: Pair, around: Around) {
    this.#pair = pair;
    this.#around = around;
  }

  changes(): readonly RuleChange[] {
    const { was, is } = this.#pair;
    const [before, after] = [keyed(was.blocks), keyed(is.blocks)];
    const gone = [...before].filter(([key]) => !after.has(key)).map(([, block]) => block);
    const come = [...after].filter(([key]) => !before.has(key)).map(([, block]) => block);
    const now = gone.map((block) => {
      const at = come.findIndex((other) => this.#isRenamed(block, other));
      return at < 0 ? undefined : come.splice(at, 1)[0];
    });
    this.#fresh = this.#newGuards(come);
    this.#header();
    for (const [at, block] of gone.entries()) {
      const other = now[at];
      if (other === undefined) this.#whole('removed', block);
      else this.#renamed(block, other);
    }
    for (const block of come) this.#whole('added', block);
    for (const [key, block] of after) {
      const former = before.get(key);
      if (former !== undefined) this.#both(former, block);
    }
    this.#order([...before.keys()], [...after.keys()]);
    this.#comments();
    return this.#found;
  }

  #push(change: RuleChange): void {
    this.#found.push(change);
  }

  #newGuards(come: readonly Named[]): ReadonlySet<string> {
    const stood = new Set(this.#pair.was.blocks.filter(isGuard).map(nameOf));
    const names = come.filter(isGuard).map(nameOf);
    return new Set(names.filter((name) => !stood.has(name) && !this.#around.elsewhere.has(name)));
  }

  /** Guards that stood before and ask what is called by name, by what a change of it means for them. */
  #reach(name: string, sense: Sense): ReturnType<Reach['of']> {
    return this.#around.reach.of(name, sense).filter(({ guard }) => !this.#fresh.has(guard));
  }

  /** Language, module and what it requires. */
  #header(): void {
    const { was, is } = this.#pair;
    const lines = (kind: 'module' | 'requires', side: typeof was) =>
      side.blocks.filter((block) => block.kind === kind).map((block) => side.head(block));
    if (was.own !== is.own)
      this.#push({ ...FILE, kind: 'language', before: was.own, after: is.own, effect: 'same' });
    for (const kind of ['module', 'requires'] as const) {
      const [a, b] = [lines(kind, was).join('\n'), lines(kind, is).join('\n')];
      if (a === b) continue;
      // A module whose plugin is absent is switched off, and one that binds keeps its old text: its
      // gates, and those of other modules that ask what is called by name in it.
      const own = is.blocks
        .filter(isGuard)
        .map(nameOf)
        .filter((name) => !this.#fresh.has(name));
      const asked = is.blocks
        .filter((block) => isNamed(block) && isAsked(block))
        .flatMap((block) => this.#reach(nameOf(block as Named), 'unclear'));
      const guards = [...new Set([...own, ...asked.map(({ guard }) => guard)])];
      this.#push({
        block: kind,
        name: '',
        kind: 'clause',
        clause: is.words.keyword(kind),
        before: a,
        after: b,
        effect: 'unclear',
        guards,
      });
    }
  }

  #whole(kind: 'added' | 'removed', block: Named): void {
    const side = kind === 'added' ? this.#pair.is : this.#pair.was;
    const own = isGuard(block) ? [block.name.name] : [];
    const left = kind === 'removed' && isAsked(block) ? this.#stillAsking(block) : [];
    const effect: ChangeEffect =
      left.length > 0
        ? 'unclear'
        : own.length === 0
          ? 'same'
          : kind === 'added'
            ? 'stricter'
            : 'looser';
    const guards = [...own, ...left];
    const text = side.block(block);
    this.#push({
      kind,
      block: block.kind,
      name: nameOf(block),
      ...(kind === 'added' ? { after: text } : { before: text }),
      effect,
      guards,
    });
  }

  /** Guards that ask what is gone: they find another thing of that name elsewhere now. */
  #stillAsking(block: Named): readonly string[] {
    const asking = this.#around.still
      .of(nameOf(block), 'unclear')
      .map(({ guard }) => guard)
      .filter((guard) => !this.#fresh.has(guard));
    return asking.length === 0 || this.#around.movedAway(block) ? [] : asking;
  }

  /** Only the name differs: the rest reads the same. */
  #isRenamed(before: Named, after: Named): boolean {
    const { was, is } = this.#pair;
    return before.kind === after.kind && restOf(before, was) === restOf(after, is);
  }

  #renamed(before: Named, after: Named): void {
    const names = { before: nameOf(before), after: nameOf(after) };
    const of = { block: after.kind, name: nameOf(after), guards: [] };
    this.#push({ ...of, kind: 'renamed', ...names, effect: 'same' });
    this.#doc(before, after);
  }

  #both(before: Named, after: Named): void {
    const { was, is } = this.#pair;
    this.#doc(before, after);
    if (was.block(before) === is.block(after)) return;
    const found = this.#found.length;
    if (before.kind === 'formula' && after.kind === 'formula') this.#formula(before, after);
    else if ('clauses' in before && 'clauses' in after) this.#clauses(before, after);
    if (this.#found.length > found) return;
    // In a way that has no name: both texts are shown.
    const texts = { before: was.block(before), after: is.block(after) };
    this.#tell(after, 'unclear', { kind: 'clause', ...texts, effect: 'unclear' });
  }

  #formula(before: FormulaBlock, after: FormulaBlock): void {
    const { was, is } = this.#pair;
    const signature = (block: FormulaBlock) =>
      [
        ...block.params.map(({ name, type }) => `${name.name}: ${type.text}`),
        block.type?.text,
      ].join();
    if (signature(before) !== signature(after)) {
      const texts = { before: was.head(before), after: is.head(after) };
      this.#tell(after, 'unclear', { kind: 'clause', ...texts, effect: 'unclear' });
      return;
    }
    for (const piece of piecesOf(before.body, after.body, this.#pair))
      this.#tell(after, piece.sense, toldPiece(piece, '', 'same'));
  }

  #clauses(before: Exclude<Named, FormulaBlock>, after: Exclude<Named, FormulaBlock>): void {
    const { was, is } = this.#pair;
    if (was.head(before) !== is.head(after)) {
      const texts = { before: was.head(before), after: is.head(after) };
      this.#tell(after, 'unclear', { kind: 'clause', ...texts, effect: 'same' });
    }
    const told = clauseChanges(before, after, this.#pair);
    for (const change of told)
      this.#tell(after, change.effect === 'same' ? 'unclear' : 'none', change);
    if (told.length > 0) return;
    const texts = { before: was.block(before), after: is.block(after) };
    this.#tell(after, 'none', { kind: 'order', ...texts, effect: 'same' });
  }

  /**
   * Tells a change of a block: of a guard itself, else with the guards that ask it.
   * @param sense which way a formula goes; of a guard it is in the change itself
   */
  #tell(block: Named, sense: Sense, told: Told): void {
    const { clause, ...rest } = told;
    const change = {
      ...rest,
      ...(clause === undefined || clause === '' ? {} : { clause }),
      block: block.kind,
      name: nameOf(block),
    };
    if (isGuard(block)) {
      this.#push({ ...change, guards: [block.name.name] });
      return;
    }
    const reached = isAsked(block) ? this.#reach(nameOf(block), sense) : [];
    const effects = [...new Set(reached.map(({ effect }) => effect))];
    if (effects.length === 0) this.#push({ ...change, effect: 'same', guards: [] });
    for (const effect of effects) {
      const guards = reached.filter((item) => item.effect === effect).map(({ guard }) => guard);
      this.#push({ ...change, effect, guards });
    }
  }

  #doc(before: Named, after: Named): void {
    if (before.doc === after.doc) return;
    this.#push({
      kind: 'comment',
      block: after.kind,
      name: nameOf(after),
      ...(before.doc === undefined ? {} : { before: before.doc }),
      ...(after.doc === undefined ? {} : { after: after.doc }),
      effect: 'same',
      guards: [],
    });
  }

  /** Blocks that stay, in another order. */
  #order(before: readonly string[], after: readonly string[]): void {
    const [a, b] = [
      before.filter((key) => after.includes(key)),
      after.filter((key) => before.includes(key)),
    ];
    if (a.join('\n') === b.join('\n')) return;
    this.#push({ ...FILE, kind: 'order', effect: 'same' });
  }

  /** Comments that are no doc of a block. */
  #comments(): void {
    const { was, is } = this.#pair;
    const plain = ({ parsed }: typeof was) =>
      parsed.file.comments.filter(({ doc }) => !doc).map(({ text }) => text);
    const [a, b] = [plain(was).join('\n'), plain(is).join('\n')];
    if (a !== b) this.#push({ ...FILE, kind: 'comment', before: a, after: b, effect: 'same' });
  }
}

/** What gates ask by name. */
const isAsked = (block: Named): boolean => isCallable(block) || block.kind === 'entity';
