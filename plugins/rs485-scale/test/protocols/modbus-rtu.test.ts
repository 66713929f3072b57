import assert from 'node:assert/strict';
import { crc16 } from '../../src/protocols/checksum.ts';
import { REGISTER_MAPS, type RegisterMap } from '../../src/protocols/modbus-maps.ts';
import { modbusRtu } from '../../src/protocols/modbus-rtu.ts';
import { decodeAll, decodeOne, hex, shown } from '../support.ts';

const gm = REGISTER_MAPS['gm8802f-2'];
const gross: RegisterMap = {
  readFunction: 3,
  weight: { ...gm.weight, address: 0x50, mode: 'gross' },
};
const withWeight = (weight: Partial<RegisterMap['weight']>): RegisterMap => ({
  readFunction: 3,
  weight: { ...gross.weight, ...weight },
});
const read = (bytes: string, registers: RegisterMap) =>
  decodeOne(modbusRtu, hex(bytes), { registers }, 1);

describe('modbus-rtu', () => {
  it('asks for weight and status in one read where they lie together', () => {
    const context = { address: 1, options: { registers: gm } };
    assert.deepEqual(modbusRtu.requests(context), [hex('01 03 00 00 00 03 05 CB')]);
  });

  it('asks twice where they lie far apart', () => {
    const context = { address: 1, options: { registers: REGISTER_MAPS['load-cell-module'] } };
    assert.deepEqual(modbusRtu.requests(context), [
      hex('01 03 00 50 00 02 C4 1A'),
      hex('01 03 00 08 00 01 05 C8'),
    ]);
  });

  it('reads weight and status', () => {
    const weighing = read('01 03 06 00 00 50 28 00 01 71 BD', gm);
    assert.equal(weighing?.address, 1);
    assert.equal(weighing?.raw, 20520);
    assert.equal(weighing?.kg, 20.52);
    assert.equal(weighing?.stable, true);
    assert.equal(weighing?.rawHex, '01030600005028000171BD');
  });

  const values: readonly [what: string, bytes: string, map: RegisterMap, kg: number][] = [
    ['three decimals', '01 03 04 00 00 50 28 C6 2D', gross, 20.52],
    ['a negative', '01 03 04 FF FF FB 2E 39 3B', gross, -1.234],
    ['low word first', '01 03 04 50 28 00 00 6B 3B', withWeight({ wordOrder: 'low-first' }), 20.52],
    ['a float', '01 03 04 41 A4 28 F6 31 AA', withWeight({ type: 'float32' }), 20.52],
  ];
  for (const [what, bytes, map, kg] of values)
    it(`reads ${what}`, () => assert.equal(read(bytes, map)?.kg, kg));

  for (const [code, name, facts] of [
    ['7F 45 52 52', 'ERR', { overload: false, adcFault: true }],
    ['7F 4F 46 46', 'OFF', { overload: false, adcFault: true }],
    ['7F 4F 46 4C', 'OFL', { overload: true, adcFault: false }],
  ] as const)
    it(`takes ${name} for a fault, not for a weight`, () => {
      const body = hex(`01 03 06 ${code} 00 01`);
      const crc = crc16(body);
      const frame = Uint8Array.of(...body, crc & 0xff, crc >> 8);
      const weighing = decodeOne(modbusRtu, frame, { registers: gm }, 1);
      assert.deepEqual(
        { raw: weighing?.raw, kg: weighing?.kg, stable: weighing?.stable },
        { raw: undefined, kg: undefined, stable: false },
      );
      const { overload, adcFault } = weighing ?? {};
      assert.deepEqual({ overload, adcFault }, facts);
    });

  it('takes a float that is no number for a broken transmitter', () => {
    const body = hex('01 03 04 7F C0 00 00');
    const crc = crc16(body);
    const frame = Uint8Array.of(...body, crc & 0xff, crc >> 8);
    const options = { registers: withWeight({ type: 'float32' }) };
    const weighing = decodeOne(modbusRtu, frame, options, 1);
    assert.deepEqual([weighing?.adcFault, weighing?.kg], [true, undefined]);
  });

  it('reads the inverted stability bit of load cell modules', () => {
    const context = { address: 1, options: { registers: REGISTER_MAPS['load-cell-module'] } };
    for (const stable of [true, false]) {
      const frames = modbusRtu.requests(context).map((request) => {
        const answer = modbusRtu.answer(request, shown({ stable }), context);
        assert.ok(answer);
        return answer;
      });
      const weighing = modbusRtu.decode(frames, context);
      assert.deepEqual([weighing?.kg, weighing?.stable], [20.52, stable]);
    }
  });

  it('takes an exception for no weight, another slave for noise and a bad CRC for a bad checksum', () => {
    assert.equal(read('01 83 02 C0 F1', gross), undefined);
    const other = decodeAll(modbusRtu, [hex('02 03 04 00 00 50 28')], { registers: gross }, 1);
    assert.deepEqual([other.weighings.length, other.garbageBytes], [0, 7]);
    const damaged = decodeAll(
      modbusRtu,
      [hex('01 03 04 00 00 50 29 C6 2D')],
      { registers: gross },
      1,
    );
    assert.deepEqual([damaged.weighings.length, damaged.badChecksums], [0, 1]);
  });

  it('refuses registers and functions that the device has not', () => {
    const context = { address: 1, options: { registers: gross } };
    const ask = (request: string) => modbusRtu.answer(hex(request), shown(), context);
    assert.deepEqual(ask('01 03 00 00 00 03 05 CB'), hex('01 83 02 C0 F1'));
    assert.equal(ask('01 05 00 00 FF 00 8C 3A')?.[1], 0x85);
    assert.equal(ask('02 03 00 50 00 02 C4 29'), undefined);
  });
});
