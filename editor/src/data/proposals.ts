import { change, get } from './http.ts';
import { checkTogether, type JointOutcome, type JointReport } from './joint-drafts.ts';

/** A text that one person proposed for a module, and what became of it. */
export interface Proposal {
  readonly module: string;
  /** Those that were proposed together have the same, and come into force together. */
  readonly bundle: string | null;
  readonly text: string;
  readonly hash: string;
  readonly base_version: number;
  readonly note: string;
  readonly proposed_by_id: string | null;
  readonly proposed_by: string;
  readonly proposed_at: string;
  readonly state: 'open' | 'published' | 'rejected' | 'withdrawn' | 'void';
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly reason: string | null;
}

/** What stands about a module's last proposal: the texts that wait with it, and what they would say. */
export interface ProposalView {
  readonly last: Proposal;
  /** Empty where it is decided on. */
  readonly open: readonly Proposal[];
  readonly report: JointReport | undefined;
}

const list = (query: Readonly<Record<string, string>>) =>
  get<{ items: readonly Proposal[] }>('/rules/proposals', query);

/** The last proposal for a module, with all that came together with it while it is open. */
export async function readProposal(module: string): Promise<ProposalView | undefined> {
  const [last] = (await list({ module, state: 'all', page_size: '1' })).items;
  if (last === undefined) return undefined;
  if (last.state !== 'open') return { last, open: [], report: undefined };
  const open =
    last.bundle === null
      ? [last]
      : (await list({ bundle: last.bundle, state: 'open', page_size: '100' })).items.toSorted(
          (a, b) => (a.module < b.module ? -1 : 1),
        );
  return { last, open, report: open.length === 0 ? undefined : await checkTogether(open) };
}

/** Puts all of them into force, or none. @throws ApiError proposal_void, own_proposal */
export const confirmProposals = (proposals: readonly Proposal[]) =>
  change<JointOutcome>('POST', '/rules/proposals/confirm', {
    proposals: proposals.map(({ module, hash }) => ({ module, hash })),
  });
/** Sends a proposal back, with what came together with it; one's own is taken back. */
export const rejectProposal = ({ module, hash }: Proposal, reason: string) =>
  change<{ state: string }>(
    'POST',
    `/rules/modules/${encodeURIComponent(module)}/proposal/reject`,
    { hash, reason },
  );
