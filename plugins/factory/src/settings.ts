import { flag, number, quantity, type Shape, text } from '@qoida/core';

/** Switches of the plant (F-CFG). Rules read them as `settings.vt_gate_hard`. */
export const plantSettings = {
  STRICT_RS_ONLY: flag().default(true).doc('a typed weight is refused everywhere (F-OP-15)'),
  VT_GATE_HARD: flag()
    .default(true)
    .doc('over the VT limit the session pauses; false: a warning only'),
  VT_GATE_MIN_INPUT_KG: quantity('kg', { resolution: 0.001, min: 0 })
    .default(0)
    .doc('the VT ratio is judged only from this input on'),
  DEGAZ_GATE_QC: flag()
    .default(false)
    .doc('OTK decides on no package that waits for degassing; false: a warning only'),
  TRANSFER_DIFF_PCT: quantity('%', { min: 0, max: 100 })
    .default(0.5)
    .doc('tolerance between sent and received weight, share of the sent'),
  TRANSFER_DIFF_MIN_KG: quantity('kg', { resolution: 0.001, min: 0 })
    .default(0.2)
    .doc('tolerance between sent and received weight, at least'),
  ADJUST_DIRECTOR_KG: quantity('kg', { resolution: 0.001, min: 0 })
    .default(50)
    .doc(
      'stock that is corrected, missing after a transfer or disposed of unweighed: above this the director agrees too',
    ),
  SHIFT_DAY_START: text({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })
    .default('08:00')
    .doc('local start of the day shift'),
  SHIFT_NIGHT_START: text({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })
    .default('20:00')
    .doc('local start of the night shift'),
  SHIFT_HOURS: number({ min: 1, max: 24 }).default(12).doc('length of a shift in hours'),
} satisfies Shape;

export interface ShiftSettings {
  readonly zone: string;
  readonly dayStart: string;
  readonly nightStart: string;
  readonly hours: number;
}

type Settings = Readonly<Record<string, unknown>>;

/** The declared settings by their types; the platform has validated them at start. */
export const isStrict = (settings: Settings): boolean => settings.STRICT_RS_ONLY !== false;

export const shiftSettings = (settings: Settings): ShiftSettings => ({
  zone: String(settings.PLANT_TZ),
  dayStart: String(settings.SHIFT_DAY_START),
  nightStart: String(settings.SHIFT_NIGHT_START),
  hours: Number(settings.SHIFT_HOURS),
});
