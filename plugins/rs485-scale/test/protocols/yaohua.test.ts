import assert from 'node:assert/strict';
import { yaohuaCommand } from '../../src/protocols/yaohua-command.ts';
import { yaohuaContinuous } from '../../src/protocols/yaohua-continuous.ts';
import { decodeAll, decodeOne, hex, shown } from '../support.ts';

describe('yaohua-continuous', () => {
  const good: readonly [bytes: string, raw: number, decimals: number, kg: number][] = [
    ['02 2B 30 30 32 30 30 30 32 31 42 03', 2000, 2, 20],
    ['02 2B 30 32 30 35 32 30 33 31 44 03', 20520, 3, 20.52],
    ['02 2D 30 30 30 31 30 30 32 31 45 03', -100, 2, -1],
    ['02 2B 30 30 30 30 30 30 33 31 38 03', 0, 3, 0],
    ['02 2B 30 31 34 36 32 30 30 31 41 03', 14620, 0, 14620],
    ['02 2B 31 32 33 34 35 36 31 31 44 03', 123456, 1, 12345.6],
    // Checksum 1D as a clone writes it: 0x30 + 13 is "=".
    ['02 2B 30 32 30 35 32 30 33 31 3D 03', 20520, 3, 20.52],
  ];
  for (const [bytes, raw, decimals, kg] of good)
    it(`reads ${bytes}`, () => {
      const weighing = decodeOne(yaohuaContinuous, hex(bytes));
      assert.deepEqual(
        { raw: weighing?.raw, decimals: weighing?.decimals, kg: weighing?.kg },
        { raw, decimals, kg },
      );
      assert.equal(weighing?.rawHex, bytes.replaceAll(' ', ''));
    });

  it('knows nothing of stability, range and tare', () => {
    const weighing = decodeOne(yaohuaContinuous, hex(good[1]?.[0] ?? ''));
    assert.deepEqual(weighing, {
      address: undefined,
      raw: 20520,
      decimals: 3,
      unit: 'kg',
      kg: 20.52,
      mode: 'unknown',
      stable: undefined,
      zero: undefined,
      overload: false,
      underload: false,
      negative: false,
      adcFault: false,
      tareRaw: undefined,
      rawHex: '022B303230353230333144' + '03',
    });
  });

  it('refuses a wrong checksum and counts it', () => {
    const read = decodeAll(yaohuaContinuous, [hex('02 2B 30 32 30 35 32 30 33 31 43 03')]);
    assert.equal(read.weighings.length, 0);
    assert.equal(read.badChecksums, 1);
  });

  it('writes the bytes of the manual', () => {
    const bytes = yaohuaContinuous.encode(shown(), { address: undefined, options: {} });
    assert.deepEqual(bytes, hex('02 2B 30 32 30 35 32 30 33 31 44 03'));
  });

  it('has no coding for an overload: the indicator falls silent', () => {
    const context = { address: undefined, options: {} };
    assert.equal(yaohuaContinuous.encode(shown({ overload: true }), context), undefined);
  });
});

describe('yaohua-command', () => {
  const answers: readonly [bytes: string, address: number, mode: string, kg: number][] = [
    ['02 41 42 2B 30 32 30 35 32 30 33 31 45 03', 1, 'gross', 20.52],
    ['02 41 44 2B 30 32 30 30 32 30 33 31 44 03', 1, 'net', 20.02],
    ['02 41 43 2B 30 30 30 35 30 30 33 31 46 03', 1, 'tare', 0.5],
    ['02 42 42 2D 30 30 30 30 33 35 32 31 39 03', 2, 'gross', -0.35],
  ];
  for (const [bytes, address, mode, kg] of answers)
    it(`reads ${bytes}`, () => {
      const weighing = decodeOne(yaohuaCommand, hex(bytes));
      assert.deepEqual(
        { address: weighing?.address, mode: weighing?.mode, kg: weighing?.kg },
        { address, mode, kg },
      );
    });

  it('asks as the manual does', () => {
    const ask = (address: number) => yaohuaCommand.requests({ address, options: {} });
    assert.deepEqual(ask(1), [hex('02 41 42 30 33 03')]);
    assert.deepEqual(ask(2), [hex('02 42 42 30 30 03')]);
  });

  const requests: readonly [what: string, bytes: string, answer: string | undefined][] = [
    ['handshake', '02 41 41 30 30 03', '02 41 41 30 30 03'],
    ['gross', '02 41 42 30 33 03', '02 41 42 2B 30 32 30 35 32 30 33 31 45 03'],
    ['tare', '02 41 43 30 32 03', '02 41 43 2B 30 30 30 35 30 30 33 31 46 03'],
    ['net', '02 41 44 30 35 03', '02 41 44 2B 30 32 30 30 32 30 33 31 44 03'],
    ['another address', '02 42 42 30 30 03', undefined],
    ['an unknown command', '02 41 45 30 34 03', undefined],
  ];
  for (const [what, bytes, answer] of requests)
    it(`answers to ${what} ${answer ? `with ${answer}` : 'with silence'}`, () => {
      const display = shown({ raw: 20020, tareRaw: 500, mode: 'net' });
      const reply = yaohuaCommand.answer(hex(bytes), display, { address: 1, options: {} });
      assert.deepEqual(reply, answer === undefined ? undefined : hex(answer));
    });

  it('takes the echo of its own request for noise', () => {
    const bytes = hex('02 41 42 30 33 03 02 41 42 2B 30 32 30 35 32 30 33 31 45 03');
    const read = decodeAll(yaohuaCommand, [bytes]);
    assert.deepEqual(
      read.weighings.map(({ kg }) => kg),
      [20.52],
    );
    assert.equal(read.garbageBytes, 6);
  });
});
