import { computed, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { GateRefusal } from '../data/gates.ts';
import {
  approveReview,
  decideApproval,
  decideQuality,
  type Package,
  rejectReview,
} from '../data/packages.ts';
import { useIdentity } from '../stores/identity.ts';
import { useAction } from './useAction.ts';
import { useConfirm } from './useConfirm.ts';

export type DecisionTask = 'weight' | 'length' | 'review' | 'quality';

/** What a package waits for: the chief comes before quality control (F-SM-02, F-SM-03). */
export function taskOf(item: Package): DecisionTask | undefined {
  if (item.status === 'draft_manual') return 'weight';
  if (item.status !== 'awaiting_qc') return undefined;
  if (item.length_state === 'pending') return 'length';
  if (item.tolerance_status === 'review' && item.review_state === 'submitted') return 'review';
  return item.tolerance_status === 'ok' || item.review_state === 'approved' ? 'quality' : undefined;
}

/** The decision on one package, for whoever may take it. */
export function useDecision(item: () => Package, done: (warnings: readonly GateRefusal[]) => void) {
  const { t } = useI18n();
  const identity = useIdentity();
  const confirm = useConfirm();
  const action = useAction();
  const note = ref('');
  const kg = ref<string | number | null>('');
  const task = computed(() => {
    const found = taskOf(item());
    return found !== undefined && identity.has(found === 'quality' ? 'otk' : 'sex_boshligi')
      ? found
      : undefined;
  });
  const ready = computed(() => task.value !== 'weight' || Number(kg.value) > 0);

  async function carryOut(found: DecisionTask, approve: boolean): Promise<readonly GateRefusal[]> {
    const { id } = item();
    const comment = note.value.trim();
    if (found === 'quality') return decideQuality(item(), approve ? 'ok' : 'reject', comment);
    if (found === 'review') {
      await (approve
        ? approveReview(id)
        : rejectReview(id, comment === '' ? t('review.reject') : comment, 'scrap'));
      return [];
    }
    const weighed = found === 'weight' && approve ? { weight_kg: Number(kg.value) } : {};
    await decideApproval(found === 'weight' ? 'manual_weight' : 'manual_length', id, approve, {
      comment,
      ...weighed,
    });
    return [];
  }

  async function decide(approve: boolean): Promise<void> {
    const found = task.value;
    if (found === undefined) return;
    const yes = t(`decision.${found}.reject`);
    const sure =
      approve ||
      (await confirm({
        title: `${yes}?`,
        text: t(`decision.${found}.sure`, { name: item().qr_code }),
        yes,
      }));
    if (!sure) return;
    await action.run(async () => done(await carryOut(found, approve)));
  }

  return { note, kg, task, ready, decide, ...action };
}
