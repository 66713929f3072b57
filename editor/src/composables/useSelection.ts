import { computed, ref } from 'vue';

/**
 * Which of the things shown are chosen: one by one, from the last one touched to this one, or all.
 * What is no longer shown is no longer chosen.
 */
export function useSelection<T extends { readonly id: string }>(shown: () => readonly T[]) {
  const ids = ref<ReadonlySet<string>>(new Set());
  let anchor: string | undefined;
  const chosen = computed(() => shown().filter(({ id }) => ids.value.has(id)));
  /** Null where some are, and some are not. */
  const all = computed(() => {
    if (chosen.value.length === 0) return false;
    return chosen.value.length === shown().length ? true : null;
  });

  function put(some: readonly string[], on: boolean): void {
    const next = new Set(chosen.value.map(({ id }) => id));
    for (const id of some) {
      if (on) next.add(id);
      else next.delete(id);
    }
    ids.value = next;
  }

  /** @param through also those between this one and the last one touched */
  function choose(id: string, on: boolean, through: boolean): void {
    const order = shown().map((one) => one.id);
    const [from, to] = [order.indexOf(anchor ?? ''), order.indexOf(id)];
    const between = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    put(through && from >= 0 ? between : [id], on);
    anchor = id;
  }

  return {
    chosen,
    all,
    has: (id: string) => ids.value.has(id),
    choose,
    chooseAll: (on: boolean) =>
      put(
        shown().map(({ id }) => id),
        on,
      ),
    keep: (some: readonly string[]) => {
      ids.value = new Set(some);
    },
  };
}
