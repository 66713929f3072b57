type Facts = Readonly<Record<string, unknown>>;

/**
 * Was a fact kept? What was there and empty is null and counts as kept; a name that is not there at all
 * was not looked at then, and nobody knows it now. Of a list every line has to have it.
 */
export function isRecorded(facts: unknown, path: string): boolean {
  return has(facts, path.split('.'), 0);
}

function has(value: unknown, steps: readonly string[], at: number): boolean {
  const step = steps[at];
  if (step === undefined || value === null) return true;
  if (Array.isArray(value)) return value.every((line) => has(line, steps, at));
  if (typeof value !== 'object' || value === undefined) return false;
  if (!Object.hasOwn(value, step)) return false;
  return has((value as Facts)[step], steps, at + 1);
}

const SETTINGS = 'settings.';

/** Which of the paths that a rule reads were not kept. */
export function unrecorded(
  reads: readonly string[],
  facts: Facts,
  settings: Facts,
  known: ReadonlySet<string> = new Set(),
): string[] {
  return reads.filter((path) => {
    if (path === 'settings') return false;
    if (path.startsWith(SETTINGS)) return !isRecorded(settings, path.slice(SETTINGS.length));
    return !known.has(path) && !isRecorded(facts, path);
  });
}

/** Which of the paths lie in facts of which only the first lines were kept. */
export const cutShort = (reads: readonly string[], cut: readonly string[]): string[] =>
  reads.filter((path) => cut.includes(path.split('.', 1)[0] ?? ''));
