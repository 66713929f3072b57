import { computed, ref, shallowRef, watch } from 'vue';
import { listDevices } from '../data/devices.ts';
import { OfflineError } from '../data/errors.ts';
import {
  type CreatedPackage,
  createPackage,
  listPackages,
  type Package,
} from '../data/packages.ts';
import { listSessions } from '../data/sessions.ts';
import { uuid } from '../domain/uuid.ts';
import { usePreferences } from '../stores/preferences.ts';
import { useAction } from './useAction.ts';
import { useQuery } from './useQuery.ts';
import { useReloadOn } from './useReloadOn.ts';

const HISTORY = 8;

/** The packing place: which session, which scale, how long, and what was packed. */
export function useKiosk() {
  const preferences = usePreferences();
  const sessions = useQuery(() => listSessions({ status: 'open', page_size: 200 }));
  const devices = useQuery(() => listDevices({ active: true }));
  const sessionId = ref<string | null>(preferences.recall('kiosk.session'));
  const deviceCode = ref<string | null>(preferences.recall('kiosk.device'));
  const lengthMode = ref<'auto' | 'manual'>('auto');
  const length = ref<string | number | null>('');
  const reason = ref('');
  const result = shallowRef<CreatedPackage>();
  const action = useAction();
  let key = uuid();

  const session = computed(() =>
    sessions.data.value?.items.find(({ id }) => id === sessionId.value),
  );
  const scales = computed(() =>
    (devices.data.value?.items ?? []).filter(
      ({ purpose, workcenter_id: place }) =>
        purpose === 'pack' &&
        (session.value === undefined || place === null || place === session.value.workcenter_id),
    ),
  );
  const device = computed(
    () => scales.value.find(({ code }) => code === deviceCode.value) ?? scales.value[0],
  );
  /** The scale to hear: the one of last time is still there, as a rule, and heard without a second connection. */
  const heard = () =>
    devices.data.value === undefined ? (deviceCode.value ?? undefined) : device.value?.code;
  const counter = computed(() =>
    devices.data.value?.items.find(
      ({ device_type: type, workcenter_id: place }) =>
        type === 'length_counter' && place === session.value?.workcenter_id,
    ),
  );
  const history = useQuery(
    async () =>
      sessionId.value === null
        ? []
        : (await listPackages({ session_id: sessionId.value, page_size: HISTORY })).items,
    [sessionId],
  );

  // With one session running there is nothing to choose.
  watch(sessions.data, (found) => {
    const [only, ...others] = found?.items ?? [];
    if (session.value === undefined && others.length === 0) sessionId.value = only?.id ?? null;
  });
  watch(sessionId, (id) => {
    result.value = undefined;
    action.clear();
    if (id !== null) preferences.remember('kiosk.session', id);
  });
  watch(
    () => device.value?.code,
    (code) => code !== undefined && preferences.remember('kiosk.device', code),
  );
  watch(counter, (found) => {
    if (devices.data.value !== undefined && session.value !== undefined && found === undefined)
      lengthMode.value = 'manual';
  });
  useReloadOn(['event.package.*', 'event.approval.*'], lookAgain);
  useReloadOn(['event.session.*'], sessions.reload);

  const metres = computed(() => Number(length.value));
  const ready = computed(
    () =>
      session.value?.status === 'opened' &&
      device.value !== undefined &&
      (lengthMode.value === 'auto' || (metres.value > 0 && reason.value.trim() !== '')),
  );

  /** Makes one package; the same key repeats until the platform has answered, so a lost answer makes no second one. */
  const create = () =>
    action.run(async () => {
      const [chosen, scale] = [session.value, device.value];
      if (chosen === undefined || scale === undefined) return;
      result.value = undefined;
      const made = createPackage(
        {
          session_id: chosen.id,
          sku_id: chosen.sku_id,
          device_id: scale.code,
          length_mode: lengthMode.value,
          ...(lengthMode.value === 'manual'
            ? { length_m: metres.value, manual_reason: reason.value.trim() }
            : counter.value === undefined
              ? {}
              : { length_device_id: counter.value.code }),
        },
        key,
      );
      result.value = await made.catch((error: unknown) => {
        if (!(error instanceof OfflineError)) key = uuid();
        throw error;
      });
      key = uuid();
      length.value = '';
      void history.reload();
    });

  /** Shows a package that was scanned or picked from the history. */
  const show = (item: Package) => {
    action.clear();
    result.value = item;
  };
  /** The package that is shown may be another by now: void, or with a request that waits. */
  async function lookAgain(): Promise<void> {
    await history.reload();
    const shown = history.data.value?.find(({ id }) => id === result.value?.id);
    if (shown !== undefined) result.value = shown;
  }
  const find = (code: string) =>
    action.run(async () => {
      const { items } = await listPackages({ qr_code: code, page_size: 1 });
      if (items[0] !== undefined) result.value = items[0];
    });

  return {
    sessions,
    devices,
    sessionId,
    deviceCode,
    session,
    scales,
    device,
    heard,
    counter,
    lengthMode,
    length,
    reason,
    result,
    history,
    ready,
    create,
    show,
    lookAgain,
    find,
    action,
  };
}
