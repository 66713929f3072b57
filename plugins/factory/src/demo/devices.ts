import type { DemoContext } from '@qoida/core';

interface DemoDevice {
  readonly code: string;
  readonly device_type: 'scale' | 'length_counter';
  readonly purpose: string;
  readonly workcenter_id?: string;
  readonly division_kg?: number;
  /** Protocol of the indicator; its place is left open, so a simulator plays it. */
  readonly driver_model?: string;
  readonly line?: Readonly<Record<string, unknown>>;
  /** Days until the calibration is over; negative: it is over. */
  readonly calibrated_days: number;
}

const DAY_MS = 86_400_000;
interface ScaleOptions {
  readonly protocol: string;
  readonly link: 'serial' | 'tcp';
  readonly max_kg: number;
  readonly workcenter_id?: string;
  readonly calibrated_days?: number;
}
const scale = (
  code: string,
  purpose: string,
  { protocol, link, max_kg, ...options }: ScaleOptions,
): DemoDevice => ({
  code,
  device_type: 'scale',
  purpose,
  division_kg: 0.001,
  calibrated_days: 300,
  driver_model: protocol,
  line: { protocol, link: { kind: link }, device: { max_kg } },
  ...options,
});

/** F-UAT-09 and one scale whose calibration is over. */
const DEVICES: readonly DemoDevice[] = [
  scale('scale-MAIN-01', 'main', { protocol: 'toledo-continuous', link: 'tcp', max_kg: 900 }),
  scale('scale-MAIN-02', 'main', { protocol: 'yaohua-continuous', link: 'tcp', max_kg: 900 }),
  scale('scale-MAIN-OLD', 'main', {
    protocol: 'ascii-st-gs',
    link: 'tcp',
    max_kg: 900,
    calibrated_days: -30,
  }),
  scale('scale-SHOP-01', 'shop', { protocol: 'modbus-rtu', link: 'tcp', max_kg: 900 }),
  scale('scale-E1-pack-01', 'pack', {
    protocol: 'ascii-st-gs',
    link: 'serial',
    max_kg: 60,
    workcenter_id: 'E1',
  }),
  scale('scale-RW-IN-01', 'rw_in', {
    protocol: 'yaohua-command',
    link: 'serial',
    max_kg: 300,
    workcenter_id: 'RW-SOFT',
  }),
  scale('scale-RW-OUT-01', 'rw_out', {
    protocol: 'toledo-continuous',
    link: 'tcp',
    max_kg: 300,
    workcenter_id: 'RW-SOFT',
  }),
  {
    code: 'len-E1-01',
    device_type: 'length_counter',
    purpose: 'length',
    workcenter_id: 'E1',
    calibrated_days: 300,
  },
];

/** Where nobody brings the indicator's protocol, the scale is one that sends its readings itself. */
function without({ driver_model, line, ...device }: Omit<DemoDevice, 'calibrated_days'>) {
  return device;
}

/** Registers the demo's devices and their calibrations as an integrator would. */
export async function addDevices(context: DemoContext): Promise<void> {
  const now = Date.now();
  for (const { calibrated_days, ...device } of DEVICES) {
    const driven = device.driver_model !== undefined && context.models.has(device.driver_model);
    const given = driven ? device : without(device);
    const made = (await context.run('device.create', given)) as { id: string };
    const until = now + calibrated_days * DAY_MS;
    await context.run('device.calibrate', {
      id: made.id,
      performed_at: new Date(until - 365 * DAY_MS).toISOString(),
      valid_until: new Date(until).toISOString(),
      certificate_no: `CAL-${given.code}`,
    });
  }
}
