import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { type Meta, readMeta } from '../data/meta.ts';

/** What the platform says of itself: demo or not, the plant's zone, its operations. */
export const useMeta = defineStore('meta', () => {
  const meta = ref<Meta | null>(null);
  const demo = computed(() => meta.value?.demo === true);
  const timeZone = computed(() => meta.value?.zone ?? 'Asia/Tashkent');

  /** True when one of the roles may call the operation. */
  const may = (operation: string, roles: readonly string[]): boolean => {
    const known = meta.value?.operations.find(({ name }) => name === operation);
    return known !== undefined && (known.roles === '*' || known.roles.some((role) => roles.includes(role)));
  };

  async function load(): Promise<void> {
    meta.value = await readMeta();
  }

  return { meta, demo, timeZone, may, load };
});
