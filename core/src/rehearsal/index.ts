/** Drafts of rules run against what was recorded: what would have come out otherwise. */
export { rehearsalEnded } from './events.ts';
export { rehearsalMessages } from './messages.ts';
export { rehearsalOperations } from './operations.ts';
export { startRecorder } from './recorder.ts';
export { rehearsalRecords } from './records.ts';
export { type Rehearsals, startRehearsals } from './runner.ts';
