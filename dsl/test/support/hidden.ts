/** Characters that a golden file should not hold as they are: ⟦202E⟧ stands for U+202E. */
export const decode = (text: string): string =>
  text.replace(/⟦([0-9A-F]+)⟧/g, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );

export const encode = (text: string): string =>
  text.replace(
    /[\u0300-\u036f\u202a-\u202e]/g,
    (c) => `⟦${c.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟧`,
  );
