import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@qoida/core/testing';
import type { Device } from '../src/device.ts';
import type { LineConfig } from '../src/line-config.ts';
import { startPoller } from '../src/poller.ts';
import type { PolledProtocol } from '../src/protocols/types.ts';

const ANSWER_MS = 150;

describe('asking scales on a bus', () => {
  /** A bus with one scale, which is heard as soon as it was asked. */
  function bus(write: () => Promise<void>) {
    const heard: string[] = [];
    const device = {
      config: { address: 1 },
      frame: () => heard.push('frame'),
      happened: ({ kind }: { kind: string }) => heard.push(kind),
    } as unknown as Device;
    const protocol = {
      requests: () => [Uint8Array.of(1)],
      decode: () => ({ address: 1 }),
    } as unknown as PolledProtocol;
    let asked = 0;
    const poller = startPoller({
      line: { answerMs: ANSWER_MS, pollMs: 10, options: {} } as unknown as LineConfig,
      protocol,
      devices: [device],
      isOpen: () => true,
      async write() {
        asked += 1;
        await write();
        setImmediate(() => poller.frames([Uint8Array.of(1)]));
      },
      clear: () => undefined,
    });
    return { poller, heard, asked: () => asked };
  }

  it('an answer is waited for from the moment the question has left', async () => {
    const { poller, heard } = bus(() => delay(2 * ANSWER_MS));
    await until(() => heard.length >= 2, 'two answers');
    await poller.stop();
    assert.deepEqual(heard.slice(0, 2), ['frame', 'frame']);
  });

  it('a clock that is set back does not silence the bus', async () => {
    const real = Date.now;
    let backMs = 0;
    Date.now = () => real() - backMs;
    try {
      const { poller, asked } = bus(async () => {
        backMs += 3_600_000;
      });
      await until(() => asked() >= 3, 'three questions');
      await poller.stop();
    } finally {
      Date.now = real;
    }
  });
});
