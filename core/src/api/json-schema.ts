import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Refusal } from './errors.ts';
import { sentence } from './fault-sentences.ts';
import type { FieldSpec } from './fields.ts';
import { fromTexts } from './from-text.ts';
import type { Locale } from './locale.ts';
import { isStorable } from './storable.ts';

type Fields = Readonly<Record<string, FieldSpec>>;

export interface SchemaOptions {
  /** True: what a caller sends. False: what the platform answers (every field present). */
  readonly input: boolean;
}

/**
 * JSON Schema (2020-12) of declared fields: a closed object.
 * `decimals` (most digits after the point), `unit` and `record` are keywords of ours.
 */
export function jsonSchemaOf(fields: Fields, options: SchemaOptions): Record<string, unknown> {
  const entries = Object.entries(fields);
  const required = entries
    .filter(([, spec]) => !options.input || !(spec.optional || spec.default !== undefined))
    .map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, spec]) => [name, fieldSchema(spec, options)]),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function fieldSchema(spec: FieldSpec, options: SchemaOptions): Record<string, unknown> {
  const schema = { ...valueSchema(spec, options), ...notesOf(spec) };
  if (!spec.optional || spec.kind === 'json') return schema;
  if (spec.kind === 'record' && !options.input) return { oneOf: [schema, { type: 'null' }] };
  return {
    ...schema,
    ...(schema.type === undefined ? {} : { type: [schema.type, 'null'] }),
    ...(schema.enum === undefined ? {} : { enum: [...(schema.enum as unknown[]), null] }),
  };
}

function valueSchema(spec: FieldSpec, options: SchemaOptions): Record<string, unknown> {
  switch (spec.kind) {
    case 'text':
      return textSchema(spec, options);
    case 'number':
    case 'quantity':
    case 'money':
      return { type: 'number', ...rangeOf(spec), ...decimalsOf(spec) };
    case 'integer':
      return {
        type: 'integer',
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
        ...rangeOf(spec),
      };
    case 'flag':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'instant':
      return { type: 'string', format: 'date-time' };
    case 'oneOf':
      return { type: 'string', enum: [...(spec.values ?? [])] };
    case 'id':
    case 'ref':
      return options.input
        ? { type: 'string', minLength: 1, maxLength: 128, record: spec.record }
        : { type: 'string', format: 'uuid', record: spec.record };
    case 'list':
      return listSchema(spec, options);
    case 'object':
      return jsonSchemaOf(spec.fields ?? {}, options);
    case 'json':
      return {};
    case 'record':
      return options.input ? { type: 'object' } : { $ref: `#/components/schemas/${spec.record}` };
  }
}

function textSchema(spec: FieldSpec, { input }: SchemaOptions): Record<string, unknown> {
  const mayBeEmpty = !input || spec.optional || spec.default === '';
  return {
    type: 'string',
    ...(mayBeEmpty ? {} : { minLength: 1 }),
    ...(spec.maxLength === undefined ? {} : { maxLength: spec.maxLength }),
    ...(spec.pattern === undefined ? {} : { pattern: spec.pattern }),
    ...(spec.secret && input ? { format: 'password' } : {}),
  };
}

function listSchema(spec: FieldSpec, options: SchemaOptions): Record<string, unknown> {
  return {
    type: 'array',
    items: spec.item ? fieldSchema(spec.item, options) : {},
    ...(spec.min === undefined ? {} : { minItems: spec.min }),
    ...(spec.max === undefined ? {} : { maxItems: spec.max }),
  };
}

