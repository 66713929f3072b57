import type { Command } from 'commander';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';

const WITH_KG = ['put', 'add', 'drift'];
const PLAIN = [
  'remove',
  'tare',
  'zero',
  'break',
  'mend',
  'noise',
  'garbage',
  'babble',
  'corrupt',
  'drop_byte',
  'heartbeat',
  'adc_fault',
  'quiet',
  'state',
];

/** `qoida simulate SCALE put 20.52`: plays the operator's day on the simulators of `--demo`. */
export function addSimulateCommand(
  program: Command,
  connection: () => Promise<Connection>,
  print: (text: string) => void,
): void {
  program
    .command('simulate')
    .argument('<scale>', 'code of a simulated scale, e.g. scale-E1-pack-01')
    .argument('<what>', [...WITH_KG, ...PLAIN].join(', '))
    .argument('[kg]', 'kilograms for put and add, kg/s for drift')
    .description('move loads on a simulated scale of a platform that runs with --demo')
    .action(async (scale: string, what: string, kg: string | undefined) => {
      const number = kg === undefined ? undefined : Number(kg);
      if (!WITH_KG.includes(what) && !PLAIN.includes(what)) {
        throw new CommandError(
          `"${what}" is none of ${[...WITH_KG, ...PLAIN].join(', ')}`,
          EXIT.usage,
        );
      }
      if (WITH_KG.includes(what) && (number === undefined || !Number.isFinite(number))) {
        throw new CommandError(
          `${what} needs a number of kilograms, e.g. "qoida simulate ${scale} ${what} 20.52"`,
          EXIT.usage,
        );
      }
      const body = { do: what, ...(number === undefined ? {} : { kg: number }) };
      const platform = await connection();
      const { demo } = (await platform.call('GET', '/meta')) as { demo: boolean };
      if (!demo) {
        throw new CommandError(
          'This platform runs without simulators. Start it with "npm start -- --demo".',
          EXIT.unavailable,
        );
      }
      const path = `/devices/${encodeURIComponent(scale)}/simulate`;
      const answer = await platform.call('POST', path, body);
      print(JSON.stringify(answer));
    });
}
