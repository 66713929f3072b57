import { ref, shallowRef } from 'vue';

/** One thing a person does at a time: busy while it runs, its failure kept to be shown. */
export function useAction() {
  const busy = ref(false);
  const fault = shallowRef<unknown>();

  /** Runs `work` unless something still runs. True when it was done. */
  async function run(work: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    fault.value = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      fault.value = error;
      return false;
    } finally {
      busy.value = false;
    }
  }

  const clear = () => {
    fault.value = undefined;
  };

  return { busy, fault, run, clear };
}
