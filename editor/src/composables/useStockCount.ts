import { computed, ref, shallowRef, watch } from 'vue';
import { type Capture, listDevices, releaseCapture } from '../data/devices.ts';
import { listBatches, listMaterials } from '../data/master.ts';
import { adjustStock, listStock, type StockItem } from '../data/stock.ts';
import { useAction } from './useAction.ts';
import { useForecast } from './useForecast.ts';
import { useQuery } from './useQuery.ts';

/** What lies in a place is weighed, and the book follows once people have agreed (F-OP-12). */
export function useStockCount(location: 'MAIN' | 'SHOP', item: StockItem | undefined) {
  const material = ref<string | null>(item?.material_id ?? null);
  const batch = ref<string | null>(item?.batch_no ?? null);
  const deviceCode = ref<string | null>(null);
  const held = shallowRef<Capture | null>(null);
  const reason = ref('');
  const action = useAction();

  const devices = useQuery(() => listDevices({ device_type: 'scale', active: true }));
  const scales = computed(() =>
    (devices.data.value?.items ?? []).filter(({ purpose }) => purpose === location.toLowerCase()),
  );
  const device = computed(
    () => scales.value.find(({ code }) => code === deviceCode.value) ?? scales.value[0],
  );
  /** Only who counts a batch that the book doesn't have chooses one. */
  const materials = useQuery(async () => (item === undefined ? (await listMaterials()).items : []));
  const batches = useQuery(
    async () =>
      item === undefined && material.value !== null
        ? (await listBatches(material.value)).items
        : [],
    [material],
  );
  watch(material, () => {
    batch.value = null;
  });

  const picked = computed(() =>
    material.value === null || batch.value === null
      ? undefined
      : { material_id: material.value, batch_no: batch.value },
  );
  /** As it stands while the dialog is open; the platform takes the figure of the moment when it is sent. */
  const book = useQuery(async () => {
    if (picked.value === undefined) return null;
    const { items } = await listStock({ location, ...picked.value, page_size: 1 });
    return items[0]?.qty ?? 0;
  }, [picked]);
  const difference = computed(() =>
    held.value === null || book.data.value == null
      ? undefined
      : Math.round((held.value.kg - book.data.value) * 1000) / 1000,
  );
  const weighed = computed(() =>
    picked.value === undefined || held.value === null || difference.value === 0
      ? undefined
      : { location, ...picked.value, capture_id: held.value.capture_id },
  );
  const input = computed(() =>
    weighed.value === undefined || reason.value.trim() === ''
      ? undefined
      : { ...weighed.value, reason: reason.value.trim() },
  );
  const forecast = useForecast('stock.adjust', input);

  const send = (): Promise<boolean> =>
    action.run(async () => {
      if (input.value !== undefined) await adjustStock(input.value);
    });

  /** A weighing that nothing came of is free again for another line. */
  async function letGo(): Promise<void> {
    const left = held.value;
    held.value = null;
    if (left !== null) await releaseCapture(left.capture_id).catch(() => undefined);
  }

  return {
    material,
    batch,
    deviceCode,
    held,
    reason,
    devices,
    scales,
    device,
    materials,
    batches,
    picked,
    book,
    difference,
    input,
    forecast,
    send,
    letGo,
    action,
  };
}
