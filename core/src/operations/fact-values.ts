/** Ids of the records among the facts, so that a gate hit can be found again by its objects. */
export function objectRefOf(
  facts: Readonly<Record<string, unknown>>,
  each: string | undefined,
  index: number | undefined,
): Record<string, string> {
  const ref: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts)) {
    const id = idOf(value);
    if (id !== undefined && name !== 'actor') ref[name] = id;
  }
  if (each !== undefined && index !== undefined) {
    const line = listOf(facts, each)?.[index];
    if (typeof line === 'object' && line !== null) {
      for (const [name, value] of Object.entries(line)) {
        const id = idOf(value);
        if (id !== undefined) ref[name] = id;
      }
    }
  }
  return ref;
}

/** The references of all objects that a gate of this call could have been hit with. */
export function objectRefsOf(facts: Readonly<Record<string, unknown>>): Record<string, string>[] {
  const lines = Object.entries(facts).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((_, index) => objectRefOf(facts, name, index)) : [],
  );
  return [objectRefOf(facts, undefined, undefined), ...lines];
}

function listOf(facts: Readonly<Record<string, unknown>>, each: string): unknown[] | undefined {
  const list = [each, `${each}s`, `${each}es`].map((name) => facts[name]).find(Array.isArray);
  return list as unknown[] | undefined;
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return undefined;
  const id = (value as { id: unknown }).id;
  return typeof id === 'string' ? id : undefined;
}
