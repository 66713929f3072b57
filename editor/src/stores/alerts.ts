import { defineStore } from 'pinia';
import { useLiveCount } from '../composables/useLiveCount.ts';
import { countAlerts } from '../data/alerts.ts';

/** How many alerts nobody has taken up yet; kept up to date by the stream. */
export const useAlerts = defineStore('alerts', () => ({
  open: useLiveCount('event.alert.*', async () => (await countAlerts()).open),
}));
