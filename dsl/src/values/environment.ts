import type { Value } from './border.ts';

/** What an evaluation sees besides its parameters. Values from outside are plain data. */
export interface Environment {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The instant of the whole decision, in milliseconds. */
  readonly now: number;
  readonly zone: string;
  readonly natives: Natives;
  /** The parts of the block that is being computed, as far as they are known. */
  readonly parts?: Map<string, Value> | undefined;
}

/** Functions of plugins: plain data in, plain data out, synchronous and without effects. */
export type Natives = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

export const NO_NATIVES: Natives = {};
