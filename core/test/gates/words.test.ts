import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from '../../src/testing/index.ts';
import { startVats, type VatPlant } from './vats.ts';

/** Gates named like reasons for which the platform has sentences of its own. */
const gate = (name: string) => `
gate ${name}
  on vat.fill
  block when vat.code = "${name}"
  message "{vat.code}, says the plant"
  release never
`;
const NAMES = ['not_found', 'timeout', 'internal', 'role_required', 'filter_unknown'];

describe('the words of a gate (F-M13-04)', () => {
  let plant: VatPlant;
  before(async () => {
    plant = await startVats();
    await plant.publish('plant.words', NAMES.map(gate).join(''));
  });
  after(() => plant.stop());

  it('are told whatever the gate is named, over HTTP and over the WebSocket', async () => {
    const operator = await plant.as('operator');
    const socket = new WebSocket(`${plant.url.replace('http', 'ws')}/ws`, ['qoida.v1']);
    const heard: { corr?: string; error?: { reason: string; message: string } }[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    await once(socket, 'open');
    socket.send(JSON.stringify({ v: 1, type: 'auth', id: 'auth', token: operator.token }));
    for (const name of NAMES) {
      const vat_id = await plant.makeVat(name);
      const { body } = await operator.post(`/vats/${vat_id}/fill`, { add_kg: 1 });
      const args = { vat_id, add_kg: 1 };
      socket.send(JSON.stringify({ v: 1, type: 'cmd', id: name, name: 'vat.fill', args }));
      const answer = await until(() => heard.find(({ corr }) => corr === name), 'an answer');
      for (const error of [body.error, answer.error])
        assert.deepEqual([error.reason, error.message], [name, `${name}, says the plant`]);
    }
    socket.terminate();
  });
});
