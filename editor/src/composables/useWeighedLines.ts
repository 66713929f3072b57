import { computed, reactive } from 'vue';
import { type Capture, type Device, listDevices } from '../data/devices.ts';
import { listStock, type WeighedLine } from '../data/stock.ts';
import { useQuery } from './useQuery.ts';

export interface LineForm {
  readonly key: number;
  readonly material_id: string;
  readonly material: string;
  batch_no: string;
  deviceCode: string | null;
  held: Capture | null;
  /** Another end of the transfer weighed this much. */
  readonly sent_kg: number | null;
}

/** Lines that are weighed one after the other on the scales of one place. */
export function useWeighedLines(place: 'MAIN' | 'SHOP') {
  const lines = reactive<LineForm[]>([]);
  const devices = useQuery(() => listDevices({ device_type: 'scale', active: true }));
  const stock = useQuery(() => listStock({ location: place, page_size: 200 }));
  let next = 1;

  const scales = computed<readonly Device[]>(() =>
    (devices.data.value?.items ?? []).filter(({ purpose }) => purpose === place.toLowerCase()),
  );
  const batches = computed(() =>
    (stock.data.value?.items ?? []).filter(
      ({ material_id: id, batch_no: batch, qty }) => id !== null && batch !== null && qty > 0,
    ),
  );
  const materials = computed(() => {
    const known = new Map<string, string>();
    for (const item of batches.value) known.set(item.material_id ?? '', item.item_code);
    return [...known].map(([id, code]) => ({ id, code }));
  });

  function add(line: {
    material_id: string;
    material: string;
    batch_no: string;
    sent_kg?: number;
  }): void {
    lines.push({
      key: next++,
      deviceCode: scales.value[0]?.code ?? null,
      held: null,
      sent_kg: null,
      ...line,
    });
  }
  function drop(key: number): void {
    const at = lines.findIndex((line) => line.key === key);
    if (at >= 0) lines.splice(at, 1);
  }

  const deviceOf = (line: LineForm): Device | undefined =>
    scales.value.find(({ code }) => code === (line.deviceCode ?? scales.value[0]?.code));
  const weighed = computed(() => lines.filter(({ held }) => held !== null));
  const complete = computed(() => lines.length > 0 && weighed.value.length === lines.length);
  const totalKg = computed(() => weighed.value.reduce((sum, { held }) => sum + (held?.kg ?? 0), 0));
  const toSend = computed<WeighedLine[]>(() =>
    weighed.value.map(({ material_id, batch_no, held }) => ({
      material_id,
      batch_no,
      capture_id: held?.capture_id ?? '',
    })),
  );

  return {
    lines,
    devices,
    stock,
    scales,
    batches,
    materials,
    add,
    drop,
    deviceOf,
    weighed,
    complete,
    totalKg,
    toSend,
  };
}

export type WeighedLines = ReturnType<typeof useWeighedLines>;
