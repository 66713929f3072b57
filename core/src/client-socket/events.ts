import type { Readable } from 'node:stream';
import { VERSION } from './frames.ts';

export interface EventSink {
  /** A whole frame as text. @param done when the client has taken it, or never will */
  send(text: string, done: () => void): void;
  /** The stream ended by itself: the client may subscribe again after the last position it got. */
  ended(reason: string): void;
}

/** What a client may owe us before the events wait where they are bounded. */
const MAX_OWED = 64;

/**
 * Passes a stream of events on as frames. Events keep the order and the position that they have in
 * `GET /stream`, so a client may go on with either.
 */
export function passEvents(body: Readable, sink: EventSink): { stop(): void } {
  let unread = '';
  let owed = 0;
  let stopped = false;
  let lastWords = '';
  const pass = (text: string) => {
    owed += 1;
    if (owed >= MAX_OWED) body.pause();
    sink.send(text, () => {
      owed -= 1;
      if (!stopped && owed < MAX_OWED) body.resume();
    });
  };
  body.on('data', (chunk: string) => {
    const blocks = (unread + chunk).split('\n\n');
    unread = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(': ')) lastWords = block.slice(2);
      else pass(frameOf(block));
    }
  });
  body.once('close', () => {
    if (!stopped) sink.ended(lastWords);
    stopped = true;
  });
  return {
    stop() {
      stopped = true;
      body.destroy();
    },
  };
}

/** The data are JSON already: they go into the frame as they are. */
function frameOf(block: string): string {
  const lines = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const [id, topic, data] = [lines.get('id'), lines.get('event'), lines.get('data')];
  const position = id === undefined ? '' : `,"position":${id}`;
  if (topic === undefined) return `{"v":${VERSION},"type":"position"${position}}`;
  return `{"v":${VERSION},"type":"event","topic":${JSON.stringify(topic)}${position},"data":${data ?? 'null'}}`;
}
