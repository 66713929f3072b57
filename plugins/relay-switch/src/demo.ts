import type { DemoContext } from '@qoida/core';

/** One switch, which the demo plays: its row names its simulator. */
export async function demoSwitch({ run }: DemoContext): Promise<void> {
  await run('device.create', {
    code: 'switch-1',
    device_type: 'relay_switch',
    driver_model: 'hexa-mini-switch-v1',
    line: { simulator: {} },
  });
}
