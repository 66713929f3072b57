import type { FieldIr, InputIr } from '../../ir/ir.ts';
import type { Border } from '../../values/border.ts';
import { type Asked, HELPERS } from './helpers.ts';
import { notEmitted } from './writer.ts';

export type Data = Readonly<Record<string, unknown>>;
export type Frame = unknown[];
/** A part of a rule. */
export type Part = (values: Data, frame: Frame, asked: Asked | undefined) => unknown;

const NOTHING = {};

/** A property that has been put into the prototype of all objects is nobody's own. */
export function polluted(): boolean {
  for (const _ in NOTHING) return true;
  return false;
}

const OBJECT = Object.prototype;

export function isPlain(data: unknown): data is Data {
  if (typeof data !== 'object' || data === null) return false;
  // biome-ignore lint/suspicious/noProto: a property read, whose answer an engine knows of a shape it knows
  if ((data as { readonly __proto__?: unknown }).__proto__ === OBJECT) return true;
  return Object.getPrototypeOf(data) === null;
}

/** Undefined for what is not finite, and for what was made of a part that had no value. */
export const finite = (x: number): number | undefined => (x - x === 0 ? x : undefined);

export function reader(ir: InputIr | FieldIr): Part {
  const { name, border } = ir;
  const nullable = ir.kind === 'field' ? ir.optional : ir.nullable;
  if (name in Object.prototype) notEmitted();
  const enter = entering(border);
  if (nullable) {
    return (target, _f, k) => {
      const data = target[name];
      return data === null || data === undefined ? null : enter(data, k);
    };
  }
  if (border.kind === 'number' && border.unit.mul === 1 && border.unit.div === 1) {
    return (target) => {
      const data = target[name];
      return typeof data === 'number' && data - data === 0 ? data : undefined;
    };
  }
  // The commonest forms in one piece: a call of a closure costs as much as what it asks.
  if (border.kind === 'bool') {
    return (target) => {
      const data = target[name];
      return typeof data === 'boolean' ? data : undefined;
    };
  }
  if (border.kind === 'enum') {
    const { values } = border;
    return (target) => oneOf(values, target[name]);
  }
  return (target, _f, k) => enter(target[name], k);
}

function oneOf(values: readonly string[], data: unknown): unknown {
  for (let i = 0; i < values.length; i++) if (values[i] === data) return data;
  return undefined;
}

function entering(border: Border): (data: unknown, asked: Asked | undefined) => unknown {
  switch (border.kind) {
    case 'number': {
      const { mul, div } = border.unit;
      return (data) => (typeof data === 'number' ? finite((data * mul) / div) : undefined);
    }
    case 'bool':
      return (data) => (typeof data === 'boolean' ? data : undefined);
    case 'text':
      return (data) => (typeof data === 'string' ? data : undefined);
    case 'enum': {
      const { values } = border;
      return (data) => oneOf(values, data);
    }
    case 'date':
      return (data) => finite(HELPERS.date(data));
    case 'time':
      return (data) => finite(HELPERS.time(data));
    case 'instant':
      return (data, k) => finite(HELPERS.instant(data, k));
    case 'record':
      return (data) => (isPlain(data) ? data : undefined);
    case 'list':
      return (data) => (Array.isArray(data) ? data : undefined);
    default:
      return notEmitted();
  }
}
