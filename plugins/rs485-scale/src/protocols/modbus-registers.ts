import type { RegisterMap, StatusMeaning } from './modbus-maps.ts';
import type { Shown, Weighing } from './types.ts';
import { weighing } from './weighing.ts';
import { signed } from './weight.ts';

/** Reads one register of an answer. */
export type Registers = (address: number) => number;

export const wordsOf = (type: RegisterMap['weight']['type']): 1 | 2 =>
  type === 'int16' || type === 'uint16' ? 1 : 2;

/** Registers of one reading → what they say. NaN and infinity are a broken transmitter, not a weight. */
export function readWeighing(
  registers: Registers,
  map: RegisterMap,
  address: number | undefined,
  frames: readonly Uint8Array[],
): Weighing {
  const { weight, status } = map;
  const word = status ? registers(status.address) : 0;
  const bits = new Set<StatusMeaning>(
    status?.bits.filter(({ bit }) => (word >> bit) & 1).map(({ means }) => means),
  );
  const value = readValue(registers, weight);
  const fault = map.faultValues?.find((known) => known.value === value)?.means;
  const usable = fault === undefined && Number.isFinite(value);
  const scaled = weight.type === 'float32' ? Math.round(value * 10 ** weight.decimals) : value;
  return weighing(
    {
      address,
      raw: usable ? signed(scaled, bits.has('negative')) : undefined,
      decimals: weight.decimals,
      unit: weight.unit,
      mode: bits.has('net') ? 'net' : weight.mode,
      stable: stableOf(bits, status),
      zero: status?.bits.some(({ means }) => means === 'zero') ? bits.has('zero') : undefined,
      overload: bits.has('overload') || fault === 'overload',
      underload: bits.has('underload') || fault === 'underload',
      adcFault: bits.has('adc_fault') || fault === 'adc_fault' || !Number.isFinite(value),
    },
    frames,
  );
}

function stableOf(bits: ReadonlySet<StatusMeaning>, status: RegisterMap['status']) {
  if (bits.has('unstable')) return false;
  const known = status?.bits.some(({ means }) => means === 'stable' || means === 'unstable');
  if (!known) return undefined;
  return status?.bits.some(({ means }) => means === 'stable') ? bits.has('stable') : true;
}

function readValue(registers: Registers, weight: RegisterMap['weight']): number {
  const first = registers(weight.address);
  const view = new DataView(new ArrayBuffer(4));
  if (wordsOf(weight.type) === 1) {
    view.setUint16(0, first);
    return weight.type === 'int16' ? view.getInt16(0) : view.getUint16(0);
  }
  const second = registers(weight.address + 1);
  const highFirst = weight.wordOrder === 'high-first';
  view.setUint16(0, highFirst ? first : second);
  view.setUint16(2, highFirst ? second : first);
  if (weight.type === 'float32') return view.getFloat32(0);
  return weight.type === 'int32' ? view.getInt32(0) : view.getUint32(0);
}

/** What the registers of an indicator with this map hold while it shows `shown`. */
export function writeRegisters(shown: Shown, map: RegisterMap): ReadonlyMap<number, number> {
  const { weight, status } = map;
  const held = new Map<number, number>();
  const fault = faultOf(shown);
  const code = map.faultValues?.find(({ means }) => means === fault)?.value;
  const magnitudeOnly = status?.bits.some(({ means }) => means === 'negative') ?? false;
  const raw = fault !== undefined && code !== undefined ? code : shown.raw;
  writeValue(held, weight, magnitudeOnly ? Math.abs(raw) : raw);
  if (status) {
    const bits = status.bits.filter(({ means }) => isTrue(means, shown));
    held.set(
      status.address,
      bits.reduce((word, { bit }) => word | (1 << bit), 0),
    );
  }
  return held;
}

function faultOf(shown: Shown): 'overload' | 'underload' | 'adc_fault' | undefined {
  if (shown.adcFault) return 'adc_fault';
  if (shown.overload) return 'overload';
  return shown.underload ? 'underload' : undefined;
}

function isTrue(means: StatusMeaning, shown: Shown): boolean {
  switch (means) {
    case 'stable':
      return shown.stable;
    case 'unstable':
      return !shown.stable;
    case 'overload':
      return shown.overload;
    case 'underload':
      return shown.underload;
    case 'zero':
      return shown.zero;
    case 'net':
      return shown.mode === 'net';
    case 'negative':
      return shown.raw < 0;
    case 'adc_fault':
      return shown.adcFault;
  }
}

function writeValue(held: Map<number, number>, weight: RegisterMap['weight'], raw: number): void {
  const view = new DataView(new ArrayBuffer(4));
  if (wordsOf(weight.type) === 1) {
    view.setInt16(0, raw);
    held.set(weight.address, view.getUint16(0));
    return;
  }
  if (weight.type === 'float32') view.setFloat32(0, raw / 10 ** weight.decimals);
  else view.setInt32(0, raw);
  const highFirst = weight.wordOrder === 'high-first';
  held.set(weight.address, view.getUint16(highFirst ? 0 : 2));
  held.set(weight.address + 1, view.getUint16(highFirst ? 2 : 0));
}
