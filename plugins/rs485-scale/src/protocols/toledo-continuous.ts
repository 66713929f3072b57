import { toledoChecksum } from './checksum.ts';
import { ascii, concat, fromAscii, packet } from './framing.ts';
import type { ContinuousProtocol, ProtocolOptions, Shown } from './types.ts';
import { weighing } from './weighing.ts';
import { parseDigits, signed, type Unit } from './weight.ts';

const STX = 0x02;
const CR = 0x0d;
const WEIGHT_AT = 4;
const FIELD = 6;

/** Bits of status byte B. */
const NET = 0x01;
const NEGATIVE = 0x02;
const OUT_OF_RANGE = 0x04;
const MOTION = 0x08;
const KILOGRAMS = 0x10;
/** Bit 5 of every status byte is set, which keeps it out of the control characters. */
const ALWAYS = 0x20;

/** Status byte C, bits 0–2; 0 leaves it to the kg/lb bit of status byte B, other codes are vendors' own. */
const UNIT_CODES: Readonly<Record<number, Unit>> = { 1: 'g', 2: 't', 3: 'oz' };
/** Code of the decimals in status byte A for whole units; the codes below it multiply by ten and a hundred. */
const WHOLE_UNITS = 2;
const INCREMENTS = [1, 2, 5] as const;

const crAt = (options: ProtocolOptions) =>
  WEIGHT_AT + (options.tareField === false ? FIELD : 2 * FIELD);
const lengthOf = (options: ProtocolOptions) => crAt(options) + (options.checksum === false ? 1 : 2);

const isFieldChar = (byte: number) => byte === 0x20 || (byte >= 0x30 && byte <= 0x39);

function readField(frame: Uint8Array, at: number): number | undefined {
  const digits = ascii(frame.subarray(at, at + FIELD)).trim();
  return digits === '' ? undefined : parseDigits(digits)?.raw;
}

/** Mettler-Toledo standard continuous output and its clones. */
export const toledoContinuous: ContinuousProtocol = {
  name: 'toledo-continuous',
  vendor: 'Mettler-Toledo',
  title: 'Mettler-Toledo continuous (17/18 bytes)',
  kind: 'continuous',
  serial: { baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
  tells: ['stable', 'overload', 'underload', 'mode', 'tare', 'unit'],
  checked: (options) => options.checksum !== false,
  options: ['checksum', 'tareField'],
  framing: packet({
    fits: (byte, index, _buffer, { options }) => {
      if (index === 0) return byte === STX;
      // Clones disagree about the constant bits of the status bytes, so none is required.
      if (index < WEIGHT_AT) return byte < 0x80;
      if (index < crAt(options)) return isFieldChar(byte);
      return index === crAt(options) ? byte === CR : byte < 0x80;
    },
    length: (_buffer, { options }) => lengthOf(options),
    verify: (frame, { options }) =>
      options.checksum === false || toledoChecksum(frame.subarray(0, -1)) === frame.at(-1),
  }),
  decode: (frames, { options }) => {
    const frame = frames[0];
    if (frame === undefined) return undefined;
    const [, statusA = 0, statusB = 0, statusC = 0] = frame;
    const code = statusA & 0x07;
    const dummyZeros = 10 ** Math.max(0, WHOLE_UNITS - code);
    const magnitude = readField(frame, WEIGHT_AT);
    const outOfRange = (statusB & OUT_OF_RANGE) !== 0;
    const unit = unitOf(statusB, statusC);
    if (unit === undefined || (magnitude === undefined && !outOfRange)) return undefined;
    const negative = (statusB & NEGATIVE) !== 0;
    const tare = options.tareField === false ? undefined : readField(frame, WEIGHT_AT + FIELD);
    return weighing(
      {
        raw: magnitude === undefined ? undefined : signed(magnitude * dummyZeros, negative),
        decimals: Math.max(0, code - WHOLE_UNITS),
        unit,
        mode: (statusB & NET) !== 0 ? 'net' : 'gross',
        stable: (statusB & MOTION) === 0,
        overload: outOfRange && !negative,
        underload: outOfRange && negative,
        negative,
        tareRaw: tare === undefined ? undefined : tare * dummyZeros,
      },
      frames,
    );
  },
  encode: (shown, { options }) => {
    if (shown.adcFault) return undefined;
    const blank = shown.overload || shown.underload;
    const field = (value: number) => fromAscii(String(value).padStart(FIELD, '0'));
    const body = concat(
      [STX, statusAOf(shown), statusBOf(shown), statusCOf(shown)],
      blank ? fromAscii(''.padStart(FIELD)) : field(Math.abs(shown.raw)),
      options.tareField === false ? [] : field(shown.tareRaw),
      [CR],
    );
    return options.checksum === false ? body : concat(body, [toledoChecksum(body)]);
  },
};

function unitOf(statusB: number, statusC: number): Unit | undefined {
  const code = statusC & 0x07;
  if (code === 0) return (statusB & KILOGRAMS) !== 0 ? 'kg' : 'lb';
  return UNIT_CODES[code];
}

const statusAOf = (shown: Shown): number =>
  ALWAYS | ((INCREMENTS.indexOf(shown.increment) + 1) << 3) | (shown.decimals + WHOLE_UNITS);

function statusBOf(shown: Shown): number {
  const outOfRange = shown.overload || shown.underload;
  return (
    ALWAYS |
    (shown.mode === 'net' ? NET : 0) |
    (shown.raw < 0 || shown.underload ? NEGATIVE : 0) |
    (outOfRange ? OUT_OF_RANGE : 0) |
    (shown.stable && !outOfRange ? 0 : MOTION) |
    (shown.unit === 'lb' ? 0 : KILOGRAMS)
  );
}

function statusCOf(shown: Shown): number {
  const code = Object.entries(UNIT_CODES).find(([, unit]) => unit === shown.unit)?.[0];
  return ALWAYS | Number(code ?? 0);
}
