import type { ServerEvent } from './client.mts';
import { subscribe } from './client.mts';
import type { ServerNode } from './qoida-server.mts';
import type { Message, Red, RedNode } from './red.mts';

/**
 * Sends a message for each event of the platform. After a lost connection or a restart it goes on
 * where it stopped: every event arrives at least once, with `msg.qoida.id` to tell a repetition.
 */
export default function register(RED: Red): void {
  function QoidaEvent(this: RedNode, config: Record<string, unknown>) {
    RED.nodes.createNode(this, config);
    const server = RED.nodes.getNode(String(config.server ?? '')) as ServerNode | null;
    const address = server?.address();
    const name = String(config.event ?? '').trim();
    if (address === undefined || name === '') {
      this.status({
        fill: 'red',
        shape: 'ring',
        text: RED._(
          address === undefined ? 'qoida-event.status.no_server' : 'qoida-event.status.no_event',
        ),
      });
      return;
    }
    const kept = this.context();
    const stop = subscribe({
      server: address,
      topics: [`event.${name}`],
      lastId: () => {
        const id = kept.get('last_id');
        return typeof id === 'string' ? id : undefined;
      },
      take: (event) => {
        if (event.event === 'stream.gap') this.warn(RED._('qoida-event.status.gap'));
        else if (isWanted(event.event, name)) this.send(messageOf(event, name));
        if (event.id !== undefined) kept.set('last_id', event.id);
      },
      state: (state, detail) => {
        const look = {
          connected: ['green', 'dot'],
          waiting: ['yellow', 'ring'],
          refused: ['red', 'ring'],
        }[state];
        this.status({
          fill: look[0] ?? 'grey',
          shape: look[1] ?? 'ring',
          text: detail || RED._(`qoida-event.status.${state}`),
        });
      },
    });
    this.on('close', (done) => {
      stop();
      done();
    });
  }
  RED.nodes.registerType('qoida-event', QoidaEvent);
}

/** `package.*` takes every event of packages. */
function isWanted(topic: string, name: string): boolean {
  return name.endsWith('*')
    ? topic.startsWith(`event.${name.slice(0, -1)}`)
    : topic === `event.${name}`;
}

/** `msg.payload` is the event's payload; what else came with it is in `msg.qoida`. */
export function messageOf(event: ServerEvent, name: string): Message {
  const data = JSON.parse(event.data) as Record<string, unknown>;
  const { payload = data, ...rest } = data;
  return { topic: data.name ?? name, payload, qoida: { ...rest, id: rest.id ?? event.id } };
}
