import { nibbles, nibblesAgree, xor } from './checksum.ts';
import { ascii, concat, fromAscii, packet } from './framing.ts';
import type { PolledProtocol } from './types.ts';
import { weighing } from './weighing.ts';
import {
  ETX,
  fitsNumber,
  isChecksumChar,
  NUMBER_LENGTH,
  readNumber,
  STX,
  writeNumber,
} from './yaohua-frame.ts';

const READ_GROSS = 'B';
const READ_TARE = 'C';
const READ_NET = 'D';
const MODES = { [READ_GROSS]: 'gross', [READ_TARE]: 'tare', [READ_NET]: 'net' } as const;
const isRead = (command: string): command is keyof typeof MODES => command in MODES;

const DATA_AT = 3;
const ANSWER_LENGTH = DATA_AT + NUMBER_LENGTH + 3;
const REQUEST_LENGTH = DATA_AT + 3;

const letterOf = (address: number) => String.fromCharCode(0x40 + address);
const isAddress = (byte: number) => byte >= 0x41 && byte <= 0x5a;

function envelope(body: string): Uint8Array {
  const bytes = fromAscii(body);
  return concat([STX], bytes, fromAscii(nibbles(xor(bytes))), [ETX]);
}

/** Checksum and ETX at the end of an envelope of this length. */
function fitsTail(byte: number, index: number, length: number): boolean {
  return index === length - 1 ? byte === ETX : isChecksumChar(byte);
}

/** XK3190 family, `tF` = 1: the host asks an address A–Z, the indicator answers with one number. */
export const yaohuaCommand: PolledProtocol = {
  name: 'yaohua-command',
  vendor: 'Yaohua',
  title: 'Yaohua XK3190 command/answer',
  kind: 'polled',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  addresses: { min: 1, max: 26 },
  tells: ['address', 'mode'],
  checked: () => true,
  options: ['unit'],
  framing: packet({
    fits: (byte, index) => {
      if (index === 0) return byte === STX;
      if (index === 1) return isAddress(byte);
      if (index === 2) return isRead(String.fromCharCode(byte));
      if (index < DATA_AT + NUMBER_LENGTH) return fitsNumber(byte, index - DATA_AT);
      return fitsTail(byte, index, ANSWER_LENGTH);
    },
    length: () => ANSWER_LENGTH,
    verify: (frame) => nibblesAgree(frame, 1, ANSWER_LENGTH - 3),
  }),
  requests: ({ address }) => [envelope(`${letterOf(address ?? 1)}${READ_GROSS}`)],
  decode: (frames, context) => {
    const frame = frames[0];
    if (frame === undefined) return undefined;
    const command = ascii(frame.subarray(2, DATA_AT));
    if (!isRead(command)) return undefined;
    const number = readNumber(frame.subarray(DATA_AT, DATA_AT + NUMBER_LENGTH));
    return weighing(
      {
        ...number,
        address: (frame[1] ?? 0) - 0x40,
        unit: context.options.unit ?? 'kg',
        mode: MODES[command],
      },
      frames,
    );
  },
  requestFraming: packet({
    fits: (byte, index) => {
      if (index === 0) return byte === STX;
      if (index === 1) return isAddress(byte);
      return index === 2 ? byte > 0x20 && byte < 0x7f : fitsTail(byte, index, REQUEST_LENGTH);
    },
    length: () => REQUEST_LENGTH,
    verify: (frame) => nibblesAgree(frame, 1, DATA_AT),
  }),
  answer: (request, shown, context) => {
    const [address, command] = ascii(request.subarray(1, DATA_AT));
    if (address !== letterOf(context.address ?? 1) || command === undefined) return undefined;
    if (command === 'A') return envelope(`${address}${command}`);
    if (!isRead(command) || shown.overload || shown.underload || shown.adcFault) return undefined;
    const raw = rawFor(MODES[command], shown);
    return envelope(`${address}${command}${writeNumber({ raw, decimals: shown.decimals })}`);
  },
};

/** `shown.raw` is what the display has: net while a tare is active. */
function rawFor(
  mode: 'gross' | 'net' | 'tare',
  shown: { raw: number; tareRaw: number; mode: 'gross' | 'net' },
): number {
  if (mode === 'tare') return shown.tareRaw;
  const gross = shown.mode === 'net' ? shown.raw + shown.tareRaw : shown.raw;
  return mode === 'gross' ? gross : gross - shown.tareRaw;
}
