import { computed } from 'vue';
import { listGates } from '../data/gates.ts';
import { listPackages } from '../data/packages.ts';
import { previewBalance, readSession } from '../data/sessions.ts';
import { useIdentity } from '../stores/identity.ts';
import { useQuery } from './useQuery.ts';
import { useReloadOn } from './useReloadOn.ts';

const PACKAGE_READERS = [
  'operator',
  'sex_boshligi',
  'otk',
  'texnolog',
  'direktor',
  'fg_ombor',
  'integrator',
] as const;
const BALANCE_READERS = ['sex_boshligi', 'texnolog', 'direktor', 'operator', 'otk'] as const;

/** One session, live: its facts, its balance, what waits and what blocks it. */
export function useSession(id: string) {
  const identity = useIdentity();
  const session = useQuery(() => readSession(id));
  const seesBalance = computed(() => identity.has(...BALANCE_READERS));
  const balance = useQuery(async () => (seesBalance.value ? await previewBalance(id) : null));
  const seesPackages = computed(() => identity.has(...PACKAGE_READERS));
  const packages = useQuery(async () =>
    seesPackages.value ? (await listPackages({ session_id: id, page_size: 200 })).items : [],
  );
  const gates = useQuery(async () => (await listGates({ session_id: id })).items);

  async function reload(): Promise<void> {
    await Promise.all([session.reload(), balance.reload(), packages.reload(), gates.reload()]);
  }
  useReloadOn(['event.session.*', 'event.package.*', 'event.stock.*', 'event.approval.*'], reload);

  const waiting = computed(() =>
    (packages.data.value ?? []).filter(
      ({ status }) => status === 'awaiting_qc' || status === 'draft_manual',
    ),
  );
  const degassing = computed(
    () =>
      (packages.data.value ?? []).filter(
        ({ degaz_status: gas, status }) => gas === 'pending' && status !== 'void',
      ).length,
  );
  return {
    degassing,
    session,
    balance,
    packages,
    waiting,
    gates,
    seesBalance,
    seesPackages,
    reload,
  };
}
