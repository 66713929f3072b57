import type { CheckedBalance } from '../check/blocks/balances.ts';
import type { CheckedFormula } from '../check/blocks/formulas.ts';
import type { CheckedKpi } from '../check/blocks/kpis.ts';
import type { CheckedExpr } from '../check/blocks/triggers.ts';
import type { CheckedProgram, NamedFile } from '../check/check.ts';
import { createChecker } from '../check/check.ts';
import { type World, worldWithoutBlocks } from '../check/context.ts';
import { expressionsOf, type WholeExpr } from '../check/expressions.ts';
import { DeepCache } from '../deep/cache.ts';
import { LiveFile, type ParsedFile } from '../language/live-file.ts';
import { walk } from '../language/visit.ts';
import { deepCheckOf } from '../program/deep-findings.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { Catalog, CatalogField, CatalogIndex } from '../types/catalog.ts';
import { indexCatalog } from '../types/catalog.ts';
import type { Type } from '../types/type.ts';
import { Beyond } from './beyond.ts';

/** A block that expressions call by name. */
export type Called = CheckedFormula | CheckedKpi | CheckedBalance;

/**
 * The files a service works on. A change reads and checks again only what it touched: diagnostics
 * are there at once, and the trees of what has moved follow when somebody asks for them.
 */
export class Workspace {
  readonly #catalog: Catalog;
  readonly #deep = new DeepCache();
  readonly #files = new Map<string, LiveFile>();
  readonly #check: ReturnType<typeof createChecker>;
  #checked: CheckedProgram | undefined;
  readonly #further = new Beyond();
  /** What all files together are refused for though none of them has a fault. */
  #beyond: readonly Diagnostic[] | undefined;
  #parsed: ReadonlyMap<string, ParsedFile> | undefined;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    this.#check = createChecker(indexCatalog(catalog));
  }

  /** The files with changes made, apart from these. */
  with(
    edits: readonly { readonly file: string; readonly span: Span; readonly text: string }[],
  ): Workspace {
    const made = new Workspace(this.#catalog);
    for (const [name, { text: before }] of this.#files) {
      const mine = edits.filter(({ file }) => file === name);
      const after = mine
        .sort((a, b) => b.span.start - a.span.start)
        .reduce(
          (all, { span, text }) => all.slice(0, span.start) + text + all.slice(span.end),
          before,
        );
      made.set(name, after);
    }
    return made;
  }

  /** The catalog with the entities of the files, as they are now. */
  get index(): CatalogIndex {
    return this.#latest().index;
  }

  set(name: string, text: string): void {
    const file = this.#files.get(name);
    if (file?.text === text) return;
    if (file === undefined) this.#files.set(name, new LiveFile(name, text));
    else file.text = text;
    this.#changed();
  }

  remove(name: string): void {
    this.#files.delete(name);
    this.#changed();
  }

  #changed(): void {
    this.#checked = undefined;
    this.#beyond = undefined;
    this.#parsed = undefined;
  }

  file(name: string): ParsedFile | undefined {
    return this.#files.get(name)?.parsed;
  }

  get files(): ReadonlyMap<string, ParsedFile> {
    this.#parsed ??= new Map([...this.#files].map(([name, { parsed }]) => [name, parsed]));
    return this.#parsed;
  }

  /** The checked program, with every position as it is now. */
  get program(): CheckedProgram {
    this.#settle();
    return this.#latest();
  }

  #settle(): void {
    for (const file of this.#files.values()) void file.parsed.file;
  }

  /** Checked in the order of the names: which of two equal names comes first never depends on edits. */
  #latest(): CheckedProgram {
    this.#checked ??= this.#check(
      [...this.#files.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(standing),
    );
    return this.#checked;
  }

  /**
   * Formulas, and KPIs and balances as the formulas of their records: for what they are called and
   * give. Their positions may be those before an edit.
   */
  get callables(): readonly Called[] {
    const { formulas, kpis, balances } = this.#latest();
    return [...formulas, ...kpis, ...balances];
  }

  called(name: string): Called | undefined {
    return this.callables.find(({ signature }) => signature.name === name);
  }

  /** What a text that is looked at by itself can call. */
  get world(): World {
    return {
      ...worldWithoutBlocks(this.index),
      formula: (name) => this.called(name)?.signature,
    };
  }

  /** What the catalog tells of a record's field, or of a setting. */
  fieldOf(record: Type, name: string): CatalogField | undefined {
    const { settings } = this.index.catalog;
    if (record === this.index.settings)
      return settings !== undefined && Object.hasOwn(settings, name) ? settings[name] : undefined;
    return record.kind === 'record' && record.name !== undefined
      ? this.index.field(record.name, name)
      : undefined;
  }

  diagnostics(name: string): readonly Diagnostic[] {
    const file = this.#files.get(name);
    if (file === undefined) return [];
    const told = [...this.#latest().diagnostics, ...this.#toldBeyond()];
    return [...file.diagnostics, ...told.filter((item) => item.file === name)];
  }

  #toldBeyond(): readonly Diagnostic[] {
    this.#beyond ??= this.#isFaulty()
      ? []
      : this.#further.told(this.#latest(), {
          source: (name) => this.#files.get(name)?.text ?? '',
          settle: () => this.#settle(),
          startOf: (block, name) => this.#files.get(name)?.startOf(block) ?? block.span.start,
        });
    return this.#beyond;
  }

  #isFaulty(): boolean {
    const isError = ({ severity }: Diagnostic) => severity === 'error';
    return (
      this.#latest().diagnostics.some(isError) ||
      [...this.#files.values()].some(({ diagnostics }) => diagnostics.some(isError))
    );
  }

  /** What the rules say together; undefined when it was left off. */
  deepDiagnostics(goOn: () => boolean): readonly Diagnostic[] | undefined {
    const all = [...this.#files.keys()].flatMap((name) => this.diagnostics(name));
    const source = (name: string) => this.#files.get(name)?.text ?? '';
    return deepCheckOf(this.program, all, source, { goOn, cache: this.#deep });
  }

  /** The checked expressions of the blocks of a file, or of the one at an offset. */
  expressions(name: string, offset?: number): WholeExpr[] {
    return expressionsOf(
      this.program,
      ({ reporter, block }) =>
        reporter.file === name && (offset === undefined || covers(block.span, offset)),
    );
  }

  /** The innermost checked expression at an offset. */
  exprAt(name: string, offset: number): CheckedExpr | undefined {
    let found: CheckedExpr | undefined;
    for (const { expr, typing } of this.expressions(name, offset)) {
      if (!covers(expr.span, offset)) continue;
      walk(expr, (part) => {
        if (!covers(part.span, offset)) return;
        const best = found?.expr.span;
        if (best === undefined || part.span.end - part.span.start <= best.end - best.start)
          found = { expr: part, typing };
      });
    }
    return found;
  }
}

/** A file for the checker, which asks where blocks stand only when it has something to tell. */
const standing = (file: LiveFile): NamedFile => ({
  name: file.name,
  file,
  startOf: (block) => file.startOf(block),
});

/** Also just behind the last character, where a cursor stands while typing. */
export const covers = (span: Span, offset: number): boolean =>
  span.start <= offset && offset <= span.end;
