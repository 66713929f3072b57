const LEASE = 'qoida.renewing';
const LEASE_MS = 10_000;
const LOOK_MS = 50;

/**
 * Runs `work` alone among all tabs of this browser. Pages that came over plain HTTP have no Web Locks;
 * there a short lease in the browser's store does, which ends by itself should its tab be closed.
 */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  if (navigator.locks !== undefined) return navigator.locks.request('qoida-refresh', work);
  while (Number(localStorage.getItem(LEASE)) > Date.now())
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  localStorage.setItem(LEASE, String(Date.now() + LEASE_MS));
  try {
    return await work();
  } finally {
    localStorage.removeItem(LEASE);
  }
}
