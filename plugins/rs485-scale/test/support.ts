import { scan } from '../src/protocols/framing.ts';
import type {
  FrameContext,
  Protocol,
  ProtocolOptions,
  Shown,
  Weighing,
} from '../src/protocols/types.ts';

export const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));

export const text = (line: string): Uint8Array =>
  Uint8Array.from(line, (char) => char.charCodeAt(0));

export interface Decoded {
  readonly weighings: readonly Weighing[];
  readonly garbageBytes: number;
  readonly badChecksums: number;
  readonly rest: Uint8Array;
}

/** Feeds chunks through framing and decoder, as the driver does. */
export function decodeAll(
  protocol: Protocol,
  chunks: readonly Uint8Array[],
  options: ProtocolOptions = {},
  address?: number,
): Decoded {
  const context: FrameContext = { address, options };
  let rest: Uint8Array = new Uint8Array();
  let garbageBytes = 0;
  let badChecksums = 0;
  const weighings: Weighing[] = [];
  for (const chunk of chunks) {
    const found = scan(protocol.framing, rest, chunk, context);
    rest = found.rest;
    garbageBytes += found.garbageBytes;
    badChecksums += found.badChecksums;
    for (const frame of found.frames) {
      const weighing = protocol.decode([frame], context);
      if (weighing) weighings.push(weighing);
      else garbageBytes += frame.length;
    }
  }
  return { weighings, garbageBytes, badChecksums, rest };
}

/** The only weighing in these bytes, or undefined when there is none. */
export function decodeOne(
  protocol: Protocol,
  bytes: Uint8Array,
  options: ProtocolOptions = {},
  address?: number,
): Weighing | undefined {
  const { weighings } = decodeAll(protocol, [bytes], options, address);
  return weighings.length === 1 ? weighings[0] : undefined;
}

export const shown = (facts: Partial<Shown> = {}): Shown => ({
  raw: 20520,
  decimals: 3,
  unit: 'kg',
  mode: 'gross',
  stable: true,
  zero: false,
  overload: false,
  underload: false,
  adcFault: false,
  tareRaw: 0,
  increment: 5,
  ...facts,
});

/** What goes over the line when an indicator shows this: its frame, or its answer when asked. */
export function bytesFor(
  protocol: Protocol,
  facts: Shown,
  options: ProtocolOptions = {},
  address = 1,
): Uint8Array | undefined {
  const context = { address: protocol.kind === 'polled' ? address : undefined, options };
  if (protocol.kind === 'continuous') return protocol.encode(facts, context);
  const [request] = protocol.requests(context);
  return request && protocol.answer(request, facts, context);
}
