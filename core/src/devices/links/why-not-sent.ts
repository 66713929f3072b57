import type { CommandAnswer, DeviceCommand } from '../../api/links.ts';

const NOT_SENT: CommandAnswer = { status: 'expired', latency_ms: 0 };

/** What hosts of sessions and drivers answer: see `whyNotSent` in `api/links.ts`. */
export async function whyNotSent(
  { expiresAt, stillWanted }: Pick<DeviceCommand, 'expiresAt' | 'stillWanted'>,
  now: () => number,
): Promise<CommandAnswer | null> {
  const left = expiresAt.getTime() - now();
  if (left <= 0) return NOT_SENT;
  if (stillWanted === undefined) return null;
  const late = Promise.withResolvers<CommandAnswer>();
  const timer = setTimeout(() => late.resolve(NOT_SENT), left);
  const answer = await Promise.race([reasonAgainst(stillWanted), late.promise]);
  clearTimeout(timer);
  return answer === null && expiresAt.getTime() <= now() ? NOT_SENT : answer;
}

async function reasonAgainst(stillWanted: () => Promise<boolean>): Promise<CommandAnswer | null> {
  try {
    return (await stillWanted()) ? null : { ...NOT_SENT, code: 'overtaken' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...NOT_SENT, code: 'undecided', message };
  }
}
