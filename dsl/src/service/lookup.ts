import type { Workspace } from './workspace.ts';

/** What is looked up, for one reader. */
export interface Lookup {
  readonly workspace: Workspace;
  readonly language: string;
}
