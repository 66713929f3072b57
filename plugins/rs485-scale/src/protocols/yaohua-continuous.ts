import { nibbles, nibblesAgree, xor } from './checksum.ts';
import { concat, fromAscii, packet } from './framing.ts';
import type { ContinuousProtocol } from './types.ts';
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

const CHECKSUM_AT = 1 + NUMBER_LENGTH;
const LENGTH = CHECKSUM_AT + 3;

/** XK3190-A9 family, `tF` = 0: STX, sign, six digits, decimals, XOR checksum, ETX. */
export const yaohuaContinuous: ContinuousProtocol = {
  name: 'yaohua-continuous',
  vendor: 'Yaohua',
  title: 'Yaohua XK3190 continuous (12 bytes)',
  kind: 'continuous',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  tells: [],
  checked: () => true,
  options: ['unit'],
  framing: packet({
    fits: (byte, index) => {
      if (index === 0) return byte === STX;
      if (index < CHECKSUM_AT) return fitsNumber(byte, index - 1);
      return index < LENGTH - 1 ? isChecksumChar(byte) : byte === ETX;
    },
    length: () => LENGTH,
    verify: (frame) => nibblesAgree(frame, 1, CHECKSUM_AT),
  }),
  decode: (frames, { options }) => {
    const frame = frames[0];
    if (frame === undefined) return undefined;
    const number = readNumber(frame.subarray(1, CHECKSUM_AT));
    return weighing({ ...number, unit: options.unit ?? 'kg' }, frames);
  },
  // Out of range has no coding in this frame: the indicators fall silent.
  encode: (shown) => {
    if (shown.overload || shown.underload || shown.adcFault) return undefined;
    const number = fromAscii(writeNumber(shown));
    return concat([STX], number, fromAscii(nibbles(xor(number))), [ETX]);
  },
};
