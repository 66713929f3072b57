import { defineStore } from 'pinia';
import { useLiveCount } from '../composables/useLiveCount.ts';
import { countWaiting } from '../data/approvals.ts';
import { countNewcomers } from '../data/users.ts';
import { useIdentity } from './identity.ts';

/** How many requests and newcomers wait for whoever is signed in; kept up to date by the stream. */
export const useWaiting = defineStore('waiting', () => {
  const identity = useIdentity();
  return {
    approvals: useLiveCount('event.approval.*', countWaiting),
    newcomers: useLiveCount('event.user.*', async () =>
      identity.has('admin', 'integrator') ? countNewcomers() : 0,
    ),
  };
});
