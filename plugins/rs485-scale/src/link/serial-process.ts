import { serialConnection } from './serial.ts';
import type { FromPort, ToPort } from './serial-messages.ts';

/**
 * One serial port in a process of its own; see `serial-remote.ts` for why. The arguments are its path and
 * settings; it ends when the process that started it goes.
 */
const [path = '', settings = '{}'] = process.argv.slice(2);

process.on('disconnect', () => process.exit(0));

const send = (message: FromPort, sent?: () => void) =>
  process.send?.(message, undefined, undefined, () => sent?.()) ?? false;
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const endWith = (message: FromPort) => send(message, () => process.exit(0));

try {
  const port = await serialConnection(path, JSON.parse(settings))(
    {
      onBytes: (bytes) => {
        // A platform that doesn't keep up must not fill our memory: the port waits for it.
        if (!send({ kind: 'bytes', bytes }, () => port.resume())) port.pause();
      },
      onLost: (reason) => endWith({ kind: 'lost', reason }),
    },
    new AbortController().signal,
  );
  process.on('message', (message: ToPort) => {
    switch (message.kind) {
      case 'pause':
      case 'resume':
        port[message.kind]();
        break;
      case 'close':
        void port.close().then(() => process.exit(0));
        break;
      case 'write': {
        const { id } = message;
        port.write(message.bytes).then(
          () => send({ kind: 'written', id }),
          (error) => send({ kind: 'written', id, fault: reasonOf(error) }),
        );
      }
    }
  });
  send({ kind: 'opened' });
} catch (error) {
  endWith({ kind: 'failed', reason: reasonOf(error) });
}
