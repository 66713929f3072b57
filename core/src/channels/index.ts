/** Ways to reach people: what is queued for whom, when it may not be sent, and what became of it. */
export { type News, type Sender, startSender } from './engine.ts';
export { channelEvents } from './events.ts';
export { platformChannels } from './kinds/index.ts';
export { channelMessages } from './messages.ts';
export { channelOperations } from './operations.ts';
export { channelRecords } from './records.ts';
