import { isMainThread } from 'node:worker_threads';
import type { Driver } from '@qoida/core';
import { createDevice, type Device } from './device.ts';
import { createIntake } from './intake.ts';
import { type LineConfig, readLineConfig } from './line-config.ts';
import type { Connect } from './link/connection.ts';
import { keepOpen, type Link } from './link/keep-open.ts';
import { serialConnection } from './link/serial.ts';
import { remoteSerialConnection } from './link/serial-remote.ts';
import { tcpConnection } from './link/tcp.ts';
import { type Poller, startPoller } from './poller.ts';
import type { ContinuousProtocol } from './protocols/types.ts';

const WRITE_TIMEOUT_MS = 1000;
const TICK_MS = 250;

/**
 * Runs one line with all its indicators until stopped. Faults of the line are the devices' health,
 * never an exception.
 * @throws ConfigError when the configuration can't be used.
 */
export const runScale: Driver = async (config, host) => {
  const line = readLineConfig(config);
  const devices = line.devices.map((device) => createDevice(device, line, host));
  const all = (event: Parameters<Device['happened']>[0]) => {
    for (const device of devices) device.happened(event);
  };
  let isOpen = false;
  const current: { poller?: Poller } = {};

  const intake = createIntake(
    line.protocol,
    line.stripParity,
    {
      onFrames: (frames) => {
        if (current.poller) current.poller.frames(frames);
        else if (line.protocol.kind === 'continuous')
          takeFrames(frames, line.protocol, line, devices);
      },
      onBadChecksums: (count) => all({ kind: 'bad_checksums', count }),
      onGarbage: (bytes) => all({ kind: 'garbage', bytes }),
      onDropped: (bytes) => all({ kind: 'dropped', bytes }),
    },
    (ms) => link.pause(ms),
  );

  const link: Link = openLink(line, {
    onOpen: () => {
      isOpen = true;
      intake.clear();
      all({ kind: 'opened' });
    },
    onBytes: (chunk) => {
      const context = contextFor(line, current.poller);
      if (context) intake.take(chunk, host.now(), context);
      else all({ kind: 'garbage', bytes: chunk.length });
    },
    onLost: (reason) => {
      isOpen = false;
      all({ kind: 'lost', reason });
    },
    onRenewing: () => {
      isOpen = false;
      all({ kind: 'renewing' });
    },
  });
  if (line.protocol.kind === 'polled')
    current.poller = startPoller({
      line,
      protocol: line.protocol,
      devices,
      isOpen: () => isOpen,
      write: (bytes) => link.write(bytes),
      clear: () => intake.clear(),
    });
  const ticking = setInterval(() => all({ kind: 'tick' }), Math.min(TICK_MS, line.noDataMs / 4));
  return {
    async stop() {
      clearInterval(ticking);
      isOpen = false;
      await current.poller?.stop();
      await link.stop();
      all({ kind: 'stopped' });
    },
  };
};

export default runScale;

/** On a bus only the device that was asked may speak; on a point-to-point line the one there is. */
function contextFor(line: LineConfig, poller: Poller | undefined) {
  if (line.protocol.kind === 'polled') return poller?.context();
  return { address: undefined, options: line.options };
}

function takeFrames(
  frames: readonly Uint8Array[],
  protocol: ContinuousProtocol,
  line: LineConfig,
  devices: readonly Device[],
): void {
  for (const frame of frames) {
    const weighing = protocol.decode([frame], { address: undefined, options: line.options });
    if (weighing) for (const device of devices) device.frame(weighing);
    else for (const device of devices) device.happened({ kind: 'garbage', bytes: frame.length });
  }
}

function openLink(line: LineConfig, events: Parameters<typeof keepOpen>[1]): Link {
  const { link } = line;
  const serial = isMainThread ? serialConnection : remoteSerialConnection;
  const connect: Connect =
    link.kind === 'tcp' ? tcpConnection(link.host, link.port) : serial(link.path, link);
  return keepOpen(connect, events, {
    backoff: line.backoff,
    idleMs: line.idleMs,
    writeTimeoutMs: WRITE_TIMEOUT_MS,
    random: Math.random,
  });
}
