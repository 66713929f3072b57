import { type ComputedRef, computed } from 'vue';
import type { PlaceName } from '../domain/places.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useWaiting } from '../stores/waiting.ts';

/** What waits for this person, by the place where it is seen to. */
export function useCounts(): ComputedRef<Partial<Record<PlaceName, number>>> {
  const waiting = useWaiting();
  const alerts = useAlerts();
  return computed(() => ({
    approvals: waiting.approvals,
    alerts: alerts.open,
    users: waiting.newcomers,
  }));
}
