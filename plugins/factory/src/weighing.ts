import type { BaseContext, BoundReading, RowOf } from '@qoida/core';
import { conflict, device, id, invalid, notFound, text } from '@qoida/core';

export const UUID = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';

/** How a line names its weight: a scale, whose last stable reading is bound now, or a capture (F-OP-61). */
export const weighingFields = () => ({
  device_id: id('device').optional().doc('scale whose last stable reading is taken'),
  capture_id: text({ pattern: UUID }).optional().doc('weight taken before by POST /rs/captures'),
});

export interface WeighingSource {
  readonly device_id?: string | null;
  readonly capture_id?: string | null;
}

/** A line whose scale is known; rules read `line.device.calibration_due_at`. */
export interface WeighedLine {
  readonly device: RowOf<typeof device>;
  readonly capture_id: string | null;
}

/**
 * The scale of a line.
 * @throws Refusal validation_error weighing_source, not_found
 */
export async function scaleOf(context: BaseContext, line: WeighingSource): Promise<WeighedLine> {
  const given = [line.device_id, line.capture_id].filter((value) => value != null);
  if (given.length !== 1) {
    throw invalid('weighing_source', 'Name either device_id or capture_id, and only one of them');
  }
  const capture = line.capture_id ?? null;
  const deviceId =
    capture === null ? String(line.device_id) : await deviceOfCapture(context, capture);
  return { device: await context.db.of(device).get(deviceId), capture_id: capture };
}

async function deviceOfCapture(context: BaseContext, captureId: string): Promise<string> {
  const [row] = await context.db.sql<{ device_id: string }>(
    'select device_id from rs_captures where id = ?',
    [captureId],
  );
  if (row === undefined) throw notFound('capture', captureId);
  return row.device_id;
}

/**
 * One load can't serve two lines: the same scale or capture twice in a call is refused (F-OP-61).
 * @throws Refusal validation_error weighing_twice
 */
export function refuseSharedReadings(lines: readonly WeighedLine[]): void {
  const seen = new Set<string>();
  for (const line of lines) {
    const source = line.capture_id ?? line.device.id;
    if (seen.has(source)) {
      throw invalid('weighing_twice', 'A scale can serve one line of a call; use captures', {
        device: line.device.code,
      });
    }
    seen.add(source);
  }
}

interface WeighOptions {
  readonly tare_kg?: number;
  readonly allowZero?: boolean;
}

/**
 * Binds the line's weight to `target`, once (F-ALG-01).
 * @throws Refusal rs_not_found_in_window, reading_already_used, net_not_positive, capture_expired
 */
export function weigh(
  context: BaseContext,
  line: WeighedLine,
  target: Readonly<Record<string, string>>,
  options: WeighOptions = {},
): Promise<BoundReading> {
  return line.capture_id === null
    ? context.readings.bind(line.device.id, target, options)
    : context.readings.bindCapture(line.capture_id, target, options);
}

/** A weight that a person typed has no path in strict mode (F-OP-15). */
export const typedWeightRefused = () =>
  conflict('typed_weight', 'A weight comes from the scale only (STRICT_RS_ONLY)');