/** What is given in steps is stored in 14 digits: more doesn't fit, in no place of the plant. */
function rangeOf({ min, max, resolution }: FieldSpec) {
  const most =
    resolution === undefined ? undefined : 10 ** (14 - placesOf(resolution)) - resolution;
  const minimum = min ?? (most === undefined ? undefined : -most);
  const maximum = max ?? most;
  return {
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

const placesOf = (resolution: number) => Math.max(0, Math.round(-Math.log10(resolution)));

const decimalsOf = (spec: FieldSpec) => ({
  ...(spec.resolution === undefined ? {} : { decimals: placesOf(spec.resolution) }),
  ...(spec.unit === undefined ? {} : { unit: spec.unit }),
});

function notesOf(spec: FieldSpec): Record<string, unknown> {
  const doc = typeof spec.doc === 'object' ? (spec.doc.en ?? spec.doc.uz ?? spec.doc.ru) : spec.doc;
  return {
    ...(doc === undefined ? {} : { description: doc }),
    ...(spec.default === undefined ? {} : { default: plain(spec.default) }),
    ...(spec.example === undefined ? {} : { examples: [plain(spec.example)] }),
  };
}

/** Dates as ISO text, everywhere inside; other values as they are. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** How many digits a number shows after its point, in its shortest form. */
function digitsAfterPoint(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const written = mantissa.split('.')[1]?.length ?? 0;
  return Math.max(0, written - Number(exponent));
}

let made: Ajv2020 | undefined;

function engine(): Ajv2020 {
  if (made !== undefined) return made;
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    allowUnionTypes: true,
    verbose: true,
  });
  addFormats.default(ajv, ['date', 'date-time', 'uuid']);
  ajv.addFormat('password', true);
  for (const keyword of ['unit', 'record']) ajv.addKeyword({ keyword, schemaType: 'string' });
  ajv.addKeyword({
    keyword: 'decimals',
    type: 'number',
    schemaType: 'number',
    validate: (most: number, value: number) => digitsAfterPoint(value) <= most,
  });
  made = ajv;
  return ajv;
}

export interface ValidatorOptions {
  /** Values come as text (a query string): '12' is taken for the number 12, 'true' for a flag (`fromTexts`). */
  readonly fromText?: boolean;
}

/**
 * Compiles a validator of declared fields. It returns a new object: defaults filled in, optional
 * fields present (null when left out), instants as `Date`. Unknown properties are refused.
 * The function throws Refusal validation_error `invalid_input` with `details.fields` by path.
 */
export function validatorOf(
  fields: Fields,
  options: ValidatorOptions = {},
): (value: unknown, locale?: Locale) => Record<string, unknown> {
  let check: ValidateFunction | undefined;
  return (value, locale = 'uz') => {
    check ??= engine().compile(jsonSchemaOf(fields, { input: true }));
    const copy = plain(
      options.fromText ? fromTexts(fields, value as Record<string, unknown>) : (value ?? {}),
    );
    if (!check(copy)) throw refusalOf(check.errors ?? [], locale);
    const faults: Record<string, string> = {};
    const result = finishObject(fields, copy as Record<string, unknown>, '', (path, keyword) => {
      faults[path] = sentence(keyword, { format: 'date-time' }, locale);
    });
    if (Object.keys(faults).length > 0) throw invalidInput(faults);
    return result;
  };
}

type Fault = (path: string, keyword: 'format' | 'storable') => void;

function finishObject(fields: Fields, value: Record<string, unknown>, path: string, fault: Fault) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, spec]) => [
      name,
      finish(
        spec,
        Object.hasOwn(value, name) ? value[name] : null,
        path ? `${path}.${name}` : name,
        fault,
      ),
    ]),
  );
}

function finish(spec: FieldSpec, value: unknown, path: string, fault: Fault): unknown {
  if (value === null || value === undefined) return null;
  if (spec.kind === 'instant') {
    const moment = new Date(value as string);
    if (Number.isNaN(moment.getTime())) fault(path, 'format');
    return moment;
  }
  if (spec.kind === 'list' && spec.item) {
    const item = spec.item;
    return (value as unknown[]).map((inner, index) =>
      finish(item, inner, `${path}.${index}`, fault),
    );
  }
  if (spec.kind === 'object') {
    return finishObject(spec.fields ?? {}, value as Record<string, unknown>, path, fault);
  }
  // Every door's texts come by here: HTTP, both sockets, rules.
  if (!isStorable(value)) fault(path, 'storable');
  return value;
}

function refusalOf(errors: readonly ErrorObject[], locale: Locale): Refusal {
  const faults: Record<string, string> = {};
  for (const error of errors) {
    const parameters = error.params as Record<string, unknown>;
    const missing = parameters.missingProperty ?? parameters.additionalProperty;
    const path = error.instancePath.split('/').slice(1).map(unescapePointer);
    if (typeof missing === 'string') path.push(missing);
    faults[path.join('.')] ??= sentence(
      error.keyword,
      { ...parameters, most: error.schema },
      locale,
    );
  }
  return invalidInput(faults);
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

function invalidInput(fields: Record<string, string>): Refusal {
  const first = Object.entries(fields)[0];
  return new Refusal(
    'validation_error',
    'invalid_input',
    first ? `${first[0] || 'body'}: ${first[1]}` : 'Invalid input',
    { fields },
  );
}
