import { onScopeDispose, ref, shallowRef, type WatchSource, watch } from 'vue';
import { OfflineError } from '../data/errors.ts';

export type QueryState = 'loading' | 'ready' | 'error' | 'offline';

const RETRY_MS = 4000;

/**
 * Loads something and keeps telling how that goes; loads again when `sources` change.
 * While the platform can't be reached it tries again by itself.
 */
export function useQuery<T>(load: () => Promise<T>, sources: WatchSource[] = []) {
  const data = shallowRef<T | undefined>();
  const state = ref<QueryState>('loading');
  const fault = shallowRef<unknown>();
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function reload(): Promise<void> {
    const mine = ++turn;
    clearTimeout(timer);
    if (data.value === undefined) state.value = 'loading';
    try {
      const loaded = await load();
      if (mine !== turn) return;
      data.value = loaded;
      fault.value = undefined;
      state.value = 'ready';
    } catch (error) {
      if (mine !== turn) return;
      fault.value = error;
      state.value = error instanceof OfflineError ? 'offline' : 'error';
      if (state.value === 'offline') timer = setTimeout(() => void reload(), RETRY_MS);
    }
  }

  watch(sources, () => void reload());
  onScopeDispose(() => {
    turn++;
    clearTimeout(timer);
  });
  void reload();
  return { data, state, fault, reload };
}
