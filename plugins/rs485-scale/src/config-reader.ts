/** A setting that can't be used, named by its path in the configuration. */
export class ConfigError extends Error {
  readonly path: string;

  constructor(path: string, fault: string) {
    super(`${path}: ${fault}`);
    this.name = 'ConfigError';
    this.path = path;
  }
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** Typed access to one object of a configuration. Without a fallback a key must be there. */
export interface ConfigReader {
  text(key: string, fallback?: string): string;
  number(key: string, bounds: Bounds, fallback?: number): number;
  optionalNumber(key: string, bounds: Bounds): number | undefined;
  flag(key: string, fallback?: boolean): boolean;
  oneOf<const T extends string | number>(key: string, values: readonly T[], fallback?: T): T;
  optionalOneOf<const T extends string | number>(key: string, values: readonly T[]): T | undefined;
  /** An object; an absent one reads as empty. */
  section(key: string): ConfigReader;
  list(key: string): readonly ConfigReader[];
  has(key: string): boolean;
  raw(key: string): unknown;
  /** Refuses keys that nobody has asked for: a misspelt setting must not be ignored. */
  finish(): void;
  fail(key: string, fault: string): never;
}

/** @throws ConfigError where `value` isn't an object. */
export function readConfig(value: unknown, path = 'config'): ConfigReader {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError(path, 'must be an object');
  const entries = new Map(Object.entries(value).filter(([, held]) => held !== null));
  const asked = new Set<string>();
  const get = (key: string): unknown => {
    asked.add(key);
    return entries.get(key);
  };
  const fail = (key: string, fault: string): never => {
    throw new ConfigError(`${path}.${key}`, fault);
  };
  const required = <T>(key: string, held: T | undefined): T =>
    held === undefined ? fail(key, 'is missing') : held;

  const numberAt = (key: string, { min = -Infinity, max = Infinity, integer }: Bounds) => {
    const held = get(key);
    if (held === undefined) return undefined;
    if (typeof held !== 'number' || !Number.isFinite(held)) return fail(key, 'must be a number');
    if (integer && !Number.isInteger(held)) return fail(key, 'must be a whole number');
    if (held < min || held > max) return fail(key, `must be from ${min} to ${max}, not ${held}`);
    return held;
  };
  const oneOfAt = <T extends string | number>(key: string, values: readonly T[]) => {
    const held = get(key);
    if (held === undefined) return undefined;
    return (
      values.find((value) => value === held) ?? fail(key, `must be one of ${values.join(', ')}`)
    );
  };

  return {
    text(key, fallback) {
      const held = get(key) ?? fallback;
      if (held !== undefined && (typeof held !== 'string' || held === ''))
        return fail(key, 'must be a text');
      return required(key, held);
    },
    number: (key, bounds, fallback) => required(key, numberAt(key, bounds) ?? fallback),
    optionalNumber: numberAt,
    flag(key, fallback) {
      const held = get(key) ?? fallback;
      if (held !== undefined && typeof held !== 'boolean')
        return fail(key, 'must be true or false');
      return required(key, held);
    },
    oneOf: (key, values, fallback) => required(key, oneOfAt(key, values) ?? fallback),
    optionalOneOf: oneOfAt,
    section: (key) => readConfig(get(key) ?? {}, `${path}.${key}`),
    list(key) {
      const held = get(key);
      if (!Array.isArray(held) || held.length === 0)
        return fail(key, 'must be a list with entries');
      return held.map((item, index) => readConfig(item, `${path}.${key}[${index}]`));
    },
    has: (key) => entries.has(key),
    raw: get,
    finish() {
      const unknown = [...entries.keys()].find((key) => !asked.has(key));
      if (unknown !== undefined) fail(unknown, `is no setting; known are ${[...asked].join(', ')}`);
    },
    fail,
  };
}
