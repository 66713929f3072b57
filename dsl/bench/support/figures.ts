import { availableParallelism, loadavg } from 'node:os';

/** The middle value; of an even number of values the lower one of the middle two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that a share `part` of all values doesn't exceed (nearest rank). */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** `12 345` */
export function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}

/** One line of a table: the name, then right-aligned columns. */
export function line(name: string, ...columns: readonly string[]): string {
  return `  ${name.padEnd(34)}${columns.map((column) => column.padStart(15)).join('')}`;
}

/** Milliseconds of some work. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of this thread's own work: what a busy machine and collecting garbage beside it add is left out. */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What else the machine has to do: a bench beside other work tells less. */
export function busyness(): string {
  const [load = 0] = loadavg();
  return `load ${load.toFixed(1)} on ${availableParallelism()} cores`;
}
