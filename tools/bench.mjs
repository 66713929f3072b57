// `npm run bench [-- names]`: runs every */bench/*.bench.ts on its own, one after the other, after
// a line about the machine. With names, only those whose path contains one of them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { ensureInstalled } from './ensure-installed.mjs';
import { at } from './lib/root.mjs';
import { platformNode, runNode } from './lib/run.mjs';

const names = process.argv.slice(2);

await ensureInstalled();
const node = execFileSync(platformNode(), ['--version'], { encoding: 'utf8' }).trim();
const memory = (totalmem() / 2 ** 30).toFixed(0);
console.log(
  `${type()} ${release()}, ${cpus().length} × ${cpus()[0]?.model}, ${memory} GiB, Node ${node}`,
);

const plugins = readdirSync(at('plugins')).map((name) => `plugins/${name}`);
const files = ['dsl', 'core', ...plugins, 'editor']
  .map((workspace) => `${workspace}/bench`)
  .filter((folder) => existsSync(at(folder)))
  .flatMap((folder) =>
    readdirSync(at(folder))
      .sort()
      .map((file) => `${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => names.length === 0 || names.some((name) => file.includes(name)));

if (files.length === 0) {
  console.error(
    names.length === 0 ? 'There is no bench.' : `No bench is named ${names.join(' or ')}.`,
  );
  process.exitCode = 2;
}
for (const file of files) {
  console.log(`\n${file}`);
  const code = await runNode(['-C', 'qoida-src', at(file)]);
  if (code !== 0) process.exitCode = 1;
}
