import type { Access } from './reader.ts';
import type { Progress, RehearsalItem, RehearsalTask } from './task.ts';

/** What the thread of a rehearsal begins with: what to do, and how to read. */
export interface WorkerTask {
  readonly task: RehearsalTask;
  readonly access: Access;
}

export type FromWorker =
  | { readonly kind: 'items'; readonly items: readonly RehearsalItem[] }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: string };

/** The entries sent last are kept: more may come. */
export interface ToWorker {
  readonly kind: 'kept';
}
