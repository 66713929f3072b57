import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The repository's top folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const NOT_OURS = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', '.nx']);

/** Every file of the repository with one of these endings, as paths from its top. */
export function sources(endings: RegExp, folder = ROOT): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : sources(endings, path);
    return endings.test(entry.name) ? [relative(ROOT, path)] : [];
  });
}

/** A file's text, by its path from the top. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** How many lines an editor shows for a file. */
export function linesOf(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

/** The lines on which the type `any` is written. */
export function anysIn(path: string, text: string): readonly number[] {
  const script = path.endsWith('.vue') ? scriptOf(text) : text;
  const file = ts.createSourceFile(path, script, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      found.push(file.getLineAndCharacterOfPosition(node.pos).line + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The scripts of a component, everything else blanked, so that line numbers stay true. */
function scriptOf(text: string): string {
  const parts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
  const inside = parts.map((part) => {
    const start = part.index + part[0].indexOf('>') + 1;
    return [start, start + (part[1] ?? '').length] as const;
  });
  return [...text]
    .map((char, at) => (char === '\n' || inside.some(([a, b]) => at >= a && at < b) ? char : ' '))
    .join('');
}

/** A package.json of ours. */
export interface Manifest {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** All package.json files of the repository: its own first, then the workspaces'. */
export function manifests(): readonly Manifest[] {
  const plugins = readdirSync(join(ROOT, 'plugins')).map((name) => `plugins/${name}`);
  return ['.', 'core', 'dsl', 'editor', 'node-red-nodes', ...plugins]
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(join(ROOT, path)))
    .map((path) => ({ path, ...(JSON.parse(textOf(path)) as Omit<Manifest, 'path'>) }));
}

/** All packages a manifest asks for, with the versions it asks for. */
export function wanted(manifest: Manifest): readonly (readonly [name: string, version: string])[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
}

/** The licence an installed package declares; undefined when it isn't installed on this machine. */
export function licenceOf(manifest: Manifest, name: string): string | undefined {
  const places = [join(ROOT, manifest.path, '..', 'node_modules'), join(ROOT, 'node_modules')];
  const file = places.map((place) => join(place, name, 'package.json')).find(existsSync);
  if (file === undefined) return undefined;
  const { license } = JSON.parse(readFileSync(file, 'utf8')) as { license?: string };
  return license ?? 'none declared';
}
