import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createSseParser, type SseMessage } from '../src/data/sse.ts';

function parsed(chunks: readonly string[]): SseMessage[] {
  const messages: SseMessage[] = [];
  const parse = createSseParser((message) => messages.push(message));
  for (const chunk of chunks) parse(chunk);
  return messages;
}

const STREAM =
  ': hello\n\nevent: live.scale-1\ndata: {"kg":20.52}\n\n: heartbeat\n\nid: 41\nevent: event.package.created\r\ndata: {"a":1,\r\ndata: "b":2}\r\n\r\ndata:no space\r\r: end\n';

describe('server-sent events', () => {
  it('reads event, data and id, joins data lines, skips comments', () => {
    assert.deepEqual(parsed([STREAM]), [
      { event: 'live.scale-1', data: '{"kg":20.52}', id: undefined },
      { event: 'event.package.created', data: '{"a":1,\n"b":2}', id: '41' },
      { event: 'message', data: 'no space', id: '41' },
    ]);
  });

  it('gives the same messages however the bytes are cut', () => {
    const whole = parsed([STREAM]);
    const cuts = fc.array(fc.nat(STREAM.length), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (places) => {
        const sorted = [0, ...places.sort((a, b) => a - b), STREAM.length];
        const chunks = sorted.slice(1).map((end, index) => STREAM.slice(sorted[index], end));
        assert.deepEqual(parsed(chunks), whole);
      }),
    );
  });

  it('holds back a message that is not finished', () => {
    assert.deepEqual(parsed(['data: half']), []);
    assert.deepEqual(parsed(['data: half\n']), []);
    assert.equal(parsed(['data: half\n', '\n']).length, 1);
  });

  it('ignores an id with a NUL, as the standard says', () => {
    assert.equal(parsed(['id: a\0b\ndata: x\n\n'])[0]?.id, undefined);
  });
});
