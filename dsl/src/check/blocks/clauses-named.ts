/** The clauses of a kind, or of one of several kinds, in the order they are written. */
export const clausesNamed = <C extends { readonly kind: string }, K extends C['kind']>(
  { clauses }: { readonly clauses: readonly C[] },
  kind: K,
): readonly Extract<C, { kind: K }>[] =>
  clauses.filter((clause): clause is Extract<C, { kind: K }> => clause.kind === kind);
