import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { type Meta, readMeta } from '../data/meta.ts';

/** What the platform says of itself: demo or not, the plant's zone. */
export const useMeta = defineStore('meta', () => {
  const meta = ref<Meta | null>(null);
  const demo = computed(() => meta.value?.demo === true);
  const timeZone = computed(() => meta.value?.zone ?? 'Asia/Tashkent');

  let of: string | undefined;

  /** Asks once for whoever is signed in. Where it can't be known for the moment, the next page asks again. */
  async function know(person: string): Promise<void> {
    if (of === person) return;
    meta.value = await readMeta();
    of = person;
  }

  /** Whether somebody with these roles may ask for an operation, as the platform itself says. */
  function lets(operation: string, roles: readonly string[]): boolean {
    const may = meta.value?.operations.find(({ name }) => name === operation)?.roles ?? [];
    return may === '*' || roles.some((role) => may.includes(role));
  }

  return { meta, demo, timeZone, lets, know };
});
