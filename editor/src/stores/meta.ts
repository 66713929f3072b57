import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { type Meta, readMeta } from '../data/meta.ts';

/** What the platform says of itself: demo or not, the plant's zone. */
export const useMeta = defineStore('meta', () => {
  const meta = ref<Meta | null>(null);
  const demo = computed(() => meta.value?.demo === true);
  const timeZone = computed(() => meta.value?.zone ?? 'Asia/Tashkent');

  async function load(): Promise<void> {
    meta.value = await readMeta();
  }

  return { meta, demo, timeZone, load };
});
