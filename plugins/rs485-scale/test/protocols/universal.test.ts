import assert from 'node:assert/strict';
import fc from 'fast-check';
import { concat, MAX_REST, scan } from '../../src/protocols/framing.ts';
import { PROTOCOLS } from '../../src/protocols/index.ts';
import type { Protocol, Shown } from '../../src/protocols/types.ts';
import { bytesFor, decodeAll, shown } from '../support.ts';

const ADDRESS = 1;
const addressOf = (protocol: Protocol) => (protocol.kind === 'polled' ? ADDRESS : undefined);
const read = (protocol: Protocol, chunks: readonly Uint8Array[]) =>
  decodeAll(protocol, chunks, {}, addressOf(protocol));

/** What six digits can show, gross as well as net. */
const anyShown: fc.Arbitrary<Shown> = fc
  .record({
    raw: fc.integer({ min: -99_999, max: 980_000 }),
    stable: fc.boolean(),
    net: fc.boolean(),
    tareRaw: fc.integer({ min: 1, max: 9999 }),
  })
  .map(({ raw, stable, net, tareRaw }) =>
    shown({
      raw,
      stable,
      mode: net ? 'net' : 'gross',
      tareRaw: net ? tareRaw : 0,
      zero: raw === 0,
      increment: 1,
    }),
  );

const anyGarbage = fc.uint8Array({ maxLength: 60 });

/** Cuts a stream at random places. */
const cutAt = (stream: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => stream.subarray(from, places[index] ?? stream.length));
};

/** Every check visits every protocol: an exempt one would be a silent hole. */
function forEveryProtocol(what: string, check: (protocol: Protocol) => void): void {
  describe(what, () => {
    let visited = 0;
    for (const protocol of PROTOCOLS)
      it(protocol.name, () => {
        visited += 1;
        check(protocol);
      });
    after(() => assert.equal(visited, PROTOCOLS.length));
  });
}

describe('all protocols', () => {
  it('are at least the five that the plugin promises, each under a name of its own', () => {
    const names = PROTOCOLS.map(({ name }) => name);
    for (const name of [
      'yaohua-continuous',
      'yaohua-command',
      'ascii-st-gs',
      'toledo-continuous',
      'modbus-rtu',
    ])
      assert.ok(names.includes(name), name);
    assert.equal(new Set(names).size, names.length);
  });

  forEveryProtocol('decode what they encode', (protocol) => {
    const tells = new Set(protocol.tells);
    fc.assert(
      fc.property(anyShown, (facts) => {
        const bytes = bytesFor(protocol, facts);
        assert.ok(bytes);
        const { weighings, garbageBytes } = read(protocol, [bytes]);
        assert.equal(weighings.length, 1);
        assert.equal(garbageBytes, 0);
        const [weighing] = weighings;
        // An indicator that is asked for gross answers gross while its display shows net.
        const asked = protocol.name === 'yaohua-command';
        const raw = asked && facts.mode === 'net' ? facts.raw + facts.tareRaw : facts.raw;
        assert.equal(weighing?.raw, raw);
        assert.equal(weighing?.kg, raw / 1000);
        assert.equal(weighing?.negative, raw < 0);
        assert.equal(weighing?.stable, tells.has('stable') ? facts.stable : undefined);
        if (tells.has('zero')) assert.equal(weighing?.zero, facts.zero);
        if (tells.has('tare')) assert.equal(weighing?.tareRaw, facts.tareRaw);
        if (tells.has('address')) assert.equal(weighing?.address, ADDRESS);
      }),
      { numRuns: 200 },
    );
  });

  forEveryProtocol('tell or hide what is out of range, and never as a weight', (protocol) => {
    for (const [fault, tell] of [
      ['overload', 'overload'],
      ['underload', 'underload'],
      ['adcFault', 'adc_fault'],
    ] as const) {
      const facts = shown({ [fault]: true, raw: fault === 'underload' ? -1 : 70_000 });
      const bytes = bytesFor(protocol, facts);
      const weighing = bytes && read(protocol, [bytes]).weighings[0];
      if (!protocol.tells.includes(tell)) continue;
      assert.equal(weighing?.[fault], true, fault);
      assert.equal(weighing?.kg, undefined);
      assert.equal(weighing?.stable, false);
    }
  });

  forEveryProtocol('read the same from a stream however it is split or merged', (protocol) => {
    const pieces = fc.array(fc.oneof(anyShown, anyGarbage), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat()), (parts, cuts) => {
        const stream = concat(
          ...parts.map((part) =>
            part instanceof Uint8Array ? part : (bytesFor(protocol, part) ?? []),
          ),
        );
        const whole = read(protocol, [stream]);
        assert.deepEqual(read(protocol, cutAt(stream, cuts)), whole);
        assert.deepEqual(
          read(
            protocol,
            [...stream].map((byte) => Uint8Array.of(byte)),
          ),
          whole,
        );
      }),
      { numRuns: 150 },
    );
  });

  forEveryProtocol('never throw and never keep more than their bound', (protocol) => {
    const context = { address: addressOf(protocol), options: {} };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        const { rest, frames } = scan(protocol.framing, new Uint8Array(), bytes, context);
        assert.ok(rest.length <= MAX_REST);
        for (const frame of frames) protocol.decode([frame], context);
      }),
      { numRuns: 100 },
    );
  });

  forEveryProtocol(
    'find the good frames among noise, and with a checksum no others',
    (protocol) => {
      const noisy = fc.array(fc.tuple(anyGarbage, anyShown), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(noisy, (parts) => {
          const sent = parts.map(([, facts]) => bytesFor(protocol, facts) ?? new Uint8Array());
          // A frame that noise has swallowed is lost; the good ones end with a clean one.
          const clean = bytesFor(protocol, shown({ raw: 12_345 })) ?? new Uint8Array();
          const stream = concat(
            ...parts.flatMap(([garbage], index) => [garbage, sent[index] ?? []]),
            clean,
            clean,
          );
          const weighings = read(protocol, [stream]).weighings;
          const known = new Set(
            [...sent, clean].map((bytes) => read(protocol, [bytes]).weighings[0]?.kg),
          );
          if (protocol.checked({}))
            for (const { kg } of weighings) assert.ok(known.has(kg), `${kg} was never sent`);
          assert.equal(weighings.at(-1)?.kg, 12.345);
        }),
        { numRuns: 150 },
      );
    },
  );

  forEveryProtocol('with a checksum refuse a frame with any one byte changed', (protocol) => {
    if (!protocol.checked({})) {
      assert.equal(protocol.name, 'ascii-st-gs', 'the only one without a checksum');
      return;
    }
    fc.assert(
      fc.property(anyShown, fc.nat(), fc.integer({ min: 1, max: 127 }), (facts, place, flip) => {
        const bytes = bytesFor(protocol, facts) ?? new Uint8Array();
        const at = place % bytes.length;
        const damaged = bytes.with(at, (bytes[at] ?? 0) ^ flip);
        const good = read(protocol, [bytes]).weighings[0];
        for (const { kg } of read(protocol, [damaged]).weighings) assert.equal(kg, good?.kg);
      }),
      { numRuns: 300 },
    );
  });
});
