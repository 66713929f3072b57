/** A sub-expression of a rule with its value, as the language explains it. */
export interface Explanation {
  readonly text: string;
  readonly value?: string;
  readonly children?: readonly Explanation[];
}
