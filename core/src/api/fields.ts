/** A text in one language, or one per language of the product. */
export type Texts = string | { readonly uz?: string; readonly ru?: string; readonly en?: string };

export type FieldKind =
  | 'text'
  | 'number'
  | 'integer'
  | 'flag'
  | 'quantity'
  | 'money'
  | 'date'
  | 'instant'
  | 'oneOf'
  | 'id'
  | 'ref'
  | 'list'
  | 'object'
  | 'json'
  | 'record';

/** What a field is, as plain data: every database, API, language and screen view follows from it. */
export interface FieldSpec {
  readonly kind: FieldKind;
  /** Unit of a quantity ('kg', 'm', '%', 'kg/m') or currency of money. Values are numbers in it. */
  readonly unit?: string;
  /** Smallest step of a stored number, a power of ten (0.001). */
  readonly resolution?: number;
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly values?: readonly string[];
  /** Name of the record that an `id`, `ref` or `record` points at. */
  readonly record?: string;
  readonly item?: FieldSpec;
  readonly fields?: Readonly<Record<string, FieldSpec>>;
  readonly optional?: boolean;
  readonly unique?: boolean;
  readonly secret?: boolean;
  /**
   * False: nobody changes it to get something done, so it is never told as what would let a refused
   * operation pass. Where nothing is said a field can be changed, but for a `unique` text.
   */
  readonly changeable?: boolean;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly doc?: Texts;
}

/** A declared field; `T` is the type of its value in TypeScript. */
export class Field<T = unknown, Optional extends boolean = boolean> {
  declare readonly valueType: T;
  declare readonly isOptional: Optional;
  readonly spec: FieldSpec;

  constructor(spec: FieldSpec) {
    this.spec = spec;
  }

  /** May be missing: nullable in the database, absent in input, `T?` in the language. */
  optional(): Field<T | null, true> {
    return new Field<T | null, true>({ ...this.spec, optional: true });
  }

  /** Given by the platform when the input leaves it out. */
  default(value: T): Field<T, true> {
    return new Field<T, true>({ ...this.spec, default: value });
  }

  /** False for what is measured, over, or another's to say: a serial number, a past moment. */
  changeable(changeable: boolean): Field<T, Optional> {
    return new Field<T, Optional>({ ...this.spec, changeable });
  }

  doc(doc: Texts): Field<T, Optional> {
    return new Field<T, Optional>({ ...this.spec, doc });
  }

  example(example: T): Field<T, Optional> {
    return new Field<T, Optional>({ ...this.spec, example });
  }
}

export type Shape = Readonly<Record<string, Field>>;

type OptionalKeys<S extends Shape> = {
  [K in keyof S]: true extends S[K]['isOptional'] ? K : never;
}[keyof S];

type Simplify<T> = { [K in keyof T]: T[K] };

/** What a caller sends: optional and defaulted fields may be left out. */
export type InputOf<S extends Shape> = Simplify<
  { [K in Exclude<keyof S, OptionalKeys<S>>]: S[K]['valueType'] } & {
    [K in OptionalKeys<S>]?: S[K]['valueType'];
  }
>;

/** What is there after validation or in a row: every field present, optional ones possibly null. */
export type ValueOf<S extends Shape> = { [K in keyof S]: S[K]['valueType'] };

interface TextOptions {
  readonly unique?: boolean;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly secret?: boolean;
}
interface NumberOptions {
  readonly resolution?: number;
  readonly min?: number;
  readonly max?: number;
}

export const text = (options: TextOptions = {}) =>
  new Field<string, false>({ kind: 'text', maxLength: 500, ...options });
export const number = (options: NumberOptions = {}) =>
  new Field<number, false>({ kind: 'number', ...options });
export const integer = (options: NumberOptions = {}) =>
  new Field<number, false>({ kind: 'integer', ...options });
export const flag = () => new Field<boolean, false>({ kind: 'flag' });
/** A number with a unit; `resolution` is the step it is stored with (kg: 0.001). */
export const quantity = (unit: string, options: NumberOptions = {}) =>
  new Field<number, false>({ kind: 'quantity', unit, ...options });
export const money = (currency: string, options: NumberOptions = {}) =>
  new Field<number, false>({ kind: 'money', unit: currency, resolution: 0.01, ...options });
/** A calendar date, 'YYYY-MM-DD'. */
export const date = () => new Field<string, false>({ kind: 'date' });
/** A moment; a `Date` inside the program, ISO-8601 in UTC outside. */
export const instant = () => new Field<Date, false>({ kind: 'instant' });
export const oneOf = <const V extends readonly string[]>(...values: V) =>
  new Field<V[number], false>({ kind: 'oneOf', values });
/** An id (uuid) or, where the record has one, a code, given by a caller; the road turns it into the uuid. */
export const id = (record: string) => new Field<string, false>({ kind: 'id', record });
/** A stored reference to another record: uuid with a foreign key. */
export const ref = (record: string) => new Field<string, false>({ kind: 'ref', record });
export const list = <T, O extends boolean>(
  item: Field<T, O>,
  options: { min?: number; max?: number } = {},
) => new Field<T[], false>({ kind: 'list', item: item.spec, ...options });
export const object = <S extends Shape>(shape: S) =>
  new Field<ValueOf<S>, false>({ kind: 'object', fields: specsOf(shape) });
/** Free JSON, opaque to the language. */
export const json = <T = unknown>() => new Field<T, false>({ kind: 'json' });

export function specsOf(shape: Shape): Record<string, FieldSpec> {
  return Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, field.spec]));
}
