import { ref, shallowRef, watch } from 'vue';
import {
  openRequests,
  proposeBatches,
  type SentTransfer,
  sendTransfer,
  type Transfer,
} from '../data/stock.ts';
import { useAction } from './useAction.ts';
import { useQuery } from './useQuery.ts';
import { useWeighedLines } from './useWeighedLines.ts';

/** Enough to name the oldest batch when nobody said how much is wanted. */
const ANY_KG = 0.001;

/** M1 and the return of M2, the sending end (F-UI-01). */
export function useTransferSend(direction: Transfer['direction']) {
  const place = direction === 'main_to_shop' ? 'MAIN' : 'SHOP';
  const form = useWeighedLines(place);
  const requests = useQuery(async () =>
    direction === 'main_to_shop' ? (await openRequests()).items : [],
  );
  const requestId = ref<string | null>(null);
  const comment = ref<string | number | null>('');
  const sent = shallowRef<SentTransfer>();
  const action = useAction();

  /** Adds the material's oldest batches; the storekeeper may change the choice. */
  async function addMaterial(id: string, kg: number | null = null): Promise<void> {
    const material = form.materials.value.find((item) => item.id === id)?.code;
    if (material === undefined) return;
    const proposed = await proposeBatches(id, kg ?? ANY_KG, place).catch(() => undefined);
    const taken = new Set(
      form.lines.filter((line) => line.material_id === id).map((line) => line.batch_no),
    );
    const known = form.batches.value
      .filter((item) => item.material_id === id)
      .map((item) => item.batch_no ?? '');
    const wanted = (proposed?.batches ?? [])
      .map((batch) => batch.batch_no)
      .filter((batch) => !taken.has(batch));
    const rest = known.filter((batch) => !taken.has(batch)).slice(0, 1);
    for (const batch_no of wanted.length > 0 ? wanted : rest)
      form.add({ material_id: id, material, batch_no });
  }

  watch(requestId, async (id) => {
    const request = requests.data.value?.find((item) => item.id === id);
    for (const line of request?.lines ?? []) await addMaterial(line.material_id, line.qty_kg);
  });

  const send = () =>
    action.run(async () => {
      sent.value = await sendTransfer(direction, {
        lines: form.toSend.value,
        ...(comment.value ? { comment: String(comment.value) } : {}),
        ...(requestId.value === null ? {} : { request_id: requestId.value }),
      });
    });

  return { form, requests, requestId, comment, sent, addMaterial, send, action };
}
