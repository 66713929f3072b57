import type { EndedRun } from './action.ts';

/** What is counted of automations and schedules (S-MET-02). */
export interface AutomationMetrics {
  ended(run: EndedRun): void;
  /** How late a run of a schedule began, in seconds. */
  late(seconds: number): void;
}

interface Counting {
  counter(name: string, help: string, labels?: readonly string[]): { inc(labels: object): void };
  gauge(name: string, help: string): { set(value: number): void };
}

/** Counts runs by their result, and how late schedules are. */
export function measureAutomations(metrics: Counting): AutomationMetrics {
  const automations = metrics.counter('automation_runs_total', 'Runs of automations by result', [
    'result',
  ]);
  const schedules = metrics.counter('schedule_runs_total', 'Runs of schedules by result', [
    'result',
  ]);
  const lag = metrics.gauge('schedule_lag_seconds', 'How late the latest run of a schedule began');
  return {
    ended({ kind, status }) {
      if (kind !== 'approval')
        (kind === 'schedule' ? schedules : automations).inc({ result: status });
    },
    late: (seconds) => lag.set(seconds),
  };
}
