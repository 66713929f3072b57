/** The audit log as people and other machines see it: search, checkpoints, checks. */

export { auditKey } from '../data/index.ts';
export { auditFault } from './events.ts';
export { type AuditKeeper, startAuditKeeper } from './keeper.ts';
export { auditMessages } from './messages.ts';
export { auditOperations } from './operations.ts';
export { auditRoutes } from './routes.ts';
