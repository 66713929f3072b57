// A step of `npm run build`: the doors for browsers go where the compiler has put their types, and
// what stands behind `#parser` in a browser.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Rolldown } from 'vite';
import { bundleForBrowsers, bundleOfParser } from './bundle.ts';

const DIST = new URL('../dist/', import.meta.url);

function write(folder: URL, chunks: readonly Rolldown.OutputChunk[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { fileName, code } of chunks) writeFileSync(new URL(fileName, folder), code);
}

const doors = new URL('browser/', DIST);
for (const name of readdirSync(doors)) {
  if (!name.endsWith('.d.ts')) rmSync(new URL(name, doors));
}
write(doors, await bundleForBrowsers());

const parser = new URL('parser/', DIST);
write(parser, await bundleOfParser());
writeFileSync(new URL('chevrotain.d.ts', parser), "export * from 'chevrotain';\n");
