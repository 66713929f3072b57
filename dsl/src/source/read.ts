/**
 * Data of the host, read so that nothing of it is thrown: a getter or a proxy may do anything. What
 * can't be read is bad data, and the rule that needs it has a fault.
 */

/** Stands for what could not be read: no border takes it for a value. */
const UNREADABLE: unique symbol = Symbol('unreadable');

/** Own properties only: a path never reaches a prototype. */
export function readOwn(target: object, name: string): unknown {
  try {
    return Object.hasOwn(target, name) ? (target as Record<string, unknown>)[name] : undefined;
  } catch {
    return UNREADABLE;
  }
}

export function readItem(list: readonly unknown[], index: number): unknown {
  try {
    return list[index];
  } catch {
    return UNREADABLE;
  }
}

/** The elements of a list, also those it has none at; undefined for what is no list. */
export function itemsOf(data: unknown): unknown[] | undefined {
  try {
    if (!Array.isArray(data)) return undefined;
    return Array.from({ length: data.length }, (_, i) => readItem(data, i));
  } catch {
    return undefined;
  }
}

export function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  try {
    return typeof data === 'object' && data !== null && !Array.isArray(data) && isReadable(data);
  } catch {
    return false;
  }
}

/** Can it at least be asked what it is? */
export function isReadable(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return data !== UNREADABLE;
  try {
    Object.getPrototypeOf(data);
    return true;
  } catch {
    return false;
  }
}

/** A record's own properties, without a prototype. Of what is no record none can be read. */
export function ownCopy(data: unknown): Record<string, unknown> {
  const copy = Object.create(null) as Record<string, unknown>;
  if (!isRecord(data)) return allUnreadable(copy);
  try {
    return Object.assign(copy, data);
  } catch {
    return copyEach(data);
  }
}

function copyEach(data: object): Record<string, unknown> {
  const copy = Object.create(null) as Record<string, unknown>;
  try {
    for (const name of Object.keys(data)) copy[name] = readOwn(data, name);
    return copy;
  } catch {
    return allUnreadable(copy);
  }
}

/** Whatever is asked of it besides its own can't be read. */
const allUnreadable = (own: Record<string, unknown>): Record<string, unknown> =>
  new Proxy(own, {
    get: (target, name) => (Reflect.has(target, name) ? Reflect.get(target, name) : UNREADABLE),
    set: (target, name, value) => Reflect.set(target, name, value),
    getOwnPropertyDescriptor: (target, name) =>
      Reflect.getOwnPropertyDescriptor(target, name) ?? {
        value: UNREADABLE,
        configurable: true,
        enumerable: true,
      },
  });
