/** What tells people that something is not as it should be: raised by rules, taken up and closed. */
export { type DeviceEvents, deviceEventsOf } from './about.ts';
export { type AlertOptions, type Alerts, startAlerts } from './engine.ts';
export { alertClosed, alertEvents } from './events.ts';
export { alertMessages } from './messages.ts';
export { alertOperations } from './operations.ts';
export { alertRecords } from './records.ts';
export { closeOfDevice } from './removal.ts';
export { readStanding, type StandingReader } from './rules.ts';
export { platformStanding } from './standing.ts';
