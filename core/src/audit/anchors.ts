import { invalid } from '../api/errors.ts';
import type { Anchor, Place } from '../data/index.ts';

const MOST = 1_000;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Chains out of checkpoints, as a caller sends them: `{ chains: [[type, id, entries, sig, checkpoint]] }`.
 * @throws Refusal anchors_invalid
 */
export function anchorsOf(body: unknown): (Place & Anchor)[] {
  const chains = (body as { chains?: unknown } | null | undefined)?.chains;
  if (!Array.isArray(chains) || chains.length > MOST) throw notAnchors();
  return chains.map((chain) => {
    const [object_type, object_id, entries, last_sig, checkpoint] = Array.isArray(chain)
      ? (chain as unknown[])
      : [];
    const good =
      typeof object_type === 'string' &&
      typeof object_id === 'string' &&
      UUID.test(object_id) &&
      typeof last_sig === 'string' &&
      isCount(entries) &&
      isCount(checkpoint);
    if (!good) throw notAnchors();
    return { object_type, object_id: object_id.toLowerCase(), entries, last_sig, checkpoint };
  });
}

const isCount = (given: unknown): given is number =>
  typeof given === 'number' && Number.isSafeInteger(given) && given > 0;

const notAnchors = () =>
  invalid(
    'anchors_invalid',
    `chains: each is [type, id, entries, signature, number of the checkpoint], at most ${MOST}`,
    { most: MOST },
  );
