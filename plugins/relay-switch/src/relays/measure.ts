import type { Meters } from '@qoida/core';
import type { RelayCommandStatus, Source } from '../records.ts';

/** What of an outcome counts as answered, as not answered, and as refused by the device or the line. */
const RESULT: Readonly<Record<RelayCommandStatus, 'ok' | 'timeout' | 'error' | null>> = {
  ok: 'ok',
  late: 'ok',
  pending: 'timeout',
  unconfirmed: 'timeout',
  rejected: 'error',
  error: 'error',
  // Nothing was sent: there is no latency.
  expired: null,
  offline: null,
};

/** Counts a command by where it came from and what became of it, and how long its answer took (S-MET-01). */
export function measure(
  metrics: Meters,
  source: Source,
  {
    command: { status, latency_ms },
  }: {
    readonly command: { readonly status: RelayCommandStatus; readonly latency_ms: number | null };
  },
): void {
  metrics
    .counter('relay_commands_total', 'Commands to relays by source and result', [
      'source',
      'result',
    ])
    .inc({ source, result: status });
  const result = RESULT[status];
  if (result === null || latency_ms === null) return;
  metrics
    .histogram('relay_command_latency_seconds', 'From sending a command to its answer', ['result'])
    .observe({ result }, latency_ms / 1000);
}
