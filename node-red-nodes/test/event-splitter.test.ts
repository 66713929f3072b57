import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eventSplitter, type ServerEvent } from '../src/client.mts';
import { messageOf } from '../src/qoida-event.mts';

/** What a stream cut into these chunks gives. */
function eventsOf(chunks: readonly string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const split = eventSplitter((event) => events.push(event));
  for (const chunk of chunks) split(chunk);
  return events;
}

/** A text cut at the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [
    0,
    ...[...places].map((place) => place % (text.length + 1)).sort((a, b) => a - b),
    text.length,
  ];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

const line = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n\0]/g, ' '));
const block = fc.oneof(
  fc.record({ comment: line }),
  fc.record({
    id: fc.nat().map(String),
    event: line,
    data: fc.array(line, { minLength: 1, maxLength: 4 }),
  }),
);
type Block = { comment: string } | { id: string; event: string; data: string[] };

const textOf = (item: Block, end: string): string =>
  'comment' in item
    ? `: ${item.comment}${end}${end}`
    : [
        `id: ${item.id}`,
        `event: ${item.event}`,
        ...item.data.map((part) => `data: ${part}`),
        '',
        '',
      ].join(end);

describe('server-sent events in any pieces', () => {
  it('give the same events however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(), { maxLength: 30 }),
        (blocks, end, places) => {
          const text = blocks.map((item) => textOf(item, end)).join('');
          const expected = blocks.flatMap((item) =>
            'comment' in item
              ? []
              : [{ id: item.id, event: item.event, data: item.data.join('\n') }],
          );
          assert.deepEqual(eventsOf([text]), expected);
          assert.deepEqual(eventsOf(cut(text, places)), expected);
          assert.deepEqual(eventsOf([...text]), expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('an event that is not complete is kept back', () => {
    assert.deepEqual(eventsOf(['id: 1\ndata: a\n']), []);
    assert.deepEqual(eventsOf(['id: 1\ndata: a\n', '\n']), [
      { id: '1', event: 'message', data: 'a' },
    ]);
  });

  it('a block with nothing but an id tells the position, one with nothing at all tells nothing', () => {
    assert.deepEqual(eventsOf(['id: 9\n\n: alive\n\nevent: x\n\n']), [
      { id: '9', event: 'position', data: '' },
    ]);
  });

  it('fields may stand without a space or a value, and unknown ones are passed over', () => {
    const [event] = eventsOf(['id:7\nretry: 100\nevent:gap\ndata:x\ndata\ndata: y\n\n']);
    assert.deepEqual(event, { id: '7', event: 'gap', data: 'x\n\ny' });
  });
});

describe('the message of an event', () => {
  it('carries the payload, and beside it who did it and when', () => {
    const data = {
      id: 'a',
      name: 'package.created',
      payload: { weight_kg: 20.52 },
      actor: { name: 'operator' },
      trace_id: 't',
    };
    assert.deepEqual(
      messageOf(
        { id: '12', event: 'event.package.created', data: JSON.stringify(data) },
        'package.*',
      ),
      {
        topic: 'package.created',
        payload: { weight_kg: 20.52 },
        qoida: { id: 'a', name: 'package.created', actor: { name: 'operator' }, trace_id: 't' },
      },
    );
  });
});
