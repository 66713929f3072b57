import { startBoardLine } from './board.ts';
import { startControl } from './control.ts';
import { createSwitch } from './switch.ts';
import type { Ready, SimulatorConfig } from './types.ts';

const USAGE = `Plays relay switches and relay boards.
  node main.ts '{"switches":[{"code","url","token"}],"lines":[…]}'
Prints one line of JSON when ready; ends when its standard input closes or on SIGTERM.`;

async function main(): Promise<void> {
  const text = process.argv[2];
  if (text === undefined) {
    process.stderr.write(`${USAGE}\n`);
    process.exit(2);
  }
  const config = JSON.parse(text) as SimulatorConfig;
  const switches = (config.switches ?? []).map(createSwitch);
  const lines = await Promise.all((config.lines ?? []).map(startBoardLine));
  const control = await startControl(config.control_port ?? 0, (order) => {
    const played =
      switches.find(({ code }) => code === order.scale) ??
      lines.find(({ codes }) => codes.includes(order.scale));
    return played?.act(order) ?? { ok: false, error: `no device "${order.scale}"` };
  });
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    control.close();
    for (const one of switches) one.stop();
    await Promise.all(lines.map((line) => line.close()));
    process.exit(0);
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  process.stdin.on('end', end).on('close', end).on('error', end).resume();
  process.stdout.on('error', end);
  const scales = [
    ...switches.map(({ code }) => ({ code, link: null })),
    ...lines.flatMap(({ codes, link }) => codes.map((code) => ({ code, link }))),
  ];
  const ready: Ready = { ready: true, control: { port: control.port }, scales };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${JSON.stringify({ error: 'simulator', message })}\n`);
  process.exit(1);
});
