import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clientOf, type TestClient } from '../../src/testing/index.ts';
import type { Plant } from './plant.ts';

/** A node of a plant in a process of its own. */
export interface KillableNode {
  readonly process: ChildProcess;
  readonly admin: TestClient;
  /** Ends it as a power cut would; a node that is gone stays gone. */
  kill(): Promise<void>;
}

/** @param rules a file of rules that the node brings with it */
export async function startKillable(
  { dsn, dataDir }: Plant,
  rules: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<KillableNode> {
  const file = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
  const flags = ['--conditions', 'qoida-src', file, dsn, dataDir, rules, JSON.stringify(settings)];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout as never }), 'line');
  const { url, token } = JSON.parse(line as string) as { url: string; token: string };
  return {
    process: child,
    admin: clientOf(url, token),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
