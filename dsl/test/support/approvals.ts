import assert from 'node:assert/strict';
import {
  type ApprovalRequest,
  type ApprovalState,
  type CompiledApproval,
  compileProgram,
  type Decision,
  decide,
  type Votes,
} from '../../src/index.ts';
import { PLANT } from './catalog.ts';

/** The one approval of a text without errors. */
export function approvalOf(text: string): CompiledApproval {
  const { diagnostics, approvals } = compileProgram([{ name: 'rule.qoida', text }], PLANT);
  assert.deepEqual(diagnostics, []);
  const [approval] = approvals;
  assert.ok(approval);
  return approval;
}

export const votes = (steps: string): readonly Votes[] =>
  approvalOf(`approval a\n  on session.close\n  steps ${steps}\n`).stages.map((s) => s.votes);

export const MONDAY = new Date('2025-08-04T08:00:00+05:00');
export const after = (hours: number): Date => new Date(MONDAY.getTime() + hours * 3_600_000);

/** `person: role, role` approves, `person: role no` rejects; an hour apart. */
export const decisions = (...written: readonly string[]): Decision[] =>
  written.map((text, i) => {
    const [person = '', rest = ''] = text.split(': ');
    const rejects = rest.endsWith(' no');
    return {
      person,
      roles: rest.replace(/ no$/, '').split(', '),
      verdict: rejects ? 'reject' : 'approve',
      at: after(i + 1),
    };
  });

export function stateOf(
  stages: readonly Votes[],
  made: readonly Decision[],
  more: Partial<ApprovalRequest> = {},
  now = after(100),
): ApprovalState {
  return decide({ stages, requester: 'asker', requestedAt: MONDAY, decisions: made, ...more }, now);
}
