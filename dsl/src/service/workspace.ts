import type { CheckedProgram } from '../check/check.ts';
import { check } from '../check/check.ts';
import type { Typing } from '../check/context.ts';
import type { Block, Expr } from '../language/ast.ts';
import type { ParsedFile } from '../language/parse.ts';
import { parseFile } from '../language/parse.ts';
import { walk } from '../language/visit.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { Catalog, CatalogIndex } from '../types/catalog.ts';
import { indexCatalog } from '../types/catalog.ts';

/** An expression with what checking found out about it and its parts. */
export interface TypedExpr {
  readonly expr: Expr;
  readonly typing: Typing;
}

/** The files a service works on; a changed file is parsed again, the program is checked when asked. */
export class Workspace {
  readonly index: CatalogIndex;
  readonly #files = new Map<string, ParsedFile>();
  #program: CheckedProgram | undefined;

  constructor(catalog: Catalog) {
    this.index = indexCatalog(catalog);
  }

  set(name: string, text: string): void {
    if (this.#files.get(name)?.source.text === text) return;
    this.#files.set(name, parseFile(name, text));
    this.#program = undefined;
  }

  remove(name: string): void {
    this.#files.delete(name);
    this.#program = undefined;
  }

  file(name: string): ParsedFile | undefined {
    return this.#files.get(name);
  }

  get files(): ReadonlyMap<string, ParsedFile> {
    return this.#files;
  }

  get program(): CheckedProgram {
    this.#program ??= check(
      [...this.#files].map(([name, { file }]) => ({ name, file })),
      this.index,
    );
    return this.#program;
  }

  diagnostics(name: string): readonly Diagnostic[] {
    const file = this.#files.get(name);
    if (file === undefined) return [];
    return [...file.diagnostics, ...this.program.diagnostics.filter((item) => item.file === name)];
  }

  /** Every checked expression of a file, whole ones only. */
  expressions(name: string): TypedExpr[] {
    const { formulas, gates, tests } = this.program;
    const mine = <T extends { reporter: { file: string } }>(items: readonly T[]) =>
      items.filter((item) => item.reporter.file === name);
    return [
      ...mine(formulas).map(({ block, typing }) => ({ expr: block.body, typing })),
      ...mine(gates).flatMap((gate) =>
        gate.points
          .slice(0, 1)
          .flatMap((point) => [
            { expr: gate.mode.condition, typing: point.typing },
            ...(gate.release?.until && point.until
              ? [{ expr: gate.release.until, typing: point.until }]
              : []),
            ...[...point.texts].map(([expr, typing]) => ({ expr, typing })),
          ]),
      ),
      ...mine(tests).flatMap((test) => [
        ...test.givens.map(({ clause, typing }) => ({ expr: clause.value, typing })),
        ...test.expects.flatMap(({ clause, typing }) =>
          clause.what.kind === 'true' && typing ? [{ expr: clause.what.condition, typing }] : [],
        ),
      ]),
    ];
  }

  /** The innermost expression at an offset. */
  exprAt(name: string, offset: number): TypedExpr | undefined {
    let found: TypedExpr | undefined;
    for (const { expr, typing } of this.expressions(name)) {
      walk(expr, (part) => {
        if (!covers(part.span, offset)) return;
        const best = found?.expr.span;
        if (best === undefined || part.span.end - part.span.start <= best.end - best.start)
          found = { expr: part, typing };
      });
    }
    return found;
  }

  blockAt(name: string, offset: number): Block | undefined {
    return this.#files.get(name)?.file.blocks.find((block) => covers(block.span, offset));
  }
}

/** Also just behind the last character, where a cursor stands while typing. */
export const covers = (span: Span, offset: number): boolean =>
  span.start <= offset && offset <= span.end;
