/** What something is called, by language; `*` is for readers of all others. */
export type Names = Readonly<Record<string, string>>;

export const namesIn = (
  clauses: readonly {
    readonly language: string | undefined;
    readonly text: { readonly value: string };
  }[],
): Names => Object.fromEntries(clauses.map(({ language, text }) => [language ?? '*', text.value]));
