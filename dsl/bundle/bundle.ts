import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { onlyUsedParser } from './parser-parts.ts';

const door = (name: string) => fileURLToPath(new URL(`../src/browser/${name}.ts`, import.meta.url));

/** The files that a page may name, with their sources. */
export const DOORS = {
  qoida: door('qoida'),
  editor: door('editor'),
  diff: door('diff'),
  'from-json-logic': door('from-json-logic'),
} as const;

const PARSER = fileURLToPath(new URL('./parser.ts', import.meta.url));

/**
 * What nearly every door needs is one file: compressed together it is smaller than apart, and a page
 * asks for fewer. The layout is needed by those alone that write rules.
 */
const SHARED = { name: 'part', minShareCount: 3, test: /^(?!.*\/src\/format\/)/ };

/** Who holds the rights to what: the parser's licence wants to be told wherever it goes. */
function notice(): string {
  const named = (path: string) => {
    const { name, version, license } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly [key in 'name' | 'version' | 'license']: string;
    };
    return `${name} ${version}, ${license}`;
  };
  const ours = named(fileURLToPath(new URL('../package.json', import.meta.url)));
  const parser = new URL(
    '../../package.json',
    `file://${createRequire(import.meta.url).resolve('chevrotain')}`,
  );
  return `/*! ${ours}; parts of ${named(fileURLToPath(parser))}, changed */`;
}

/**
 * The package as ES modules for `<script type="module">`, with nothing left to resolve: a file for
 * each door, and the parts that doors share.
 * @throws Error when a source or a part of the parser is not as it should be
 */
export const bundleForBrowsers = () => chunksOf(DOORS);

/**
 * What the language runs of its parser, for those who bundle the package for browsers themselves.
 * @throws Error when a part of the parser is not as it should be
 */
export const bundleOfParser = () => chunksOf({ chevrotain: PARSER });

async function chunksOf(
  input: Readonly<Record<string, string>>,
): Promise<readonly Rolldown.OutputChunk[]> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [onlyUsedParser()],
    resolve: { conditions: ['qoida-src', 'browser'] },
    build: {
      write: false,
      minify: true,
      target: 'es2023',
      modulePreload: false,
      rollupOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'part-[hash].js',
          postBanner: notice(),
          codeSplitting: { groups: [SHARED] },
        },
      },
    },
  });
  if (!('output' in result)) throw new TypeError('more than one bundle was made');
  return result.output.map((part) => {
    if (part.type === 'asset') throw new TypeError(`${part.fileName} is no script`);
    return part;
  });
}
