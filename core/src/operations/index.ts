export type { Call } from './parts.ts';
export type { Registry } from './registry.ts';
export { createRegistry } from './registry.ts';
export type { Road } from './road.ts';
export { createRoad } from './road.ts';
export { operationRoutes, recordRoutes } from './routes.ts';
export { roleNames } from './waiting.ts';
