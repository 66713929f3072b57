import { onScopeDispose } from 'vue';
import { useStream } from '../stores/stream.ts';

const SETTLE_MS = 250;

/** Calls `reload` soon after any of these events; a burst of them causes one call. */
export function useReloadOn(topics: readonly string[], reload: () => Promise<void>): void {
  const stream = useStream();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void reload();
    }, SETTLE_MS);
  };
  for (const topic of topics) onScopeDispose(stream.hear(topic, plan));
  onScopeDispose(() => clearTimeout(timer));
}
