import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '../config-reader.ts';
import type { Ready } from './commands.ts';
import { readSimulatorConfig, type SimLineConfig } from './config.ts';
import { startControl } from './control.ts';
import { type SimLine, startLine } from './line.ts';
import type { OnBytes, Outlet } from './outlet.ts';
import { findSocat, ptyOutlet } from './pty-outlet.ts';
import { seeded } from './random.ts';
import { tcpOutlet } from './tcp-outlet.ts';

const USAGE = `Plays weighing indicators.
  node main.ts --config FILE     configuration from a file
  node main.ts '{"lines":[…]}'   configuration as an argument
Prints one line of JSON when ready; ends when its standard input closes or on SIGTERM.`;

const LOOPBACK = '127.0.0.1';

async function main(): Promise<void> {
  const config = readSimulatorConfig(readArguments());
  const random = seeded(config.seed);
  const folder = { path: undefined as string | undefined };
  const lines: SimLine[] = [];
  for (const line of config.lines)
    lines.push(await startLine(line, random, (onBytes) => openOutlet(line, folder, onBytes)));
  const control = await startControl(config.controlPort, async ({ scale, ...action }) => {
    const line = lines.find((known) => known.codes.includes(scale));
    return line ? line.act(scale, action) : { ok: false, error: `no scale "${scale}"` };
  });

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await Promise.all([control.close(), ...lines.map((line) => line.close())]);
    if (folder.path) rmSync(folder.path, { recursive: true, force: true });
    process.exit(0);
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  process.stdin.on('end', end).on('close', end).on('error', end).resume();
  process.stdout.on('error', end);
  print(readyMessage(config.lines, lines, control.port));
}

function readArguments(): unknown {
  const { values, positionals } = parseArgs({
    options: { config: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  const text = values.config === undefined ? positionals[0] : readFileSync(values.config, 'utf8');
  if (values.help || text === undefined) {
    process.stderr.write(`${USAGE}\n`);
    process.exit(values.help ? 0 : 2);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(
      'config',
      `is no JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function openOutlet(
  { link, scales }: SimLineConfig,
  folder: { path: string | undefined },
  onBytes: OnBytes,
): Promise<Outlet> {
  if (link.kind === 'tcp') return tcpOutlet(link.host, link.port, onBytes);
  const socat = findSocat();
  const code = scales[0]?.code ?? 'scale';
  if (socat) {
    if (link.path !== undefined) return ptyOutlet(socat, link.path, false, onBytes);
    folder.path ??= mkdtempSync(join(tmpdir(), 'qoida-scales-'));
    const name = code.replaceAll(/[^\w.-]/g, '_');
    return ptyOutlet(socat, join(folder.path, name), true, onBytes);
  }
  const message = 'socat is not installed, so there is no pseudo-terminal';
  if (link.fallbackPort === undefined)
    throw new ConfigError(code, `${message}; install it or set link.fallback_tcp_port`);
  process.stderr.write(`${JSON.stringify({ warning: 'no_socat', message, scale: code })}\n`);
  return tcpOutlet(LOOPBACK, link.fallbackPort, onBytes);
}

function readyMessage(
  configs: readonly SimLineConfig[],
  lines: readonly SimLine[],
  port: number,
): Ready {
  const scales = configs.flatMap(({ protocol, scales: all }, index) =>
    all.map(({ code, address }) => ({
      code,
      protocol: protocol.name,
      address: address ?? null,
      link: lines[index]?.link ?? { kind: 'tcp' as const, host: LOOPBACK, port: 0 },
    })),
  );
  return { ready: true, control: { port }, scales };
}

const print = (message: Ready) => process.stdout.write(`${JSON.stringify(message)}\n`);

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${JSON.stringify({ error: 'simulator', message })}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
});
