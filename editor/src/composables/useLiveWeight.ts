import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import type { Device, DeviceHealth, LiveReading } from '../data/devices.ts';
import { weightState } from '../domain/weight.ts';
import { useStream } from '../stores/stream.ts';
import { useNow } from './useNow.ts';

/**
 * The weight on one scale, live, with what it is worth. Follows `device` when it changes.
 * @param code of the scale to hear before more is known of it
 */
export function useLiveWeight(
  device: Ref<Device | undefined>,
  code: () => string | undefined = () => device.value?.code,
) {
  const stream = useStream();
  const live = shallowRef<LiveReading>();
  const health = shallowRef<DeviceHealth>();
  const heardAt = shallowRef(0);
  const now = useNow(500);
  let stop: (() => void)[] = [];

  function listen(heard: string | undefined): void {
    for (const end of stop) end();
    live.value = undefined;
    health.value = undefined;
    stop = [];
    if (heard === undefined) return;
    stop = [
      stream.hear(`live.${heard}`, (data) => {
        live.value = data as LiveReading;
        heardAt.value = Date.now();
      }),
      stream.hear(`health.${heard}`, (data) => {
        health.value = data as DeviceHealth;
      }),
    ];
  }

  watch(code, listen, { immediate: true });
  onScopeDispose(() => listen(undefined));

  const expired = computed(() => {
    const due = device.value?.calibration_due_at;
    return (
      device.value !== undefined &&
      (due === null || due === undefined || Date.parse(due) < now.value)
    );
  });
  const state = computed(() =>
    weightState({
      live: live.value,
      health: health.value,
      connected: stream.state !== 'lost',
      ageMs: now.value - heardAt.value,
      calibrationExpired: expired.value,
    }),
  );
  return { live, health, state };
}
