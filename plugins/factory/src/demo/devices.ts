import type { DemoContext } from '@qoida/core';

interface DemoDevice {
  readonly code: string;
  readonly device_type: 'scale' | 'length_counter';
  readonly purpose: string;
  readonly workcenter_id?: string;
  readonly division_kg?: number;
  /** Days until the calibration is over; negative: it is over. */
  readonly calibrated_days: number;
}

const DAY_MS = 86_400_000;
const scale = (
  code: string,
  purpose: string,
  options: { workcenter_id?: string; calibrated_days?: number } = {},
): DemoDevice => ({
  code,
  device_type: 'scale',
  purpose,
  division_kg: 0.001,
  calibrated_days: 300,
  ...options,
});

/** F-UAT-09 and one scale whose calibration is over. */
const DEVICES: readonly DemoDevice[] = [
  scale('scale-MAIN-01', 'main'),
  scale('scale-MAIN-02', 'main'),
  scale('scale-MAIN-OLD', 'main', { calibrated_days: -30 }),
  scale('scale-SHOP-01', 'shop'),
  scale('scale-E1-pack-01', 'pack', { workcenter_id: 'E1' }),
  scale('scale-RW-IN-01', 'rw_in', { workcenter_id: 'RW-SOFT' }),
  scale('scale-RW-OUT-01', 'rw_out', { workcenter_id: 'RW-SOFT' }),
  {
    code: 'len-E1-01',
    device_type: 'length_counter',
    purpose: 'length',
    workcenter_id: 'E1',
    calibrated_days: 300,
  },
];

/** Registers the demo's devices and their calibrations as an integrator would. */
export async function addDevices(context: DemoContext): Promise<void> {
  const now = Date.now();
  for (const { calibrated_days, ...given } of DEVICES) {
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
