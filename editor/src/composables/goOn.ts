import type { Router } from 'vue-router';
import { openFlows } from '../data/auth.ts';
import { isFlows, safeNext } from '../domain/next.ts';

/** Goes on to where a person wanted to go before signing in. @throws ApiError role_required for Node-RED */
export async function goOn(router: Router, next: unknown): Promise<void> {
  const place = safeNext(next);
  if (!isFlows(place)) {
    await router.replace(place);
    return;
  }
  await openFlows();
  location.replace(place);
}
