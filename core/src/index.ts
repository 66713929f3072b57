/** The one door for plugins: everything a plugin may import from the platform. */
export * from './api/approvals.ts';
export * from './api/channels.ts';
export * from './api/core-records.ts';
export * from './api/devices.ts';
export * from './api/errors.ts';
export * from './api/events.ts';
export * from './api/facts.ts';
export * from './api/fields.ts';
export type { Gates } from './api/gates.ts';
export * from './api/links.ts';
export type { Meters } from './api/meters.ts';
export * from './api/operations.ts';
export * from './api/plugin.ts';
export * from './api/records.ts';
export * from './api/standing.ts';
export { beginning, isStorable } from './api/storable.ts';
