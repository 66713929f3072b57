import type { Command } from 'commander';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';

const WITH_KG = ['put', 'add', 'drift'];
/** Orders for a switch or a relay board; a number is the index of an input. */
const WITH_INPUT = ['press', 'release'];
const SWITCHES = [
  'power_cut',
  'power_on',
  'restart',
  'replace',
  'lose_acks',
  'silence',
  'break_crc',
];
/** On or off: the network of a switch, whether it answers pings, and a rocker at an input. */
const WITH_FLAG = ['network', 'answer_pings', 'rock'];
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

const ALL = [...WITH_KG, ...PLAIN, ...WITH_INPUT, ...WITH_FLAG, ...SWITCHES];

/** `qoida simulate SCALE put 20.52`: plays the operator's day on the simulators of `--demo`. */
export function addSimulateCommand(
  program: Command,
  connection: () => Promise<Connection>,
  print: (text: string) => void,
): void {
  program
    .command('simulate')
    .argument('<device>', 'code of a simulated device, e.g. scale-E1-pack-01 or switch-1')
    .argument('<what>', ALL.join(', '))
    .argument(
      '[value]',
      'kilograms for put and add, kg/s for drift; the input from 0 for press and release; on or off',
    )
    .option('--input <index>', 'the input that is rocked', '0')
    .description(
      'move loads on a simulated scale, or press the buttons of a switch, of a platform that runs with --demo',
    )
    .action(async (device: string, what: string, value: string | undefined, options) => {
      const body = { do: what, ...given(device, what, value, options as { input: string }) };
      const platform = await connection();
      const { demo } = (await platform.call('GET', '/meta')) as { demo: boolean };
      if (!demo) {
        throw new CommandError(
          'This platform runs without simulators. Start it with "npm start -- --demo".',
          EXIT.unavailable,
        );
      }
      const path = `/devices/${encodeURIComponent(device)}/simulate`;
      const answer = await platform.call('POST', path, body);
      print(JSON.stringify(answer));
    });
}

/** What goes with an order. @throws CommandError naming what is missing, with an example */
function given(
  device: string,
  what: string,
  value: string | undefined,
  { input }: { readonly input: string },
): object {
  const number = value === undefined ? undefined : Number(value);
  if (!ALL.includes(what))
    throw new CommandError(`"${what}" is none of ${ALL.join(', ')}`, EXIT.usage);
  if (WITH_KG.includes(what)) {
    if (number === undefined || !Number.isFinite(number))
      throw new CommandError(
        `${what} needs a number of kilograms, e.g. "qoida simulate ${device} ${what} 20.52"`,
        EXIT.usage,
      );
    return { kg: number };
  }
  if (WITH_INPUT.includes(what)) return { input: inputOf(value ?? '0', device, what) };
  if (!WITH_FLAG.includes(what)) return {};
  if (value !== 'on' && value !== 'off')
    throw new CommandError(
      `${what} needs on or off, e.g. "qoida simulate ${device} ${what} off"`,
      EXIT.usage,
    );
  const on = { on: value === 'on' };
  return what === 'rock' ? { ...on, input: inputOf(input, device, what) } : on;
}

function inputOf(value: string, device: string, what: string): number {
  const input = Number(value);
  if (Number.isInteger(input) && input >= 0 && input < 32) return input;
  throw new CommandError(
    `${what} needs the index of an input from 0 on, e.g. "qoida simulate ${device} ${what} 1"`,
    EXIT.usage,
  );
}
