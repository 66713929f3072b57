import { concat, toHex } from './framing.ts';
import type { Weighing } from './types.ts';
import { toKg, type Unit } from './weight.ts';

interface Facts {
  readonly raw: number | undefined;
  readonly decimals: number;
  readonly unit: Unit;
  readonly address?: number | undefined;
  readonly mode?: Weighing['mode'];
  readonly stable?: boolean | undefined;
  readonly zero?: boolean | undefined;
  readonly overload?: boolean;
  readonly underload?: boolean;
  readonly negative?: boolean;
  readonly adcFault?: boolean;
  readonly tareRaw?: number | undefined;
}

/** Fills what follows from the facts: out of range or broken is never a weight, nor stable. */
export function weighing(facts: Facts, frames: readonly Uint8Array[]): Weighing {
  const overload = facts.overload ?? false;
  const underload = facts.underload ?? false;
  const adcFault = facts.adcFault ?? false;
  const usable = facts.raw !== undefined && !overload && !underload && !adcFault;
  return {
    address: facts.address,
    raw: facts.raw,
    decimals: facts.decimals,
    unit: facts.unit,
    kg:
      usable && facts.raw !== undefined
        ? toKg({ raw: facts.raw, decimals: facts.decimals, unit: facts.unit })
        : undefined,
    mode: facts.mode ?? 'unknown',
    stable: usable ? facts.stable : false,
    zero: facts.zero,
    overload,
    underload,
    negative: facts.negative ?? (facts.raw ?? 0) < 0,
    adcFault,
    tareRaw: facts.tareRaw,
    rawHex: toHex(concat(...frames)),
  };
}
