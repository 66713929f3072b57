/** XOR of all bytes. */
export const xor = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

const NIBBLE_MARKS = '0123456789ABCDEF';
/** Some clones add 0x30 to every nibble, which gives `: ; < = > ?` for ten to fifteen. */
const CLONE_MARKS = ':;<=>?';

/** A Yaohua checksum byte as its two characters. */
export const nibbles = (value: number): string =>
  `${NIBBLE_MARKS[value >> 4]}${NIBBLE_MARKS[value & 0x0f]}`;

/** The nibble that a checksum character stands for, in either coding. */
export function nibbleOf(byte: number): number | undefined {
  const char = String.fromCharCode(byte);
  const standard = NIBBLE_MARKS.indexOf(char);
  if (standard >= 0) return standard;
  const clone = CLONE_MARKS.indexOf(char);
  return clone >= 0 ? clone + 10 : undefined;
}

/** Do the two checksum characters at `at` agree with the XOR of bytes `from` … `at` - 1? */
export function nibblesAgree(frame: Uint8Array, from: number, at: number): boolean {
  const high = nibbleOf(frame[at] ?? 0);
  const low = nibbleOf(frame[at + 1] ?? 0);
  if (high === undefined || low === undefined) return false;
  return ((high << 4) | low) === xor(frame.subarray(from, at));
}

/** Toledo: two's complement of the low seven bits of the sum. */
export const toledoChecksum = (bytes: Uint8Array): number =>
  -bytes.reduce((sum, byte) => sum + byte, 0) & 0x7f;

/** CRC-16/MODBUS (polynomial 0xA001 reflected, initial value 0xFFFF). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
