import type { Shown } from '../protocols/types.ts';
import type { Unit } from '../protocols/weight.ts';

/** What the simulated scale is. */
export interface ScaleModel {
  readonly code: string;
  readonly maxKg: number;
  readonly divisionKg: number;
  readonly decimals: number;
  readonly unit: Unit;
  /** Time constant of the settling. */
  readonly tauS: number;
}

/** What is on the platform, and how the indicator sees it at this moment. */
export interface Load {
  readonly placedKg: number;
  readonly settledKg: number;
  readonly driftKgPerS: number;
  /** A shaking platform: amplitude in divisions. */
  readonly noiseD: number;
  readonly zeroKg: number;
  readonly tareKg: number;
  readonly adcFault: boolean;
}

export const EMPTY: Load = {
  placedKg: 0,
  settledKg: 0,
  driftKgPerS: 0,
  noiseD: 0,
  zeroKg: 0,
  tareKg: 0,
  adcFault: false,
};

const OVERLOAD_D = 9;
const UNDERLOAD_D = 20;
const MOTION_D = 0.5;
const MOTION_NOISE_D = 0.3;
const SETTLED_D = 0.02;
/** Zero may be set within ±4 % of Max (OIML R 76). */
const ZERO_RANGE = 0.04;

/** The load after `seconds`: drift, and settling of first order towards what is placed. */
export function step(load: Load, model: ScaleModel, seconds: number): Load {
  const placedKg = load.placedKg + load.driftKgPerS * seconds;
  const left = (load.settledKg - placedKg) * Math.exp(-seconds / model.tauS);
  const arrived = Math.abs(left) < SETTLED_D * model.divisionKg;
  return { ...load, placedKg, settledKg: arrived ? placedKg : placedKg + left };
}

export function isMoving(load: Load, model: ScaleModel): boolean {
  const off = Math.abs(load.placedKg - load.settledKg);
  const drifting = Math.abs(load.driftKgPerS) > MOTION_D * model.divisionKg;
  return off > MOTION_D * model.divisionKg || drifting || load.noiseD >= MOTION_D;
}

/** What the indicator displays. `random` gives 0 ≤ x < 1. */
export function display(load: Load, model: ScaleModel, random: () => number): Shown {
  const { divisionKg, decimals } = model;
  const moving = isMoving(load, model);
  const amplitude = Math.max(load.noiseD, moving ? MOTION_NOISE_D : 0) * divisionKg;
  const noise = amplitude * (2 * random() - 1);
  const grossKg = load.settledKg - load.zeroKg + noise;
  const gross = inDivisions(grossKg, model);
  const tareRaw = inDivisions(load.tareKg, model);
  const net = load.tareKg > 0;
  return {
    raw: net ? gross - tareRaw : gross,
    decimals,
    unit: model.unit,
    mode: net ? 'net' : 'gross',
    stable: !moving && !load.adcFault,
    zero: gross === 0,
    overload: grossKg > model.maxKg + OVERLOAD_D * divisionKg,
    underload: grossKg < -UNDERLOAD_D * divisionKg,
    adcFault: load.adcFault,
    tareRaw,
    increment: incrementOf(model),
  };
}

/** The displayed integer: a whole number of divisions in the last decimal's unit. */
function inDivisions(kg: number, { divisionKg, decimals }: ScaleModel): number {
  const perDivision = Math.round(divisionKg * 10 ** decimals);
  return Math.round(kg / divisionKg) * perDivision || 0;
}

function incrementOf({ divisionKg, decimals }: ScaleModel): 1 | 2 | 5 {
  const last = String(Math.round(divisionKg * 10 ** decimals))[0];
  return last === '5' ? 5 : last === '2' ? 2 : 1;
}

/** Refusals say what a real indicator's keyboard would refuse. */
export type Keyed = { readonly load: Load } | { readonly refused: string };

export function tare(load: Load, model: ScaleModel): Keyed {
  if (isMoving(load, model)) return { refused: 'in motion' };
  const gross = load.settledKg - load.zeroKg;
  if (gross < 0) return { refused: 'negative' };
  const divisions = Math.round(gross / model.divisionKg);
  return { load: { ...load, tareKg: divisions * model.divisionKg } };
}

export function zero(load: Load, model: ScaleModel): Keyed {
  if (isMoving(load, model)) return { refused: 'in motion' };
  if (Math.abs(load.settledKg) > ZERO_RANGE * model.maxKg) return { refused: 'out of zero range' };
  return { load: { ...load, zeroKg: load.settledKg, tareKg: 0 } };
}
