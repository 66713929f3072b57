import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { ConfigError } from '../src/config-reader.ts';
import plugin from '../src/index.ts';
import { createIntake } from '../src/intake.ts';
import { readLineConfig } from '../src/line-config.ts';
import { backoffMs, keepOpen } from '../src/link/keep-open.ts';
import { tcpConnection } from '../src/link/tcp.ts';
import { PROTOCOLS } from '../src/protocols/index.ts';
import { yaohuaContinuous } from '../src/protocols/yaohua-continuous.ts';
import { hex } from './support.ts';

const link = { kind: 'tcp', host: '127.0.0.1', port: 4001 };
const device = { code: 'w1', division_kg: 0.005 };
const config = { protocol: 'yaohua-continuous', link, devices: [device] };

describe('line configuration', () => {
  it('fills the usual values', () => {
    const line = readLineConfig(config);
    assert.deepEqual(line.stability, { windowMs: 1000, minFrames: 5, maxGapMs: 500, bandD: 1 });
    assert.deepEqual([line.noDataMs, line.idleMs], [3000, 10_000]);
    const serial = readLineConfig({
      ...config,
      protocol: 'toledo-continuous',
      link: { kind: 'serial', path: '/dev/ttyUSB0', baud_rate: 4800 },
    });
    assert.deepEqual(serial.link, {
      kind: 'serial',
      path: '/dev/ttyUSB0',
      baudRate: 4800,
      dataBits: 7,
      parity: 'even',
      stopBits: 1,
    });
  });

  it('gives slow polling a longer window', () => {
    const devices = [1, 2, 3, 4].map((address) => ({
      code: `w${address}`,
      division_kg: 1,
      address,
    }));
    const line = readLineConfig({ ...config, protocol: 'modbus-rtu', devices, poll_ms: 200 });
    assert.deepEqual([line.stability.windowMs, line.stability.maxGapMs], [4800, 2400]);
  });

  const wrong: readonly [fault: RegExp, change: Record<string, unknown>][] = [
    [/config\.protocol: no protocol "morse"; there are yaohua-continuous/, { protocol: 'morse' }],
    [/config\.protocol: is missing/, { protocol: undefined }],
    [/config\.link\.kind: must be one of serial, tcp/, { link: { kind: 'usb' } }],
    [/config\.link\.port: must be from 0 to 65535, not 70000/, { link: { ...link, port: 70_000 } }],
    [/config\.link\.speed: is no setting/, { link: { ...link, speed: 9600 } }],
    [/config\.devices: must be a list/, { devices: [] }],
    [/config\.devices\[0\]\.division_kg: is missing/, { devices: [{ code: 'w1' }] }],
    [/allows one indicator on a line, not 2/, { devices: [device, { ...device, code: 'w2' }] }],
    [
      /two devices have the same address/,
      {
        protocol: 'modbus-rtu',
        devices: [device, { ...device, code: 'w2' }],
      },
    ],
    [/config\.options\.checksum: is no setting/, { options: { checksum: false } }],
    [
      /registers: no map "x"; there are gm8802f-2/,
      {
        protocol: 'modbus-rtu',
        options: { registers: 'x' },
      },
    ],
    [/config\.colour: is no setting/, { colour: 'red' }],
  ];
  for (const [fault, change] of wrong)
    it(`names the fault ${fault.source}`, () => {
      assert.throws(
        () => readLineConfig({ ...config, ...change }),
        (error) => error instanceof ConfigError && fault.test(error.message),
      );
    });

  it('takes a register map of the plant', () => {
    const registers = {
      read_function: 4,
      weight: { address: 7, decimals: 2, word_order: 'low-first' },
      status: { address: 6, bits: [{ bit: 3, means: 'stable' }] },
      fault_values: [{ value: -1, means: 'overload' }],
    };
    const line = readLineConfig({ ...config, protocol: 'modbus-rtu', options: { registers } });
    assert.equal(line.options.registers?.weight.type, 'int32');
    assert.deepEqual(line.options.registers?.status?.bits, [{ bit: 3, means: 'stable' }]);
    const bad = { registers: { ...registers, weight: { address: 7, decimals: 2, order: 1 } } };
    assert.throws(
      () => readLineConfig({ ...config, protocol: 'modbus-rtu', options: bad }),
      /config\.options\.registers\.weight\.order: is no setting/,
    );
  });
});

