import { defineStore } from 'pinia';
import { useLiveCount } from '../composables/useLiveCount.ts';
import { countWaiting } from '../data/approvals.ts';

/** How many requests wait for whoever is signed in; kept up to date by the stream. */
export const useWaiting = defineStore('waiting', () => ({
  approvals: useLiveCount('event.approval.*', countWaiting),
}));
