import { createReporter, type Diagnostic, type Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { Block } from './ast.ts';
import { quotingIn } from './foreign.ts';
import { isLanguageTag, KEYWORDS, LANGUAGE_TAGS, type LanguageTag } from './keywords.ts';

/** A file as far as its blocks stand beside one another. */
interface Ordered {
  readonly name: string;
  readonly language: LanguageTag;
  readonly blocks: readonly Block[];
  /** Where a block begins by now, when its spans still tell where it was. */
  readonly startOf: (block: Block) => number;
}

/** Of the place where a name stands first. */
const FIRST = 'here it stands first';

/**
 * What is wrong with the order of blocks: `language`, `module` and `requires` stand before all
 * others, the first two once; a plugin is named once, and so is a test.
 */
export function orderFaults(file: Ordered): readonly Diagnostic[] {
  const reporter = createReporter(file.name, quotingIn(file.language));
  const plugins = new Names('namedTwice', file.name, reporter);
  const tests = new Names('sameTest', file.name, reporter);
  const seen = new Set<string>();
  let inside = false;
  for (const block of file.blocks) {
    const { kind } = block;
    if (kind === 'test') tests.add(block.title.value, placed(block.title.span, block, file));
    if (kind !== 'language' && kind !== 'module' && kind !== 'requires') {
      inside = true;
      continue;
    }
    if (inside || (kind !== 'requires' && seen.has(kind))) {
      const name = KEYWORDS[file.language][kind];
      reporter.report('headerPlace', placed(block.span, block, file), { name });
    }
    seen.add(kind);
    if (kind === 'language' && !isLanguageTag(block.tag)) {
      const words = { name: block.tag, known: LANGUAGE_TAGS.join(', ') };
      reporter.report('unknownLanguage', placed(block.tagSpan, block, file), words);
    }
    if (kind === 'requires')
      for (const { text, span } of block.names) plugins.add(text, placed(span, block, file));
  }
  return reporter.diagnostics;
}

/** Where something in a block is by now. */
function placed({ start, end }: Span, block: Block, { startOf }: Ordered): Span {
  const by = startOf(block) - block.span.start;
  return { start: start + by, end: end + by };
}

/** Names that stand once. */
class Names {
  readonly #code: 'namedTwice' | 'sameTest';
  readonly #file: string;
  readonly #reporter: Reporter;
  readonly #seen = new Map<string, Span>();

  constructor(code: 'namedTwice' | 'sameTest', file: string, reporter: Reporter) {
    this.#code = code;
    this.#file = file;
    this.#reporter = reporter;
  }

  add(name: string, span: Span): void {
    const first = this.#seen.get(name);
    if (first === undefined) this.#seen.set(name, span);
    else {
      const related = [{ file: this.#file, span: first, message: FIRST }];
      this.#reporter.report(this.#code, span, { name }, undefined, related);
    }
  }
}