describe('plugin', () => {
  it('declares one model per protocol, whose settings are those that the driver reads', () => {
    let visited = 0;
    for (const protocol of PROTOCOLS) {
      const model = plugin.devices?.find((known) => known.model === protocol.name);
      assert.ok(model, protocol.name);
      const keys = Object.keys(model.settings);
      const given = Object.fromEntries(keys.map((key) => [key, model.settings[key]?.spec.default]));
      const options = Object.keys(model.settings.options?.spec.fields ?? {});
      const line = readLineConfig({ ...given, link, devices: [device] });
      assert.equal(line.protocol, protocol);
      assert.equal(options.length, protocol.options.length);
      visited += 1;
    }
    assert.equal(visited, plugin.devices?.length);
  });

  it('has every text in three languages', () => {
    const texts = Object.values(plugin.messages ?? {});
    assert.equal(texts.length, 11);
    for (const entry of texts)
      assert.ok(typeof entry === 'object' && entry.uz && entry.ru && entry.en);
  });
});

describe('link', () => {
  it('backs off, doubled, capped and spread', () => {
    const range = { minMs: 500, maxMs: 15_000 };
    assert.equal(backoffMs(0, range, 0.5), 500);
    assert.equal(backoffMs(3, range, 0.5), 4000);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delay = backoffMs(attempt, range, random);
        assert.ok(delay >= 375 && delay <= 18_750);
      }),
    );
  });

  it('gives up a write that gets stuck, and opens the line again', async () => {
    const clients: Socket[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      // Never reads: the buffers fill up and the write hangs.
      clients.push(socket.pause());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const lost: string[] = [];
    let opened = 0;
    const again = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    const line = keepOpen(
      tcpConnection('127.0.0.1', (server.address() as AddressInfo).port),
      {
        onOpen: () => {
          opened += 1;
          (opened === 1 ? first : again).resolve();
        },
        onBytes: () => undefined,
        onLost: (reason) => lost.push(reason),
        onRenewing: () => undefined,
      },
      {
        backoff: { minMs: 10, maxMs: 20 },
        idleMs: 60_000,
        writeTimeoutMs: 200,
        random: () => 0.5,
      },
    );
    await first.promise;
    await assert.rejects(line.write(new Uint8Array(64 * 1024 * 1024)), /did not end within 200 ms/);
    assert.match(lost[0] ?? '', /did not end/);
    await again.promise;
    await line.stop();
    await assert.rejects(line.write(Uint8Array.of(1)), /not open/);
    for (const client of clients) client.destroy();
    server.close();
  });
});

describe('intake', () => {
  const context = { address: undefined, options: {} };
  const counting = () => {
    const seen = { frames: 0, garbage: 0, dropped: 0, pauses: 0 };
    const intake = createIntake(
      yaohuaContinuous,
      true,
      {
        onFrames: (frames) => {
          seen.frames += frames.length;
        },
        onBadChecksums: () => undefined,
        onGarbage: (bytes) => {
          seen.garbage += bytes;
        },
        onDropped: (bytes) => {
          seen.dropped += bytes;
        },
      },
      () => {
        seen.pauses += 1;
      },
    );
    return { seen, intake };
  };

  it('reads no more of a babbling line than a second may bring, and holds it back', () => {
    const { seen, intake } = counting();
    const chunk = new Uint8Array(8 * 1024).fill(0x55);
    for (let i = 0; i < 100; i += 1) intake.take(chunk, 1000, context);
    assert.deepEqual(seen, { frames: 0, garbage: 24_576, dropped: 97 * 8192, pauses: 97 });
    intake.take(hex('02 2B 30 32 30 35 32 30 33 31 44 03'), 2000, context);
    assert.equal(seen.frames, 1);
  });

  it('clears the parity bit where a converter leaves it', () => {
    const { seen, intake } = counting();
    const frame = hex('02 2B 30 32 30 35 32 30 33 31 44 03').map((byte) => byte | 0x80);
    intake.take(frame, 1000, context);
    assert.equal(seen.frames, 1);
  });
});
