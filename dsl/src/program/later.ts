import type { Kept } from './kept.ts';
import type { Runtime } from './runtime.ts';

/** What the rules of a program are made with, of which only what is light is kept. */
export interface Making {
  /** What they will run with. */
  readonly runtime: Runtime;
  /** The same as long as the program is being compiled: what is asked of it is not kept. */
  readonly meanwhile: Runtime;
  readonly kept: Kept;
}

type Maker<T> = () => T;
type Face<T> = new (whole: T, make: Maker<T>) => T;

/** One class for all that have the same heavy parts, by their names. */
const faces = new Map<string, Face<object>>();

/**
 * A value that keeps what is light of it, and makes the whole again when somebody asks for the
 * rest: what it can do, what it reckons when asked, and the parts that are named as heavy. Once it
 * has been asked to do something it keeps the whole: it will be asked again.
 * @param whole as it is now; nothing refers to it any more afterwards
 * @param make makes the same again
 * @param heavy parts that are no functions and are heavy all the same
 */
export function later<T extends object>(
  whole: T,
  make: Maker<T>,
  heavy: readonly (keyof T & string)[] = [],
): T {
  const late = Object.entries(Object.getOwnPropertyDescriptors(whole)).flatMap(
    ([name, { get, value }]) =>
      get !== undefined || typeof value === 'function' || heavy.some((one) => one === name)
        ? [name]
        : [],
  );
  const key = late.join();
  const known = faces.get(key) ?? faceWith(late);
  faces.set(key, known);
  // A face has all that the whole has: the same names, here or on its prototype.
  const Made = known as unknown as Face<T>;
  return new Made(whole, make);
}

function faceWith(late: readonly string[]): Face<object> {
  const names = new Set(late);
  class Later {
    readonly #make: Maker<object>;
    #whole: object | undefined;
    #light: WeakRef<object> | undefined;

    constructor(whole: object, make: Maker<object>) {
      this.#make = make;
      for (const [name, value] of Object.entries(Object.getOwnPropertyDescriptors(whole)))
        if (!names.has(name)) Object.defineProperty(this, name, value);
    }

    static part(face: Later, name: string): unknown {
      const whole = face.#whole ?? face.#light?.deref() ?? face.#make();
      const part: unknown = Reflect.get(whole, name);
      if (typeof part === 'function') face.#whole = whole;
      else face.#light = new WeakRef(whole);
      return part;
    }
  }
  for (const name of late)
    Object.defineProperty(Later.prototype, name, {
      enumerable: true,
      get(this: Later) {
        return Later.part(this, name);
      },
    });
  return Later;
}
