import {
  flag,
  integer,
  json,
  list,
  number,
  object,
  oneOf,
  quantity,
  type Shape,
  text,
} from '@qoida/core';
import type { Protocol, ProtocolOptions } from './protocols/types.ts';
import { UNITS } from './protocols/weight.ts';

const OPTION_FIELDS: Readonly<
  Record<keyof ProtocolOptions, readonly [name: string, Shape[string]]>
> = {
  decimals: [
    'decimals',
    integer({ min: 0, max: 6 }).optional().doc({
      uz: 'Kadrda bo‘lmasa, kasr xonalari soni',
      ru: 'Число знаков после запятой, если его нет в кадре',
      en: 'Decimals, where the frame has none',
    }),
  ],
  unit: [
    'unit',
    oneOf(...UNITS)
      .optional()
      .doc({
        uz: 'Kadrda bo‘lmasa, o‘lchov birligi',
        ru: 'Единица, если её нет в кадре',
        en: 'Unit, where the frame has none',
      }),
  ],
  checksum: [
    'checksum',
    flag().default(true).doc({
      uz: 'Indikator nazorat summasini yuboradi',
      ru: 'Индикатор передаёт контрольную сумму',
      en: 'The indicator sends a checksum',
    }),
  ],
  tareField: [
    'tare_field',
    flag().default(true).doc({
      uz: 'Kadrda tara maydoni bor',
      ru: 'В кадре есть поле тары',
      en: 'The frame has a tare field',
    }),
  ],
  registers: [
    'registers',
    json().optional().doc({
      uz: 'Registrlar xaritasi: nomi yoki to‘liq tavsifi',
      ru: 'Карта регистров: имя или полное описание',
      en: 'Register map: its name, or written out',
    }),
  ],
};

/** What every line needs, whatever its protocol. */
const COMMON = {
  strip_parity: flag().default(false).doc({
    uz: 'Konvertor 7 bitli belgilarni juftlik biti bilan uzatadi',
    ru: 'Преобразователь передаёт 7-битные символы с битом чётности',
    en: 'The converter passes 7-bit characters with their parity bit',
  }),
  no_data_ms: integer({ min: 200, max: 600_000 }).default(3000),
  idle_ms: integer({ min: 500, max: 3_600_000 }).default(10_000),
  stability: object({
    window_ms: integer({ min: 100, max: 10_000 }).optional(),
    min_frames: integer({ min: 2, max: 100 }).optional(),
    max_gap_ms: integer({ min: 50, max: 10_000 }).optional(),
    band_d: number({ min: 0, max: 20 }).optional(),
  }).optional(),
  backoff: object({
    min_ms: integer({ min: 10, max: 60_000 }).optional(),
    max_ms: integer({ min: 10, max: 600_000 }).optional(),
  }).optional(),
} satisfies Shape;

const LINK = object({
  kind: oneOf('serial', 'tcp'),
  path: text({ maxLength: 200 }).optional().example('/dev/ttyUSB0'),
  baud_rate: integer({ min: 300, max: 921_600 }).optional(),
  data_bits: integer({ min: 7, max: 8 }).optional(),
  parity: oneOf('none', 'even', 'odd').optional(),
  stop_bits: integer({ min: 1, max: 2 }).optional(),
  host: text({ maxLength: 200 }).optional().example('192.168.1.50'),
  port: integer({ min: 0, max: 65_535 }).optional().example(4001),
});

/** Settings of a line with this protocol, with all its devices. */
export function settingsOf(protocol: Protocol): Shape {
  const polled = protocol.kind === 'polled';
  const options = protocol.options.map((option) => OPTION_FIELDS[option]);
  return {
    protocol: oneOf(protocol.name).default(protocol.name),
    link: LINK,
    options: object(Object.fromEntries(options)).optional(),
    ...COMMON,
    ...(polled && {
      poll_ms: integer({ min: 20, max: 60_000 }).default(100),
      answer_ms: integer({ min: 10, max: 5000 }).default(300),
    }),
    devices: list(
      object({
        code: text({ maxLength: 64 }),
        division_kg: quantity('kg', { min: 0.000_001, max: 10_000 }),
        max_kg: quantity('kg', { min: 0.000_001, max: 1_000_000 }).optional(),
        zero_band_d: number({ min: 0, max: 100 }).optional(),
        ...(polled && { address: integer(protocol.addresses).optional() }),
      }),
      { min: 1, ...(polled ? {} : { max: 1 }) },
    ),
  };
}
