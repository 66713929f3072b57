import { ascii, fromAscii, textLine } from './framing.ts';
import type { ContinuousProtocol, Mode, ProtocolOptions } from './types.ts';
import { weighing } from './weighing.ts';
import { parseDigits, signed, UNITS, type Unit } from './weight.ts';

/**
 * One grammar for A&D, Dini Argeo, CAS "AND 18", General Measure and their clones. The bus address
 * before the status (`@01`, `01`) is optional, commas may be missing or stand before the unit.
 */
const LINE =
  /^(?:@?(\d\d))?\s*(ST|US|OL|LO|UL|HD)\s*,?\s*(GS|NT|TR|G|N|T)?\s*,?\s*([+-])?\s*([\d.,]*?)\s*,?\s*(kg|g|t|lb|oz)?\s*$/i;
const HEADER = /(?:@?\d\d)?(?:ST|US|OL|LO|UL|HD)[\s,]/gi;

const MODES: Readonly<Record<string, Mode>> = { G: 'gross', N: 'net', T: 'tare' };
const DATA_LENGTH = 7;

const isUnit = (text: string): text is Unit => UNITS.some((unit) => unit === text);

/** A line that lost its end looks like one without a unit, so that is taken only when configured. */
function unitOf(text: string | undefined, options: ProtocolOptions): Unit | undefined {
  const unit = text?.toLowerCase();
  if (unit !== undefined) return isUnit(unit) ? unit : undefined;
  return options.unit ?? (options.decimals === undefined ? undefined : 'kg');
}

/** `ST,GS,+  20.520kg` and its relatives. */
export const asciiStGs: ContinuousProtocol = {
  name: 'ascii-st-gs',
  vendor: 'A&D, CAS, Dini Argeo',
  title: 'ASCII text ST,GS,+ 20.520kg',
  kind: 'continuous',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  tells: ['stable', 'overload', 'underload', 'mode', 'unit'],
  checked: () => false,
  options: ['decimals', 'unit'],
  framing: textLine({ maxLength: 48, header: HEADER }),
  decode: (frames, { options }) => {
    const match = LINE.exec(ascii(frames[0] ?? new Uint8Array()));
    if (!match) return undefined;
    const [, address, status = '', kind = '', sign, digits = '', unitText] = match;
    const header = status.toUpperCase();
    const outOfRange = header === 'OL' || header === 'LO' || header === 'UL';
    const number = parseDigits(digits);
    const unit = unitOf(unitText, options) ?? (outOfRange ? (options.unit ?? 'kg') : undefined);
    if (unit === undefined || (number === undefined && !(outOfRange && digits === '')))
      return undefined;
    const negative = sign === '-';
    const underload = header === 'UL' || (outOfRange && negative);
    return weighing(
      {
        address: address === undefined ? undefined : Number(address),
        raw: number && signed(number.raw, negative),
        decimals: number?.decimals ?? options.decimals ?? 0,
        unit,
        mode: MODES[kind.slice(0, 1).toUpperCase()] ?? 'unknown',
        // A held value isn't the load of this moment.
        stable: header === 'ST',
        overload: outOfRange && !underload,
        underload,
        negative,
      },
      frames,
    );
  },
  encode: (shown) => {
    if (shown.adcFault) return undefined;
    const blank = shown.overload || shown.underload;
    const status = shown.overload ? 'OL' : shown.underload ? 'UL' : shown.stable ? 'ST' : 'US';
    const kind = shown.mode === 'net' ? 'NT' : 'GS';
    const data = blank ? ''.padStart(DATA_LENGTH) : displayed(shown).padStart(DATA_LENGTH);
    const sign = shown.raw < 0 || shown.underload ? '-' : '+';
    return fromAscii(`${status},${kind},${sign}${data}${shown.unit.padStart(2)}\r\n`);
  },
};

function displayed(shown: { raw: number; decimals: number }): string {
  const digits = String(Math.abs(shown.raw)).padStart(shown.decimals + 1, '0');
  if (shown.decimals === 0) return digits;
  return `${digits.slice(0, -shown.decimals)}.${digits.slice(-shown.decimals)}`;
}
