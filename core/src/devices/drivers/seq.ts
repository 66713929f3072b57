/** Numbers of one start lie above those of the one before: the boot second in the high bits (F-OP-56). */
const PER_SECOND = 2 ** 20;

/**
 * Gives each device its growing numbers.
 * @param stored the highest number stored of each device: a clock that was set back must not repeat them
 */
export function seqSource(
  bootedAt: Date,
  stored: ReadonlyMap<string, number>,
): (deviceId: string) => number {
  const boot = Math.floor(bootedAt.getTime() / 1000) * PER_SECOND;
  const next = new Map<string, number>();
  return (deviceId) => {
    const seq = next.get(deviceId) ?? Math.max(boot, (stored.get(deviceId) ?? -1) + 1);
    next.set(deviceId, seq + 1);
    return seq;
  };
}
