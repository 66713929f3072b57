/** One thing that can be looked up, as a text: so what changes and what was asked are compared. */
export type LookupKey = string;

/** What callers see of a name. */
export const signatureKey = (name: string): LookupKey => `= ${name}`;
/** Whether a block of a kind has a name. */
export const nameKey = (kind: string, name: string): LookupKey => `${kind} ${name}`;
/** All names of a kind. */
export const namesKey = (kind: string): LookupKey => kind;
