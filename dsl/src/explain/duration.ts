const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** A length of time as people read it: `1 h 30 min`, `45 s`. @param ms milliseconds, not negative */
export function durationText(ms: number): string {
  let left = ms;
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const whole = Math.floor(left / length);
    if (whole > 0) parts.push(`${whole} ${unit}`);
    left -= whole * length;
  }
  const seconds = Number((left / 1000).toFixed(3));
  if (seconds > 0 || parts.length === 0) parts.push(`${seconds} s`);
  return parts.join(' ');
}
