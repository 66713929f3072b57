import { isRecord, itemsOf, readOwn } from '../../source/read.ts';
import { present, type Type } from '../../types/type.ts';
import { isStorable, type SqlConstant, type SqlParameter } from './build.ts';

/** What a statement is run with besides its constants. */
export interface SqlRun {
  readonly values: Readonly<Record<string, unknown>>;
  readonly types: ReadonlyMap<string, Type>;
  /** Milliseconds. */
  readonly now: number;
  readonly zone: string;
}

export type SqlValue = SqlConstant;

/** The parameters in order, as a driver of PostgreSQL takes them; inputs as JSON. */
export function bindSql(params: readonly SqlParameter[], run: SqlRun): readonly SqlValue[] {
  return params.map((param) => bound(param, run));
}

function bound(param: SqlParameter, { values, types, now, zone }: SqlRun): SqlValue {
  switch (param.kind) {
    case 'constant':
      return param.value;
    case 'input':
      return inputJson(readOwn(values, param.name), types.get(param.name));
    case 'now':
      return now;
    case 'zone':
      return zone;
  }
}

/** A fact as the text of JSON. What JSON can't hold stays recognisable as wrong data. */
export function inputJson(value: unknown, type: Type | undefined): string | null {
  const json = asJson(value, type ?? { kind: 'dynamic' });
  return json === null ? null : JSON.stringify(json);
}

/** Stand in for wrong data: of another form than a plain value, and than a record or list. */
const NO_PLAIN_VALUE = {};
const NO_RECORD_OR_LIST = 0;

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function asJson(value: unknown, declared: Type): Json {
  if (value === undefined || value === null) return null;
  const type = present(declared);
  if (type.kind === 'record') {
    if (!isRecord(value)) return NO_RECORD_OR_LIST;
    const fields = [...type.fields].map(
      ([name, field]) => [name, asJson(readOwn(value, name), field)] as const,
    );
    return Object.fromEntries(fields.filter(([, field]) => field !== null));
  }
  if (type.kind === 'list') {
    return itemsOf(value)?.map((item) => asJson(item, type.of)) ?? NO_RECORD_OR_LIST;
  }
  try {
    return type.kind === 'dynamic' ? untyped(value) : plain(value, type);
  } catch {
    return NO_PLAIN_VALUE;
  }
}

function plain(value: unknown, type: Type): Json {
  if (value instanceof Date && type.kind === 'instant') {
    const ms = value.getTime();
    const text = Number.isNaN(ms) ? '' : value.toISOString();
    return text.length === 24 ? text : NO_PLAIN_VALUE;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : NO_PLAIN_VALUE;
  if (typeof value === 'string') return isStorable(value) ? value : NO_PLAIN_VALUE;
  return typeof value === 'boolean' ? value : NO_PLAIN_VALUE;
}

function untyped(value: unknown): Json {
  if (Array.isArray(value))
    return value.map((item) => (item === null || item === undefined ? null : untyped(item)));
  if (value instanceof Date) return plain(value, { kind: 'instant' });
  if (typeof value !== 'object' || value === null) return plain(value, { kind: 'dynamic' });
  const fields = Object.entries(value).map(
    ([name, field]) =>
      [name, field === null || field === undefined ? null : untyped(field)] as const,
  );
  return Object.fromEntries(fields);
}
