import type { ConfigReader } from './config-reader.ts';
import type { RegisterMap } from './protocols/modbus-maps.ts';
import { UNITS } from './protocols/weight.ts';

const ADDRESS = { min: 0, max: 0xffff, integer: true };

/**
 * A Modbus register map of the plant's own.
 * @throws ConfigError naming the setting and its fault.
 */
export function readRegisterMap(config: ConfigReader): RegisterMap {
  const weight = config.section('weight');
  const map: RegisterMap = {
    readFunction: config.oneOf('read_function', [3, 4], 3),
    weight: {
      address: weight.number('address', ADDRESS),
      type: weight.oneOf('type', ['int16', 'uint16', 'int32', 'uint32', 'float32'], 'int32'),
      wordOrder: weight.oneOf('word_order', ['high-first', 'low-first'], 'high-first'),
      decimals: weight.number('decimals', { min: 0, max: 6, integer: true }),
      unit: weight.oneOf('unit', UNITS, 'kg'),
      mode: weight.oneOf('mode', ['gross', 'net', 'unknown'], 'unknown'),
    },
    ...(config.has('status') && { status: readStatus(config.section('status')) }),
    ...(config.has('fault_values') && {
      faultValues: config.list('fault_values').map(readFaultValue),
    }),
  };
  weight.finish();
  config.finish();
  return map;
}

function readStatus(config: ConfigReader): NonNullable<RegisterMap['status']> {
  const status = {
    address: config.number('address', ADDRESS),
    bits: config.list('bits').map((entry) => {
      const bit = {
        bit: entry.number('bit', { min: 0, max: 15, integer: true }),
        means: entry.oneOf('means', [
          'stable',
          'unstable',
          'overload',
          'underload',
          'zero',
          'net',
          'negative',
          'adc_fault',
        ]),
      };
      entry.finish();
      return bit;
    }),
  };
  config.finish();
  return status;
}

function readFaultValue(config: ConfigReader): NonNullable<RegisterMap['faultValues']>[number] {
  const fault = {
    value: config.number('value', { integer: true }),
    means: config.oneOf('means', ['overload', 'underload', 'adc_fault']),
  };
  config.finish();
  return fault;
}
