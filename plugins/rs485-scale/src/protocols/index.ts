import { asciiStGs } from './ascii-st-gs.ts';
import { modbusRtu } from './modbus-rtu.ts';
import { toledoContinuous } from './toledo-continuous.ts';
import type { Protocol } from './types.ts';
import { yaohuaCommand } from './yaohua-command.ts';
import { yaohuaContinuous } from './yaohua-continuous.ts';

/** Every protocol of the plugin. A new one is a file beside this and a line here. */
export const PROTOCOLS: readonly Protocol[] = [
  yaohuaContinuous,
  yaohuaCommand,
  asciiStGs,
  toledoContinuous,
  modbusRtu,
];

export const findProtocol = (name: string): Protocol | undefined =>
  PROTOCOLS.find((protocol) => protocol.name === name);
