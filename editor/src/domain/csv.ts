export type CsvCell = string | number | boolean | null | undefined;

/** A text that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/** So that a spreadsheet reads it as UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A table as CSV, as spreadsheets of a language read it: where the comma is the decimal sign, cells are
 * parted by semicolons.
 */
export function csvOf(rows: readonly (readonly CsvCell[])[], languageTag: string): string {
  const decimal = new Intl.NumberFormat(languageTag).format(0.5).includes(',') ? ',' : '.';
  const sign = decimal === ',' ? ';' : ',';
  const cell = (value: CsvCell): string => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'number') return String(value).replace('.', decimal);
    if (typeof value === 'boolean') return String(value);
    const safe = FORMULA.test(value) ? `'${value}` : value;
    return /["\r\n;,]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = rows.map((cells) => `${cells.map(cell).join(sign)}\r\n`);
  return BYTE_ORDER_MARK + lines.join('');
}

/** Gives a text to the reader as a file. */
export function saveAs(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
