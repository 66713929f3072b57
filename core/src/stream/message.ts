/** One server-sent event as text; JSON holds no line break, so one data line is enough. */
export function message(topic: string, data: unknown, id?: number): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${idLine}event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Tells the client where it stands without giving it an event. */
export const positionMark = (id: number): string => `id: ${id}\n\n`;

export const comment = (text: string): string => `: ${text}\n\n`;
