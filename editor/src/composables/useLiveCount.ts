import { type Ref, ref, watch } from 'vue';
import { useIdentity } from '../stores/identity.ts';
import { useStream } from '../stores/stream.ts';

const SETTLE_MS = 250;

/**
 * A figure for whoever is signed in, asked anew soon after events of a topic; a burst of them asks once.
 * Where it can't be known for the moment, the one of before stays.
 */
export function useLiveCount(topic: string, count: () => Promise<number>): Ref<number> {
  const identity = useIdentity();
  const stream = useStream();
  const shown = ref(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let deaf: (() => void) | undefined;
  let turn = 0;

  async function look(): Promise<void> {
    const mine = ++turn;
    const found = await count().catch(() => shown.value);
    if (mine === turn) shown.value = found;
  }

  function plan(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void look();
    }, SETTLE_MS);
  }

  watch(
    () => identity.me?.id,
    (id) => {
      deaf?.();
      deaf = undefined;
      clearTimeout(timer);
      timer = undefined;
      shown.value = 0;
      turn++;
      if (id === undefined) return;
      deaf = stream.hear(topic, plan);
      void look();
    },
    { immediate: true },
  );

  return shown;
}
