/** A language of the product. */
export type Locale = 'uz' | 'ru' | 'en';

/** The sentence of a reason with its figures; undefined where there is none. */
export type Say = (
  reason: string,
  locale: Locale,
  details: Readonly<Record<string, unknown>>,
) => string | undefined;
