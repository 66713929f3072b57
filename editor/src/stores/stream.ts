import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { openStream, type Stream, type StreamState } from '../data/stream.ts';

type Handler = (data: unknown, topic: string) => void;

const matches = (pattern: string, topic: string) =>
  pattern.endsWith('*') ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern;

/** The platform takes 50 topics; beyond that whole families are asked for. */
const MOST_TOPICS = 50;
const topicsOf = (patterns: readonly string[]): string[] =>
  patterns.length <= MOST_TOPICS
    ? patterns.toSorted()
    : [...new Set(patterns.map((pattern) => `${pattern.split('.')[0]}.*`))].sort();

/** One connection for all live data of this screen; topics come and go with the components that show them. */
export const useStream = defineStore('stream', () => {
  const state = ref<StreamState>('idle');
  const lost = computed(() => state.value === 'lost');
  const handlers = new Map<string, Set<Handler>>();
  let stream: Stream | undefined;
  let planned = false;
  let turn = 0;

  function deliver(topic: string, text: string): void {
    const data: unknown = JSON.parse(text);
    for (const [pattern, set] of handlers) {
      // After a gap nobody knows what was missed: everything that follows events looks again.
      const concerned =
        topic === 'stream.gap' ? pattern.startsWith('event.') : matches(pattern, topic);
      if (concerned) for (const handler of set) handler(data, topic);
    }
  }

  function reconnect(): void {
    planned = false;
    const lastId = stream?.lastId;
    stream?.close();
    stream = undefined;
    if (handlers.size === 0) {
      state.value = 'idle';
      return;
    }
    const mine = ++turn;
    stream = openStream({
      topics: topicsOf([...handlers.keys()]),
      onMessage: ({ event, data }) => deliver(event, data),
      onState: (next) => {
        if (mine === turn) state.value = next;
      },
      lastId,
    });
  }

  /** Several components mount at once: their topics share one reconnection. */
  function plan(): void {
    if (planned) return;
    planned = true;
    setTimeout(reconnect, 30);
  }

  /** Hears a topic (`live.scale-1`, `event.package.*`) until the returned function is called. */
  function hear(topic: string, handler: Handler): () => void {
    const set = handlers.get(topic) ?? new Set();
    if (set.size === 0) plan();
    handlers.set(topic, set.add(handler));
    return () => {
      set.delete(handler);
      if (set.size > 0 || handlers.get(topic) !== set) return;
      handlers.delete(topic);
      plan();
    };
  }

  return { state, lost, hear };
});
