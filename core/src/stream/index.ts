/** Live values and durable events to clients, as server-sent events. */
export { type MayHear, mayHear } from './access.ts';
export { type EventLog, eventLog, type LoggedEvent } from './event-log.ts';
export {
  createStreamHub,
  type StreamHub,
  type StreamHubOptions,
  type Subscription,
} from './hub.ts';
export { type TopicFilter, topicFilter } from './topics.ts';
