/** What acts by itself: automations and schedules, their durable states, actions and traces. */
export { wakeAsking } from './asked.ts';
export { dayOff } from './days-off.ts';
export { type AutomationOptions, type Automations, startAutomations } from './engine.ts';
export { automationGivenUp } from './given-up.ts';
export { toldSeldom } from './live.ts';
export { measureAutomations } from './measure.ts';
export { automationMessages } from './messages.ts';
export { automationOperations } from './operations.ts';
export { figuresOf, worded } from './reasons.ts';
export { automationRecords } from './records.ts';
export { endActionsOf } from './removal.ts';
export { keepRuns, type NewRun } from './runs.ts';
export { tellWork } from './switches.ts';
