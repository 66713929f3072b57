import { createHash } from 'node:crypto';

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** Merkle tree hash of RFC 6962 over the leaves in the given order, hexadecimal. */
export function merkleRoot(leaves: readonly string[]): string {
  let level = leaves.map((leaf) => sha256(LEAF, Buffer.from(leaf)));
  if (level.length === 0) return sha256().toString('hex');
  // Joining neighbours and handing on the odd one gives the same tree as splitting at powers of two.
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at] as Buffer, level[at + 1]];
      above.push(right === undefined ? left : sha256(NODE, left, right));
    }
    level = above;
  }
  return (level[0] as Buffer).toString('hex');
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
