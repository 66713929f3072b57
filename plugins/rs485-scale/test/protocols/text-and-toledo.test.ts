import assert from 'node:assert/strict';
import { asciiStGs } from '../../src/protocols/ascii-st-gs.ts';
import { toledoContinuous } from '../../src/protocols/toledo-continuous.ts';
import type { ProtocolOptions, Weighing } from '../../src/protocols/types.ts';
import { decodeAll, decodeOne, hex, shown, text } from '../support.ts';

type Facts = Partial<Weighing>;

function has(weighing: Weighing | undefined, facts: Facts): void {
  assert.ok(weighing, 'there is a frame');
  const seen = Object.fromEntries(
    Object.keys(facts).map((key) => [key, weighing[key as keyof Weighing]]),
  );
  assert.deepEqual(seen, facts);
}

describe('ascii-st-gs', () => {
  const stable = { raw: 20520, decimals: 3, unit: 'kg', kg: 20.52, stable: true } as const;
  const lines: readonly [line: string, facts: Facts, options?: ProtocolOptions][] = [
    ['ST,GS,+ 20.520kg\r\n', { ...stable, mode: 'gross' }],
    ['ST,GS,+  20.520kg\r\n', { ...stable, mode: 'gross' }],
    ['ST,GS,+011.120kg\r\n', { raw: 11120, decimals: 3, kg: 11.12, stable: true }],
    ['ST,NT,+0012.34kg\r\n', { raw: 1234, decimals: 2, kg: 12.34, mode: 'net' }],
    ['ST,GS,+0020520\r\n', stable, { decimals: 3 }],
    ['ST,GS+ 5.12KG\r\n', { raw: 512, decimals: 2, unit: 'kg', kg: 5.12 }],
    ['ST,GS,   20.52,kg\r\n', { raw: 2052, decimals: 2, kg: 20.52 }],
    ['ST GS + 20.520 kg\r\n', stable],
    ['ST,GS,+ 20,520kg\r\n', stable],
    ['ST,GS,+ 20.520kg\r', stable],
    ['ST,GS,+ 20.520kg\n', stable],
    ['st,gs,+ 20.520kg\r\n', stable],
    ['01ST,GS,   20.52,kg\r\n', { address: 1, kg: 20.52 }],
    ['@23ST,GS,+ 20.520kg\r\n', { address: 23, kg: 20.52 }],
    ['US,GS,+ 20.520kg\r\n', { kg: 20.52, stable: false }],
    ['HD,GS,+ 20.520kg\r\n', { kg: 20.52, stable: false }],
    ['ST,GS,-  0.350kg\r\n', { raw: -350, kg: -0.35, negative: true }],
    ['ST,GS,+ 20520 g\r\n', { raw: 20520, decimals: 0, unit: 'g', kg: 20.52 }],
    ['ST,GS,+  1.250 t\r\n', { unit: 't', kg: 1250 }],
    ['ST,GS,+ 10.000lb\r\n', { unit: 'lb', kg: 4.536 }],
    ['OL,GS,+       kg\r\n', { overload: true, underload: false, kg: undefined, stable: false }],
    ['UL,GS,-       kg\r\n', { overload: false, underload: true, kg: undefined, stable: false }],
    ['OL,GS,+ 99.999kg\r\n', { overload: true, kg: undefined, stable: false }],
    ['\x02\x00ST,GS,+ 20.520kg\r\n', stable],
    ['+HB:0001ST,GS,+ 20.520kg\r\n', stable],
    ['ST,GS,+ 2ST,GS,+ 20.520kg\r\n', stable],
  ];
  for (const [line, facts, options] of lines)
    it(`reads ${JSON.stringify(line)}`, () => {
      has(decodeOne(asciiStGs, text(line), options), facts);
    });

  const refused = [
    'ST,GS,+ 20.520\r\n',
    'ST,GS,+ 20.520k\r\n',
    'ST,GS,+ 20.5.20kg\r\n',
    'ST,GS,+ 2 0.520kg\r\n',
    'ST,GS,+       kg\r\n',
    'ST,GS,+ 20.520kgg\r\n',
    'XX,GS,+ 20.520kg\r\n',
    'ST,GS,+1234567890kg\r\n',
    'wn0020.52kg\r\n',
  ];
  for (const line of refused)
    it(`takes ${JSON.stringify(line)} for noise`, () => {
      const read = decodeAll(asciiStGs, [text(line)]);
      assert.equal(read.weighings.length, 0);
      assert.ok(read.garbageBytes >= line.trimEnd().length, 'its bytes are counted');
    });

  it('reads the bytes of the manual', () => {
    const bytes = hex('53 54 2C 47 53 2C 2B 20 32 30 2E 35 32 30 6B 67 0D 0A');
    has(decodeOne(asciiStGs, bytes), stable);
    assert.deepEqual(asciiStGs.encode(shown(), { address: undefined, options: {} }), bytes);
  });
});

