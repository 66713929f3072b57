import type { Remedy } from '@qoida/dsl';
import type { GateRefusal } from './gates.ts';
import { request } from './http.ts';

/** Who would have to agree before an operation runs. */
export interface NeededApproval {
  readonly message: string;
  readonly remedy: string | null;
  readonly would_pass: readonly Remedy[];
  /** One after another, in words. */
  readonly steps: readonly string[];
  readonly expires_after_sec: number;
}

export interface CheckAnswer {
  readonly allowed: boolean;
  readonly refusals: readonly GateRefusal[];
  readonly warnings: readonly GateRefusal[];
  readonly approval: NeededApproval | null;
}

/** What would happen: the operation goes down the whole road to the gates and is rolled back. */
export const checkOperation = (name: string, input: unknown) =>
  request<CheckAnswer>('POST', `/operations/${name}/check`, { body: input });
