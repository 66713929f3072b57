/** One message of a server-sent event stream. */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/**
 * Takes the text of an event stream in pieces of any size and gives its messages.
 * Follows the "event stream interpretation" of the HTML standard; comments (heartbeats) give nothing.
 */
export function createSseParser(onMessage: (message: SseMessage) => void): (chunk: string) => void {
  let rest = '';
  let event = '';
  let id: string | undefined;
  let data: string[] = [];

  function dispatch(): void {
    if (data.length > 0)
      onMessage({ event: event === '' ? 'message' : event, data: data.join('\n'), id });
    event = '';
    data = [];
  }

  function field(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id' && !value.includes('\0')) id = value;
  }

  return (chunk) => {
    rest += chunk;
    // A trailing CR may be half of a CRLF whose LF is still on its way.
    const usable = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    const lines = usable.split(/\r\n|\n|\r/);
    rest = `${lines.pop() ?? ''}${rest.slice(usable.length)}`;
    for (const line of lines) {
      if (line === '') dispatch();
      else field(line);
    }
  };
}
