/** How one input of a device behaves (S-OP-01). */
export interface InputConfig {
  readonly input: number;
  readonly type: 'push' | 'rocker';
  readonly link: 'linked' | 'unlinked';
  /** Index of a relay, or all of them. */
  readonly target_relay?: number | 'all' | null;
  readonly rocker_mode?: 'edge' | 'follow' | null;
  readonly push_mode?: 'toggle' | 'momentary' | null;
  /** Holds are told as events. */
  readonly hold_events?: boolean | null;
}

export interface IoConfig {
  readonly inputs: readonly InputConfig[];
}

export const RESTORE_MODES = ['off', 'on', 'last'] as const;
export type RestoreMode = (typeof RESTORE_MODES)[number];

/** Everything that is kept as a relay device's configuration. */
export interface RelayConfig {
  readonly io_config: IoConfig;
  readonly power_restore_mode: RestoreMode;
  readonly timezone: string;
  /** A hold of 10 s at an input switches all relays off. Kept by the platform, not by the device. */
  readonly hold_all_off: boolean;
}

export interface Shape {
  readonly relays: number;
  readonly inputs: number;
}

/** Push, linked, input i to relay i, toggle; relays come back as they were (S-OP-01, S-OP-15). */
export const defaultConfig = ({ relays, inputs }: Shape): RelayConfig => ({
  io_config: {
    inputs: Array.from({ length: inputs }, (_, input) =>
      input < relays
        ? { input, type: 'push', link: 'linked', target_relay: input, push_mode: 'toggle' }
        : { input, type: 'push', link: 'unlinked' },
    ),
  },
  power_restore_mode: 'last',
  timezone: 'Asia/Tashkent',
  hold_all_off: true,
});

/** Why a configuration can't be: a word for programs and the input it is about. */
export interface ConfigFault {
  readonly input: number;
  readonly fault:
    | 'input_unknown'
    | 'input_missing'
    | 'input_twice'
    | 'target_required'
    | 'target_forbidden'
    | 'target_unknown'
    | 'rocker_mode_required'
    | 'rocker_mode_forbidden'
    | 'push_mode_forbidden'
    | 'hold_events_forbidden'
    | 'follow_all'
    | 'target_shared';
}

const given = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * What of the matrix push/rocker × linked/unlinked × mode a configuration breaks (S-M4-03, S-OP-01).
 * @returns every fault, in the order of the inputs; empty when the device can be set so
 */
export function configFaults({ inputs }: IoConfig, shape: Shape): ConfigFault[] {
  const faults = inputs.flatMap((one, at) => [
    ...inputs
      .slice(0, at)
      .flatMap(({ input }) => (input === one.input ? [says(one, 'input_twice')] : [])),
    ...ownFaults(one, shape),
    ...(sharesWrongly(one, inputs.slice(0, at)) ? [says(one, 'target_shared')] : []),
  ]);
  const missing = Array.from({ length: shape.inputs }, (_, input) => input).filter(
    (input) => !inputs.some((one) => one.input === input),
  );
  return [...faults, ...missing.map((input) => says({ input }, 'input_missing'))];
}

const says = ({ input }: { readonly input: number }, fault: ConfigFault['fault']): ConfigFault => ({
  input,
  fault,
});

function ownFaults(one: InputConfig, { relays, inputs }: Shape): ConfigFault[] {
  const rocker = one.type === 'rocker';
  const linked = one.link === 'linked';
  const target = one.target_relay;
  const broken: readonly (readonly [boolean, ConfigFault['fault']])[] = [
    [one.input < 0 || one.input >= inputs, 'input_unknown'],
    [linked && !given(target), 'target_required'],
    [!linked && given(target), 'target_forbidden'],
    [linked && given(target) && !isRelay(target, relays), 'target_unknown'],
    [rocker && !given(one.rocker_mode), 'rocker_mode_required'],
    [!rocker && given(one.rocker_mode), 'rocker_mode_forbidden'],
    [rocker && given(one.push_mode), 'push_mode_forbidden'],
    [rocker && one.hold_events === true, 'hold_events_forbidden'],
    [linked && one.rocker_mode === 'follow' && target === 'all', 'follow_all'],
  ];
  return broken.flatMap(([is, fault]) => (is ? [says(one, fault)] : []));
}

const isRelay = (target: unknown, relays: number): boolean =>
  target === 'all' ||
  (typeof target === 'number' && Number.isInteger(target) && target >= 0 && target < relays);

/** A relay that follows a contact can't be moved by another input as well. */
function sharesWrongly(one: InputConfig, before: readonly InputConfig[]): boolean {
  if (one.link !== 'linked') return false;
  return before.some(
    (other) =>
      other.link === 'linked' &&
      meet(one.target_relay, other.target_relay) &&
      (one.rocker_mode === 'follow' || other.rocker_mode === 'follow'),
  );
}

const meet = (one: unknown, other: unknown): boolean =>
  given(one) && given(other) && (one === other || one === 'all' || other === 'all');
