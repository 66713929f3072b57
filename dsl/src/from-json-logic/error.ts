/**
 * Thrown where a rule of JSON Logic has no meaning in the language: an operator it does not have,
 * an answer that would silently differ, data that is no JSON.
 */
export class JsonLogicError extends Error {
  /** The operator that can't be translated; empty when the rule as a whole can't. */
  readonly operator: string;
  /** Why, in words. */
  readonly reason: string;
  /** Where it stands in the rule, as a JSON pointer: `/if/0/in`. */
  readonly path: string;

  constructor(operator: string, reason: string, path: string) {
    const what = operator === '' ? 'the rule' : `\`${operator}\``;
    const place = path.length > 120 ? `${path.slice(0, 119)}…` : path;
    super(`${what} has no meaning here: ${reason}${place === '' ? '' : ` (at ${place})`}`);
    this.name = 'JsonLogicError';
    this.operator = operator;
    this.reason = reason;
    this.path = place;
  }
}
