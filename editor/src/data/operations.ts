import type { GateRefusal } from './gates.ts';
import { request } from './http.ts';

export interface CheckAnswer {
  readonly allowed: boolean;
  readonly refusals: readonly GateRefusal[];
  readonly warnings: readonly GateRefusal[];
}

/** What would happen: the operation goes down the whole road to the gates and is rolled back. */
export const checkOperation = (name: string, input: unknown) =>
  request<CheckAnswer>('POST', `/operations/${name}/check`, { body: input });
