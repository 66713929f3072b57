/** What this area needs of the stream to the screens. */
export interface LiveStream {
  publish(topic: string, data: unknown, to: { organizationId: string; retain?: boolean }): void;
}

export const liveTopic = (code: string) => `live.${code}`;
export const healthTopic = (code: string) => `health.${code}`;
