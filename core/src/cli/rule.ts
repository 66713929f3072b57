import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  compileProgram,
  type Diagnostic,
  deepCheck,
  format,
  moduleNamedIn,
  renderDiagnostic,
  runTests,
  sourceText,
} from '@qoida/dsl';
import type { Command } from 'commander';
import { catalogOf } from '../platform/catalog.ts';
import type { Configuration } from '../platform/configuration.ts';
import { readShipped } from '../rules/index.ts';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';
import { withOwnPlugins } from './own-plugin.ts';
import { addRuleFileCommands } from './rule-files.ts';

type Print = (text: string) => void;
type Configure = () => Promise<Configuration>;

/** `qoida rule check|format|test FILE…`, and rules as files of the running platform. */
export function addRuleCommands(
  program: Command,
  configure: Configure,
  connection: () => Promise<Connection>,
  print: Print,
): void {
  const rule = program.command('rule').description('check, format and test rule files (.qoida)');
  addRuleFileCommands(rule, connection, print);
  rule
    .command('check')
    .argument('<files...>', 'rule files')
    .description('tell what is wrong with rule files; exit code 1 when something is')
    .action(async (files: string[]) => {
      const { program: compiled, texts } = await compileFiles(
        files,
        await withOwnPlugins(files, await configure()),
      );
      const found = [...compiled.diagnostics, ...deepCheck(compiled)];
      const mine = found.filter((item) => texts.has(item.file));
      for (const item of mine)
        print(renderDiagnostic(item, sourceText(item.file, texts.get(item.file) ?? '')));
      const errors = mine.filter((item: Diagnostic) => item.severity === 'error').length;
      print(
        `${files.length} file(s), ${errors} error(s), ${mine.length - errors} other finding(s)`,
      );
      if (errors > 0) process.exitCode = EXIT.failed;
    });
  rule
    .command('format')
    .argument('<files...>', 'rule files')
    .option('--check', 'change nothing; exit code 1 when a file is not in the one layout')
    .description('write rule files in the one layout')
    .action((files: string[], options: { check?: boolean }) => {
      const changed = files.filter((file) => formatFile(file, options.check ?? false));
      for (const file of changed) print(`${options.check ? 'would change' : 'formatted'} ${file}`);
      if (options.check && changed.length > 0) process.exitCode = EXIT.failed;
    });
  rule
    .command('test')
    .argument('<files...>', 'rule files')
    .option('--filter <text>', 'only tests whose name contains this')
    .description('run the test blocks of rule files; exit code 1 when one fails')
    .action(async (files: string[], options: { filter?: string }) => {
      const { program: compiled, texts } = await compileFiles(
        files,
        await withOwnPlugins(files, await configure()),
      );
      const errors = compiled.diagnostics.filter(
        (item) => texts.has(item.file) && item.severity === 'error',
      );
      if (errors.length > 0) {
        for (const item of errors)
          print(renderDiagnostic(item, sourceText(item.file, texts.get(item.file) ?? '')));
        throw new CommandError(`${errors.length} error(s); no test was run`);
      }
      const report = runTests(
        compiled,
        options.filter === undefined ? {} : { filter: options.filter },
      );
      const results = report.tests.filter((test) => texts.has(test.file));
      for (const test of results) {
        print(`${test.passed ? 'ok  ' : 'FAIL'} ${test.module}: ${test.title}`);
        for (const reason of test.reasons) print(`       ${reason}`);
      }
      const failed = results.filter((test) => !test.passed).length;
      print(`${results.length - failed} passed, ${failed} failed`);
      if (failed > 0) process.exitCode = EXIT.failed;
    });
}

/** Compiles the files together with the shipped modules they don't replace. */
async function compileFiles(
  files: readonly string[],
  configuration: Pick<Configuration, 'plugins' | 'fields'>,
) {
  const texts = new Map(files.map((file) => [file, readFile(file)]));
  const given = new Set([...texts.values()].map(moduleNamedIn));
  const shipped = configuration.plugins
    .flatMap((plugin) => readShipped(plugin.name, plugin.rules ?? []))
    .filter((entry) => !given.has(entry.module));
  const sources = [
    ...[...texts].map(([name, text]) => ({ name, text })),
    ...shipped.map((entry) => ({ name: `shipped/${entry.module}.qoida`, text: entry.text })),
  ];
  return { program: compileProgram(sources, catalogOf(configuration)), texts };
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
}

function formatFile(file: string, checkOnly: boolean): boolean {
  const text = readFile(file);
  let formatted: string;
  try {
    formatted = format(text);
  } catch (error) {
    throw new CommandError(`${basename(file)}: ${(error as Error).message}`);
  }
  if (formatted === text) return false;
  if (!checkOnly) writeFileSync(file, formatted);
  return true;
}
