/** Calendar parts that a date-time field of a form takes: 'YYYY-MM-DDTHH:MM' on the plant's clocks. */
export function toLocalField(at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const part = (type: string) => parts.find((item) => item.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The moment at which the clocks of the zone show this field's value. */
export function fromLocalField(field: string, zone: string): Date {
  const asUtc = Date.parse(`${field}:00Z`);
  // Twice, so that near a change of the clocks the offset of that moment is taken.
  const first = asUtc - offsetAt(asUtc, zone);
  return new Date(asUtc - offsetAt(first, zone));
}

const offsetAt = (at: number, zone: string) =>
  Date.parse(`${toLocalField(new Date(at), zone)}:00Z`) - Math.floor(at / 60_000) * 60_000;