describe('toledo-continuous', () => {
  const frames: readonly [bytes: string, facts: Facts, options?: ProtocolOptions][] = [
    [
      '02 3D 30 20 30 32 30 35 32 30 30 30 30 30 30 30 0D 1B',
      { raw: 20520, decimals: 3, unit: 'kg', kg: 20.52, mode: 'gross', stable: true, tareRaw: 0 },
    ],
    ['02 3D 30 20 20 32 30 35 32 30 30 30 30 30 30 30 0D 2B', { raw: 20520, kg: 20.52 }],
    [
      '02 2C 3B 20 30 30 30 31 33 35 30 30 31 32 30 30 0D 1E',
      { raw: -135, decimals: 2, kg: -1.35, mode: 'net', stable: false, tareRaw: 1200 },
    ],
    [
      '02 3D 3C 20 20 20 20 20 20 20 30 30 30 30 30 30 0D 78',
      { raw: undefined, kg: undefined, overload: true, underload: false, stable: false },
    ],
    ['02 3D 30 28 30 32 30 35 32 30 30 30 30 30 30 30 0D 13', { kg: 20.52, stable: true }],
    // The same without its checksum, and the short frame without a tare.
    ['02 3D 30 20 30 32 30 35 32 30 30 30 30 30 30 30 0D', { kg: 20.52 }, { checksum: false }],
    [
      '02 3D 30 20 30 32 30 35 32 30 0D',
      { kg: 20.52, tareRaw: undefined },
      { checksum: false, tareField: false },
    ],
  ];
  for (const [bytes, facts, options] of frames)
    it(`reads ${bytes}`, () => has(decodeOne(toledoContinuous, hex(bytes), options), facts));

  it('multiplies by the dummy zeros', () => {
    for (const [code, kg] of [
      [0, 1_234_500],
      [1, 123_450],
      [2, 12_345],
    ] as const) {
      const bytes = hex('02 28 30 20 30 31 32 33 34 35 30 30 30 30 30 30 0D');
      const frame = bytes.map((byte, at) => (at === 1 ? 0x28 | code : byte));
      has(decodeOne(toledoContinuous, frame, { checksum: false }), { kg, decimals: 0 });
    }
  });

  it('refuses a wrong checksum, a missing CR and a unit that it does not know', () => {
    const good = hex(frames[0]?.[0] ?? '');
    const wrong = decodeAll(toledoContinuous, [good.with(17, 0x1c)]);
    assert.deepEqual([wrong.weighings.length, wrong.badChecksums], [0, 1]);
    const noCr = decodeAll(toledoContinuous, [good.with(16, 0x20)]);
    assert.deepEqual([noCr.weighings.length, noCr.badChecksums], [0, 0]);
    const custom = good.with(3, 0x27).subarray(0, 17);
    assert.equal(decodeOne(toledoContinuous, custom, { checksum: false }), undefined);
  });

  it('writes the bytes of the manual', () => {
    const context = { address: undefined, options: {} };
    const encode = (facts: Parameters<typeof shown>[0]) =>
      toledoContinuous.encode(shown(facts), context);
    assert.deepEqual(encode({}), hex(frames[0]?.[0] ?? ''));
    const net = { raw: -135, decimals: 2, mode: 'net', stable: false, tareRaw: 1200 } as const;
    assert.deepEqual(encode({ ...net, increment: 1 }), hex(frames[2]?.[0] ?? ''));
    assert.deepEqual(encode({ overload: true }), hex(frames[3]?.[0] ?? ''));
  });
});
