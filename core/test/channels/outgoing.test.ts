import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { ChannelFault } from '../../src/api/channels.ts';
import { closedAddress, postJson } from '../../src/channels/outgoing.ts';
import { openSecrets, sealSecrets } from '../../src/channels/sealing.ts';
import { httpServer } from './servers.ts';

const faultOf = async (work: () => Promise<unknown>): Promise<ChannelFault> => {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof ChannelFault, String(error));
    return error;
  }
  return assert.fail('it went out');
};

describe('what channels may reach', () => {
  it('this machine, its link and nobody’s addresses are closed, the plant’s network is open', () => {
    const closed = ['127.0.0.1', '127.8.8.8', '0.0.0.0', '169.254.169.254', '224.0.0.1'];
    const closed6 = [
      '::1',
      '::',
      'fe80::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:169.254.169.254',
    ];
    const open = ['10.0.0.5', '192.168.1.10', '172.16.3.4', '8.8.8.8', '2001:db8::1', 'fd00::5'];
    assert.deepEqual(
      [...closed, ...closed6].filter((one) => !closedAddress(one)),
      [],
    );
    assert.deepEqual(open.filter(closedAddress), []);
  });

  it('not inside another address either, and not by another address of this machine', () => {
    const carried = [
      '::127.0.0.1',
      '::ffff:0:127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::',
      '2002:a9fe:a9fe::1',
      '2001::1',
    ];
    assert.deepEqual(
      carried.filter((one) => !closedAddress(one)),
      [],
    );
    const open = ['64:ff9b::a00:5', '2002:a00:5::1', '::10.0.0.5', '2001:db8::1'];
    assert.deepEqual(open.filter(closedAddress), []);
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    assert.deepEqual(
      own.map(({ address }) => address).filter((one) => !closedAddress(one)),
      [],
    );
  });

  it('neither as a number nor by a name that leads there', async () => {
    const server = await httpServer(() => ({ status: 200, body: {} }));
    const port = new URL(server.url).port;
    const post = postJson(false, AbortSignal.timeout(5_000));
    const addresses = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f.1',
    ];
    for (const host of addresses) {
      const fault = await faultOf(() => post(`http://${host}:${port}/`, '{}', {}));
      assert.equal(fault.reason, 'address_closed', host);
    }
    assert.equal(server.posted.length, 0);
    const local = postJson(true, AbortSignal.timeout(5_000));
    assert.equal((await local(server.url, '{}', {})).status, 200);
    await server.stop();
  });

  it('no other scheme and no password in an address', async () => {
    const post = postJson(true, AbortSignal.timeout(5_000));
    for (const address of ['file:///etc/passwd', 'ftp://x', 'http://a:b@x/', 'nonsense'])
      assert.equal((await faultOf(async () => post(address, '{}', {}))).reason, 'address_wrong');
  });

  it('a server that never answers is given up', async () => {
    const server = await httpServer(() => ({ status: 200, body: {} }));
    await server.stop();
    const post = postJson(true, AbortSignal.timeout(5_000));
    const fault = await faultOf(() => post(server.url, '{}', {}));
    assert.deepEqual([fault.reason, fault.again], ['unreachable', true]);
    const late = await faultOf(() => postJson(true, AbortSignal.abort())(server.url, '{}', {}));
    assert.equal(late.reason, 'timeout');
  });
});

describe('secrets of channels', () => {
  it('open only for the channel and the server they were sealed by', () => {
    const sealed = sealSecrets({ password: 'p' }, 'org email', 'server');
    assert.ok(!sealed.includes('password'));
    assert.deepEqual(openSecrets(sealed, 'org email', 'server'), { password: 'p' });
    assert.throws(() => openSecrets(sealed, 'org telegram', 'server'));
    assert.throws(() => openSecrets(sealed, 'org email', 'another'));
    assert.deepEqual(openSecrets(null, 'org email', 'server'), {});
  });
});
