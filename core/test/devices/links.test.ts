import assert from 'node:assert/strict';
import type { DeviceCommand } from '../../src/api/links.ts';
import { createLinks } from '../../src/devices/index.ts';

const command = (ms: number): DeviceCommand => ({
  id: 'c-1',
  type: 'set_relay',
  data: {},
  expiresAt: new Date(Date.now() + ms),
});
const done = async () => ({ status: 'ok', latency_ms: 1 }) as const;

describe('ways to devices', () => {
  it('S-OP-22 nothing waits for a device that is away', async () => {
    const links = createLinks(() => new Date());
    assert.equal((await links.command('d-1', command(60_000))).status, 'offline');
  });

  it('a command for a device that a crash has cut off waits until it is back', async () => {
    const links = createLinks(() => new Date());
    links.expect([{ id: 'd-1' }]);
    const answer = links.command('d-1', command(60_000));
    assert.equal((await links.command('d-2', command(60_000))).status, 'offline');
    links.connect('d-1', done);
    assert.equal((await answer).status, 'ok');
  });

  it('and no longer than it is good for', async () => {
    const links = createLinks(() => new Date());
    links.expect([{ id: 'd-1' }]);
    assert.equal((await links.command('d-1', command(30))).status, 'offline');
  });

  it('a device that came and went again is away', async () => {
    const links = createLinks(() => new Date());
    links.expect([{ id: 'd-1' }]);
    links.connect('d-1', done)();
    assert.equal((await links.command('d-1', command(60_000))).status, 'offline');
  });
});
