import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';

const ENTRY = new URL('../../src/index.ts', import.meta.url).href;

/** A fenced block of a page. */
export interface Fenced {
  /** What stands behind the fence: `ts`, `text`, `qoida file=waste.qoida`. */
  readonly kind: string;
  readonly text: string;
  /** Where its text begins in the page. */
  readonly at: number;
}

export const fencedIn = (page: string): readonly Fenced[] =>
  [...page.matchAll(/^```([^\n]+)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: kind = '', 2: text = '', index }) => ({
      kind,
      text,
      at: index + kind.length + 4,
    }),
  );

/**
 * Runs TypeScript as a reader would who puts the pieces into one file.
 * @param pieces run one after the other, with the names of those before
 * @param files what lies in the folder it runs in, by name
 * @returns what each piece prints
 */
export async function runPieces(
  pieces: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'qoida-page-'));
  const home = process.cwd();
  const print = console.log;
  const printed: string[] = [''];
  const globals = globalThis as { nextPiece?: () => void };
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const whole = pieces
      .join('\nglobalThis.nextPiece();\n')
      .replaceAll("'@qoida/dsl'", `'${ENTRY}'`);
    writeFileSync(join(folder, 'page.ts'), whole);
    process.chdir(folder);
    globals.nextPiece = () => printed.push('');
    console.log = (...all: unknown[]) => {
      printed[printed.length - 1] += `${formatWithOptions({}, ...all)}\n`;
    };
    await import(pathToFileURL(join(folder, 'page.ts')).href);
    return printed;
  } finally {
    console.log = print;
    delete globals.nextPiece;
    process.chdir(home);
    rmSync(folder, { recursive: true });
  }
}
