import type { DeviceModel } from '../../api/devices.ts';
import type { DataLog } from '../../data/index.ts';
import type { DrivenDevice } from './lines.ts';
import {
  type PlayedSwitch,
  type SimulatedLink,
  type Simulators,
  startSimulators,
} from './simulators.ts';

export interface PlayedOptions {
  readonly models: readonly DeviceModel[];
  readonly log: DataLog;
  /** Asked to look at the devices once more, after a simulator ended by itself. */
  again(): void;
}

const PAUSE_MS = 1_000;

/** Simulators of some devices, started anew when these are others than before. */
export class Played {
  readonly #options: PlayedOptions;
  #simulators: Simulators | null = null;
  #playing = NOBODY;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: PlayedOptions) {
    this.#options = options;
  }

  linkOf(device: DrivenDevice): SimulatedLink | undefined {
    return this.#simulators?.linkOf(device);
  }

  controlPortOf(code: string): number | undefined {
    return this.#simulators?.controlPortOf(code);
  }

  /** @returns whether anything was started or stopped */
  async follow(
    devices: readonly DrivenDevice[],
    switches: readonly PlayedSwitch[] = [],
  ): Promise<boolean> {
    const { models, log } = this.#options;
    const wanted = JSON.stringify([devices, switches]);
    if (wanted === this.#playing) return false;
    await this.stop();
    this.#playing = wanted;
    try {
      this.#simulators = await startSimulators({
        models,
        devices,
        switches,
        log,
        onGone: (reason) => this.#gone(reason),
      });
    } catch (error) {
      log.error({ err: error }, 'simulators could not be started');
    }
    return true;
  }

  async stop(): Promise<void> {
    clearTimeout(this.#pause);
    const stopping = this.#simulators;
    this.#simulators = null;
    this.#playing = NOBODY;
    await stopping?.stop();
  }

  #gone(reason: string): void {
    const { log, again } = this.#options;
    log.error({ reason }, 'a simulator is gone; it starts again');
    this.#pause = setTimeout(() => {
      this.#playing = '';
      again();
    }, PAUSE_MS);
  }
}

const NOBODY = '[[],[]]';
