import type { Locale } from '../api/locale.ts';

/** What a hit says in every language of the product. */
export type GateWords = Readonly<
  Record<
    Locale,
    {
      readonly message: string;
      readonly remedy: string | null;
      readonly explanation: unknown;
    }
  >
>;
