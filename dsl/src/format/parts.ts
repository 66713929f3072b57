import type { NameNode, PathNode, TypeNode } from '../language/ast.ts';
import { commaList, concat, type Doc, group, indent, join, line } from './doc.ts';
import { nameText, type Words } from './words.ts';

/** What heads and clauses are made of. */

/** Parts on one line when they fit, else each on its own, indented. */
export const phrase = (...parts: readonly (Doc | undefined)[]): Doc =>
  lines(parts.filter((part) => part !== undefined));

/** The same of parts as many as a text has. */
export const lines = (parts: readonly Doc[]): Doc => group(indent(join(line, parts)));

export const names = (items: readonly NameNode[], words: Words): Doc =>
  group(indent(commaList(items.map((item) => words.name(item)))));

export const path = ({ parts }: PathNode, words: Words): string =>
  parts.map((part) => words.name(part)).join('.');

/** A type with one space where its parts need one. */
export function typeText(type: TypeNode, words: Words): string {
  const parts = words.slice(type.span).match(/#[^\n]*|`[^`]*`|[\p{L}\p{M}\p{N}_'‘’]+|\S/gu) ?? [];
  return parts
    .filter((part) => !part.startsWith('#'))
    .map(nameText)
    .join(' ')
    .replace(/(`[^`]*`)| (?=[,:?)}*/(])|(?<=[({*/]) /gu, '$1');
}

/** `: TYPE`, or nothing. */
export const typed = (type: TypeNode | undefined, words: Words): Doc =>
  type === undefined ? '' : concat(': ', typeText(type, words));
