export type { NodeRed, NodeRedOptions } from './child.ts';
export { startNodeRed } from './child.ts';
export { nodeRedProxy } from './proxy.ts';
export { FLOW_ROLES, nodeRedRoute } from './routes.ts';
