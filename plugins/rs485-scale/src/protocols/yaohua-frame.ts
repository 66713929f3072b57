import { ascii } from './framing.ts';
import type { Shown } from './types.ts';
import { signed } from './weight.ts';

/** Pieces that the continuous and the command frame of the Yaohua XK3190 family share. */
export const STX = 0x02;
export const ETX = 0x03;

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isSign = (byte: number) => byte === 0x2b || byte === 0x2d;
const isDecimals = (byte: number) => byte >= 0x30 && byte <= 0x34;
/** `0`–`9`, `A`–`F` and the clones' `:`–`?`. */
export const isChecksumChar = (byte: number) =>
  (byte >= 0x30 && byte <= 0x3f) || (byte >= 0x41 && byte <= 0x46);

/** Length of sign, six digits and the number of decimals. */
export const NUMBER_LENGTH = 8;

/** Can this byte stand at `index` of the eight number bytes? */
export function fitsNumber(byte: number, index: number): boolean {
  if (index === 0) return isSign(byte);
  return index === NUMBER_LENGTH - 1 ? isDecimals(byte) : isDigit(byte);
}

/** Sign, six digits and decimals → the number. The bytes have passed `fitsNumber`. */
export function readNumber(bytes: Uint8Array): {
  raw: number;
  decimals: number;
  negative: boolean;
} {
  const text = ascii(bytes);
  const negative = text[0] === '-';
  return {
    raw: signed(Number(text.slice(1, 7)), negative),
    decimals: Number(text[7]),
    negative,
  };
}

export function writeNumber(shown: Pick<Shown, 'raw' | 'decimals'>): string {
  const digits = String(Math.abs(shown.raw)).padStart(6, '0');
  return `${shown.raw < 0 ? '-' : '+'}${digits}${shown.decimals}`;
}
