import type { Approval, ApprovalState } from '../../data/approvals.ts';

type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'plain';

/** How each state of a request looks. */
export const STATE_TONES: Readonly<Record<ApprovalState, Tone>> = {
  pending: 'warn',
  approved: 'good',
  rejected: 'bad',
  expired: 'plain',
  withdrawn: 'plain',
};

/** What came of an approved operation, where there is something to tell. */
export function outcomeOf({
  state,
  kind,
  outcome,
}: Approval): 'running' | 'done' | 'failed' | null {
  if (state !== 'approved' || kind !== 'operation') return null;
  if (outcome === 'done') return 'done';
  return outcome === 'refused' || outcome === 'failed' ? 'failed' : 'running';
}

/** What was asked for, name by name; ids tell a person nothing, and what the message tells is told. */
export function factsOf({ input, payload, object_id, message }: Approval): [string, string][] {
  return Object.entries({ ...input, ...payload }).flatMap(([name, value]): [string, string][] => {
    if (value === null || value === '' || value === object_id || UUID.test(String(value)))
      return [];
    if (typeof value === 'string' && message.includes(value)) return [];
    return [[name, typeof value === 'object' ? listed(value) : String(value)]];
  });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;
const listed = (value: object): string =>
  Array.isArray(value) && value.every((one) => typeof one !== 'object')
    ? value.join(', ')
    : JSON.stringify(value);
