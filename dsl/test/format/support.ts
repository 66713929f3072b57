import { readdirSync, readFileSync } from 'node:fs';
import { parseFile } from '../../src/language/parse.ts';
import { OFFSETS } from '../../src/language/placed.ts';

/** Every rule file that comes with the project. */
export const RULE_FILES: readonly { readonly name: string; readonly text: string }[] = [
  new URL('../cases/factory/', import.meta.url),
  new URL('../../../plugins/factory/rules/', import.meta.url),
].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.qoida'))
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') })),
);

/** Can the text be read without an error? */
export const isReadable = (text: string): boolean =>
  !parseFile('f', text).diagnostics.some(({ severity }) => severity === 'error');

/** A type's text without the backticks that its words could do without. */
const unquoted = (text: string): string => text.replace(/`([\p{L}_][\p{L}\p{M}\p{N}_]*)`/gu, '$1');

/** The tree without places, and without the backticks that only one language needs. */
export function treeOf(text: string): unknown {
  const strip = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(strip);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node)
        .filter(([key]) => !OFFSETS.has(key) && !/^(?:span|\w+Span|quoted)$/.test(key))
        .map(([key, value]) => [
          key,
          key === 'text' && typeof value === 'string' ? unquoted(value) : strip(value),
        ]),
    );
  };
  return strip(parseFile('f', text).file.blocks);
}

/** The comments in order. */
export const commentsOf = (text: string): string[] =>
  parseFile('f', text).file.comments.map((comment) => comment.text);

/** The tree without the header that says the language. */
export const meaningOf = (text: string): unknown[] =>
  (treeOf(text) as { kind: string }[]).filter(({ kind }) => kind !== 'language');
