import type { FieldSpec } from '../api/fields.ts';
import { decimalOf } from '../api/from-text.ts';

export type Coerced =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: string };

const fault = (text: string): Coerced => ({ ok: false, fault: text });

/** Turns a value of a file, or the text of an environment variable, into the declared type. */
export function coerce(spec: FieldSpec, value: unknown, isText: boolean): Coerced {
  switch (spec.kind) {
    case 'flag':
      return asFlag(value, isText);
    case 'integer':
    case 'number':
    case 'quantity':
    case 'money':
      return asNumber(spec, value, isText);
    case 'oneOf':
      return spec.values?.includes(String(value))
        ? { ok: true, value: String(value) }
        : fault(`${quote(value)} is none of ${spec.values?.join(', ')}`);
    case 'list': {
      const items = isText
        ? String(value)
            .split(',')
            .map((item) => item.trim())
        : value;
      if (!Array.isArray(items)) return fault(`${quote(value)} is not a list`);
      return items.every((item) => typeof item === 'string' && item !== '')
        ? { ok: true, value: items }
        : fault(`${quote(value)} holds something that is not a text`);
    }
    default:
      return asText(spec, value);
  }
}

function asFlag(value: unknown, isText: boolean): Coerced {
  if (value === true || (isText && /^(true|1|yes)$/i.test(String(value))))
    return { ok: true, value: true };
  if (value === false || (isText && /^(false|0|no)$/i.test(String(value))))
    return { ok: true, value: false };
  return fault(`${quote(value)} is neither true nor false`);
}

function asNumber(spec: FieldSpec, value: unknown, isText: boolean): Coerced {
  const parsed = isText ? decimalOf(String(value).trim()) : value;
  const whole = spec.kind === 'integer';
  const kind = whole ? 'a whole number' : 'a number';
  const range = rangeText(spec);
  if (
    typeof parsed !== 'number' ||
    !Number.isFinite(parsed) ||
    (whole && !Number.isInteger(parsed))
  ) {
    return fault(`${quote(value)} is not ${kind}${range}`);
  }
  if (parsed < (spec.min ?? -Infinity) || parsed > (spec.max ?? Infinity)) {
    return fault(`${parsed} is not ${kind}${range}`);
  }
  return { ok: true, value: parsed };
}

function rangeText(spec: FieldSpec): string {
  if (spec.min !== undefined && spec.max !== undefined)
    return ` between ${spec.min} and ${spec.max}`;
  if (spec.min !== undefined) return ` of at least ${spec.min}`;
  return spec.max !== undefined ? ` of at most ${spec.max}` : '';
}

function asText(spec: FieldSpec, value: unknown): Coerced {
  if (typeof value !== 'string') return fault(`${quote(value)} is not a text`);
  if (value.length > (spec.maxLength ?? Infinity))
    return fault(`it is longer than ${spec.maxLength} characters`);
  if (spec.pattern !== undefined && !new RegExp(spec.pattern, 'u').test(value)) {
    return fault(`${quote(value)} doesn't fit ${spec.pattern}`);
  }
  return { ok: true, value };
}

const quote = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
