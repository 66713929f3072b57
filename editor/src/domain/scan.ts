/** A scanner types faster than any person: gaps between its keys stay below this. */
const GAP_MS = 45;
const SHORTEST_CODE = 6;

/**
 * Tells a scanner's burst of keys from a person's typing.
 * The returned function takes each key with its time in milliseconds and says whether this key ended a scan.
 */
export function createScanReader(
  onScan: (code: string) => void,
): (key: string, at: number) => boolean {
  let code = '';
  let last = Number.NEGATIVE_INFINITY;

  return (key, at) => {
    if (at - last > GAP_MS) code = '';
    last = at;
    if (key.length === 1) {
      code += key;
      return false;
    }
    if (key !== 'Enter') return false;
    const scanned = code;
    code = '';
    if (scanned.length < SHORTEST_CODE) return false;
    onScan(scanned);
    return true;
  };
}
