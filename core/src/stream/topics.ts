import { Refusal } from '../api/errors.ts';
import type { LoggedEvent } from './event-log.ts';

const TOPIC = /^[A-Za-z0-9_.-]+$/;
const MAX_TOPICS = 50;

/** Whether a client gets what comes under a topic; a durable event comes with it. */
export type TopicFilter = (topic: string, event?: LoggedEvent) => boolean;

/**
 * Reads `live.scale-E1,event.package.created,health.*`; a star stands for the rest, at the end only.
 * @throws Refusal validation_error bad_topics
 */
export function topicFilter(list: string): TopicFilter {
  const names = list.split(',').map((name) => name.trim());
  const wrong = names.find(
    (name) => name !== '*' && !TOPIC.test(name.endsWith('*') ? `${name.slice(0, -1)}.` : name),
  );
  if (wrong !== undefined || names.length > MAX_TOPICS) {
    throw new Refusal(
      'validation_error',
      'bad_topics',
      'Give 1 to 50 topics, separated by commas',
      {
        topic: wrong ?? null,
        most: MAX_TOPICS,
      },
    );
  }
  const exact = new Set(names.filter((name) => !name.endsWith('*')));
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (topic) => exact.has(topic) || prefixes.some((prefix) => topic.startsWith(prefix));
}
