import { computed, ref } from 'vue';
import { releaseRelay, setAllRelays, setRelay, switchState } from '../data/switches.ts';
import type { useAction } from './useAction.ts';
import { useQuery } from './useQuery.ts';
import { useReloadOn } from './useReloadOn.ts';

const TOPICS = ['event.relay.*', 'event.device.connection'];

/** One device with relays: how it stands at this moment, and what a person does with it. */
export function useSwitch(id: () => string, action: ReturnType<typeof useAction>) {
  const state = useQuery(() => switchState(id()));
  useReloadOn(TOPICS, state.reload);
  const live = computed(() => state.data.value);
  /** Which of them is being switched. */
  const switching = ref<number | 'all'>('all');

  /** The device's answer is waited for; what it says is shown, also after a refusal. */
  async function act(what: number | 'all', work: () => Promise<unknown>): Promise<void> {
    switching.value = what;
    await action.run(async () => void (await work()));
    await state.reload();
  }

  return {
    state,
    live,
    switching,
    flip: (relay: number, wanted: 'on' | 'off') => act(relay, () => setRelay(id(), relay, wanted)),
    allOff: () => act('all', () => setAllRelays(id(), 'off')),
    letGo: (relay: number) => act(relay, () => releaseRelay(id(), relay)),
  };
}
