/** A function of one text that reckons each answer once. */
export function remembered<T>(reckon: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? reckon(key);
    known.set(key, found);
    return found;
  };
}
