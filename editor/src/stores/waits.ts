import { defineStore } from 'pinia';
import { ref } from 'vue';
import { onWait } from '../data/http.ts';

/** Whether reads of this screen wait because it asked too much, and until when (milliseconds). */
export const useWaits = defineStore('waits', () => {
  const until = ref<number>();
  onWait((next) => {
    until.value = next;
  });
  return { until };
});
