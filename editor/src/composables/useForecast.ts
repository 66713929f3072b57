import { onScopeDispose, ref, shallowRef, type WatchSource, watch } from 'vue';
import { type CheckAnswer, checkOperation } from '../data/operations.ts';

/** The platform is asked once typing pauses, not for each letter. */
const SETTLE_MS = 400;

/**
 * What would happen if this were sent now: gates, and who would have to agree. Nothing is asked while
 * `input` gives nothing.
 */
export function useForecast(operation: string, input: WatchSource<object | undefined>) {
  const answer = shallowRef<CheckAnswer>();
  const fault = shallowRef<unknown>();
  const asking = ref(false);
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(given: object, mine: number): Promise<void> {
    const told = await checkOperation(operation, given).then(
      (found) => ({ found, error: undefined }),
      (error: unknown) => ({ found: undefined, error }),
    );
    if (mine !== turn) return;
    answer.value = told.found;
    fault.value = told.error;
    asking.value = false;
  }

  watch(
    input,
    (given) => {
      const mine = ++turn;
      clearTimeout(timer);
      asking.value = given !== undefined;
      if (given === undefined) {
        answer.value = undefined;
        fault.value = undefined;
      } else timer = setTimeout(() => void ask(given, mine), SETTLE_MS);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    turn++;
    clearTimeout(timer);
  });
  return { answer, fault, asking };
}
