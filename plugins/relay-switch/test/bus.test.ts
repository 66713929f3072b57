import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { until } from '@qoida/core/testing';
import { type Bus, createBus, TooLate } from '../src/modbus/bus.ts';
import {
  BoardException,
  type Request,
  readRelays,
  statesIn,
  withCrc,
  writeRelay,
} from '../src/modbus/frames.ts';
import { MAPS } from '../src/modbus/maps.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
/** The reference's own frames: 8 coils read, relays 1 and 3 on. */
const READ = '01 01 00 00 00 08 3d cc';
const READ_ANSWER = bytes('01 01 01 05 91 8b');
const read: Request = readRelays(MAPS.waveshare, 1, 8);
const write: Request = writeRelay(MAPS.waveshare, 1, 0, true);
const damaged = (frame: Uint8Array) => frame.with(-1, (frame.at(-1) ?? 0) ^ 0xff);
const hex = (frame: Uint8Array) => Buffer.from(frame).toString('hex');
const joined = (...frames: readonly Uint8Array[]) => Buffer.concat(frames);

describe('a bus of Modbus boards', () => {
  /** What the bus is answered, question by question; the last goes on. */
  let script: (readonly Uint8Array[])[] = [];
  let asked: string[] = [];
  let connections = 0;
  let server: Server;
  let bus: Bus;
  const open = new Set<Socket>();
  const link = () => {
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return { kind: 'tcp', host: '127.0.0.1', port: address.port } as const;
  };
  beforeEach(async () => {
    [script, asked, connections] = [[], [], 0];
    server = createServer({ noDelay: true }, (socket) => {
      connections += 1;
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
      socket.on('data', (chunk) => {
        asked.push(hex(chunk));
        const answers = script.length > 1 ? script.shift() : script[0];
        for (const answer of answers ?? []) socket.write(answer);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    bus = createBus({ link: link(), answerMs: 300 });
  });
  afterEach(() => {
    bus.stop();
    for (const socket of open) socket.destroy();
    server.close();
  });
  const states = async () => statesIn(await bus.ask(read), 8);
  const ON = [true, false, true, false, false, false, false, false];

  it('asks and reads as the manual says', async () => {
    script = [[READ_ANSWER]];
    assert.deepEqual(await states(), ON);
    assert.deepEqual(asked, [READ.replaceAll(' ', '')]);
  });

  for (const [what, before] of [
    ['noise', bytes('00 ff 01')],
    ['an answer of another board', withCrc([2, 1, 1, 0xff])],
    ['a late answer to another question', withCrc([1, 2, 1, 2])],
    ['a late echo of another write', withCrc([1, 5, 0, 1, 0xff, 0])],
    ['a damaged frame', damaged(READ_ANSWER)],
    ['an exception of another board', withCrc([7, 0x81, 2])],
    ['300 bytes of noise', new Uint8Array(300).fill(0x55)],
  ] as const)
    it(`passes over ${what} and takes its own answer, asked for once`, async () => {
      script = [[joined(before, READ_ANSWER)]];
      assert.deepEqual(await states(), ON);
      assert.equal(asked.length, 1);
    });

  it('an answer may come in pieces', async () => {
    script = [[...READ_ANSWER].map((byte) => Uint8Array.of(byte))];
    assert.deepEqual(await states(), ON);
    assert.equal(asked.length, 1);
  });

  it('a damaged answer, and none, are asked for once more; a third time is the end', async () => {
    script = [[damaged(READ_ANSWER)], [], [READ_ANSWER]];
    assert.deepEqual(await states(), ON);
    assert.equal(asked.length, 3);
    script = [[]];
    await assert.rejects(states(), /does not answer/);
    assert.equal(asked.length, 6);
  });

  it('an exception is an answer: it is not asked for again', async () => {
    script = [[bytes('01 85 02 c3 51')]];
    await assert.rejects(bus.ask(write), new BoardException(2));
    assert.equal(asked.length, 1);
  });

  it('what a board echoes must be what it was told, and a read as long as was asked', async () => {
    script = [[withCrc([1, 5, 0, 0, 0, 0])]];
    await assert.rejects(bus.ask(write), /does not answer/);
    script = [[withCrc([1, 1, 2, 5])]];
    await assert.rejects(states(), /does not answer/);
  });

  it('what waited for the line longer than it was good for is not written', async () => {
    script = [[]];
    const before = states().catch(() => undefined);
    const late = bus.ask(write, new Date(Date.now() + 1));
    await assert.rejects(late, TooLate);
    await before;
    assert.equal(asked.filter((frame) => frame.startsWith('0105')).length, 0);
  });

  it('a line that is lost as soon as it is opened is left alone for a while, however often it is asked for', async () => {
    server.on('connection', (socket) => socket.destroy());
    for (let poll = 0; poll < 500; poll += 1)
      await assert.rejects(states(), /closed|ECONNRESET|EPIPE/);
    assert.ok(connections < 25, `opened ${connections} times`);
  });

  it('an answer that lies in the buffer is not late because this thread was', async () => {
    const [ASKED, MAY_ANSWER, ANSWERED] = [0, 1, 2];
    const shared = new Int32Array(new SharedArrayBuffer(12));
    const board = new Worker(
      `const { parentPort, workerData: shared } = require('node:worker_threads');
       const server = require('node:net').createServer({ noDelay: true }, (socket) => {
         socket.on('error', () => undefined).on('data', () => {
           const asked = Atomics.add(shared, ${ASKED}, 1);
           Atomics.wait(shared, ${MAY_ANSWER}, asked);
           socket.write(Buffer.from('${hex(READ_ANSWER)}', 'hex'), () => Atomics.add(shared, ${ANSWERED}, 1));
         });
       });
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true, workerData: shared },
    );
    const [port] = (await once(board, 'message')) as [number];
    const answerMs = 1_000;
    const slow = createBus({ link: { kind: 'tcp', host: '127.0.0.1', port }, answerMs });
    try {
      for (let round = 1; round <= 2; round += 1) {
        const answer = slow.ask(read);
        await until(() => Atomics.load(shared, ASKED) === round, 'the question to be there');
        // After this phase of the loop timers come first, and only then what can be read.
        await new Promise((resolve) => setImmediate(resolve));
        Atomics.store(shared, MAY_ANSWER, round);
        Atomics.notify(shared, MAY_ANSWER);
        const begun = performance.now();
        while (performance.now() - begun < 2 * answerMs || Atomics.load(shared, ANSWERED) < round);
        assert.deepEqual(statesIn(await answer, 8), ON);
      }
      assert.equal(Atomics.load(shared, ASKED), 2, 'asked once each time');
    } finally {
      slow.stop();
      await board.terminate();
    }
  });
});
