/** Where a simulated scale can be reached. */
export type SimulatedLink =
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** The line that the simulator prints when it can be used. */
export interface Ready {
  readonly ready: true;
  readonly control: { readonly port: number };
  readonly scales: readonly {
    readonly code: string;
    readonly protocol: string;
    readonly address: number | null;
    readonly link: SimulatedLink;
  }[];
}

/** What a person can do to a simulated scale or its line. */
export type Action =
  | { readonly do: 'put' | 'add'; readonly kg: number }
  | { readonly do: 'drift'; readonly kg_per_s: number }
  | { readonly do: 'noise'; readonly d: number }
  | { readonly do: 'corrupt' | 'drop_byte'; readonly frames: number }
  | {
      readonly do: 'garbage' | 'babble' | 'quiet' | 'heartbeat' | 'adc_fault';
      readonly on: boolean;
    }
  | { readonly do: 'remove' | 'tare' | 'zero' | 'break' | 'mend' | 'state' };

export type Command = Action & { readonly scale: string };

export interface SimulatedState {
  readonly code: string;
  readonly placed_kg: number;
  /** Null while the display shows no weight. */
  readonly shown_kg: number | null;
  readonly tare_kg: number;
  readonly stable: boolean;
  readonly overload: boolean;
  readonly underload: boolean;
  readonly adc_fault: boolean;
  readonly faults: readonly string[];
  readonly link: SimulatedLink;
}

export type Answer =
  | { readonly ok: true; readonly state: SimulatedState }
  | { readonly ok: false; readonly error: string };

type Parameter = 'kg' | 'kg_per_s' | 'd' | 'frames' | 'on';

/** Which parameter each action takes, and its value when it is left out. */
const ACTIONS: Readonly<
  Record<
    Action['do'],
    {
      readonly name: Parameter;
      readonly usual?: number | boolean;
      /** A command line has one number, whatever it means. */
      readonly alias?: Parameter;
    } | null
  >
> = {
  put: { name: 'kg' },
  add: { name: 'kg' },
  drift: { name: 'kg_per_s', alias: 'kg' },
  noise: { name: 'd', usual: 3 },
  corrupt: { name: 'frames', usual: 1 },
  drop_byte: { name: 'frames', usual: 1 },
  garbage: { name: 'on', usual: true },
  babble: { name: 'on', usual: true },
  quiet: { name: 'on', usual: true },
  heartbeat: { name: 'on', usual: true },
  adc_fault: { name: 'on', usual: true },
  remove: null,
  tare: null,
  zero: null,
  break: null,
  mend: null,
  state: null,
};

export const ACTION_NAMES = Object.keys(ACTIONS);

/** Reads a command, or says what is wrong with it. */
export function readCommand(value: unknown): Command | { readonly error: string } {
  if (typeof value !== 'object' || value === null) return { error: 'a command is an object' };
  const given = new Map(Object.entries(value));
  const scale = given.get('scale');
  const action = given.get('do');
  if (typeof scale !== 'string') return { error: '"scale" must name a scale' };
  if (!isAction(action)) return { error: `"do" must be one of ${ACTION_NAMES.join(', ')}` };
  const parameter = ACTIONS[action];
  if (parameter === null) return { scale, do: action } as Command;
  const alias = parameter.alias && given.get(parameter.alias);
  const held = given.get(parameter.name) ?? alias ?? parameter.usual;
  const wanted = parameter.name === 'on' ? 'boolean' : 'number';
  if (typeof held !== wanted || (wanted === 'number' && !Number.isFinite(held)))
    return { error: `"${action}" needs "${parameter.name}", a ${wanted}` };
  return { scale, do: action, [parameter.name]: held } as unknown as Command;
}

const isAction = (value: unknown): value is Action['do'] =>
  typeof value === 'string' && Object.hasOwn(ACTIONS, value);
