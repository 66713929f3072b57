import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { ROOT } from './sources.ts';

const TSC = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

/** A project of a stranger, with a package as npm would install it: built, packed, unpacked. */
export class Stranger {
  readonly folder = mkdtempSync(join(tmpdir(), 'qoida-stranger-'));
  /** Where the package lies. */
  readonly installed: string;

  /** @param workspace a folder of the repository with a package.json */
  constructor(workspace: string) {
    const { name, dependencies } = this.#manifest(workspace);
    this.installed = join(this.folder, 'node_modules', name);
    const tarball = this.#pack(workspace);
    mkdirSync(this.installed, { recursive: true });
    run('tar', ['-xzf', tarball, '-C', this.installed, '--strip-components=1'], ROOT);
    for (const [wanted] of Object.entries(dependencies ?? {})) this.#bring(wanted);
    this.write('package.json', '{ "type": "module", "private": true }');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs a file with a plain Node. @returns what it prints @throws Error with what it complained of */
  runs(name: string): string {
    return run(process.execPath, [name], this.folder);
  }

  /** Checks types. @returns what the compiler finds */
  finds(compilerOptions: Readonly<Record<string, unknown>>, files: readonly string[]): string {
    const types = { types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] };
    const config = { compilerOptions: { ...compilerOptions, ...types, noEmit: true }, files };
    this.write('tsconfig.json', JSON.stringify(config));
    try {
      return run(process.execPath, [TSC, '-p', '.'], this.folder);
    } catch (error) {
      return String((error as { stdout?: unknown }).stdout);
    }
  }

  /** Bundles a file for browsers, as vite does it by itself. */
  async bundles(name: string): Promise<Rolldown.OutputChunk> {
    const result = await build({
      configFile: false,
      root: this.folder,
      logLevel: 'silent',
      build: {
        write: false,
        modulePreload: false,
        rollupOptions: {
          input: join(this.folder, name),
          preserveEntrySignatures: 'strict',
          external: /^node:/,
        },
      },
    });
    if (!('output' in result)) throw new TypeError('more than one bundle was made');
    const [chunk, ...others] = result.output;
    if (others.length > 0) throw new TypeError(`${others.length} files more were made`);
    return chunk;
  }

  tidies(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #manifest(workspace: string) {
    return JSON.parse(readFileSync(join(ROOT, workspace, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly dependencies?: Readonly<Record<string, string>>;
    };
  }

  #pack(workspace: string): string {
    run(process.execPath, [join(ROOT, 'tools', 'build.mjs'), workspace], ROOT);
    const options = ['--ignore-scripts', '--offline', '--json', '--pack-destination', this.folder];
    const told = run('npm', ['pack', ...options], join(ROOT, workspace));
    const [tarball] = Object.values(JSON.parse(told) as Record<string, { filename: string }>);
    if (tarball === undefined) throw new Error(`npm packed nothing: ${told}`);
    return join(this.folder, tarball.filename);
  }

  /** A package and all it needs, from what the repository has installed. */
  #bring(name: string): void {
    const from = join('node_modules', name);
    cpSync(join(ROOT, from), join(this.folder, from), { recursive: true, dereference: true });
    for (const wanted of Object.keys(this.#manifest(from).dependencies ?? {})) this.#bring(wanted);
  }
}

/** The environment without the condition by which the repository finds its sources. */
const { NODE_OPTIONS: _, ...plain } = process.env;

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', env: plain, stdio: 'pipe' });
