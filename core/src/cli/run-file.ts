import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateJson } from '../config/index.ts';

/** How other commands on this machine find the running platform. */
export interface RunFile {
  readonly pid: number;
  readonly url: string;
  /** Service token with the rights of an administrator; the file is readable by its owner alone. */
  readonly token: string;
}

const pathOf = (dataDir: string) => join(dataDir, 'run.json');

export const writeRunFile = (dataDir: string, content: RunFile) =>
  writePrivateJson(pathOf(dataDir), content);
export const removeRunFile = (dataDir: string) => rmSync(pathOf(dataDir), { force: true });

/** The platform that runs on this data folder, if it still does. */
export function readRunFile(dataDir: string): RunFile | undefined {
  const path = pathOf(dataDir);
  if (!existsSync(path)) return undefined;
  const content = JSON.parse(readFileSync(path, 'utf8')) as RunFile;
  return isAlive(content.pid) ? content : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
