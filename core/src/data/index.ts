/** The data layer: tenancy, typed repositories, migrations, audit, outbox, idempotency, partitions. */
export type { AuditFault, FaultKind } from './audit/chain.ts';
export { type AuditRow, type AuditSearch, searchAudit } from './audit/search.ts';
export { type VerifyRange, verifyAudit } from './audit/verify.ts';
export { type AuditEntry, writeAudit } from './audit/write.ts';
export { canonicalJson, payloadHash } from './canonical.ts';
export type { Change, StoredRow } from './changes.ts';
export {
  type Database,
  type DatabaseOptions,
  type Organization,
  openDatabase,
} from './database.ts';
export {
  claimIdempotency,
  type IdempotencyKey,
  purgeIdempotency,
  type StoredAnswer,
  storeIdempotency,
} from './idempotency.ts';
export { type ListQuery, listRecord } from './listing.ts';
export type { DataLog } from './log.ts';
export {
  type MigrateOptions,
  type MigrationFolder,
  migrateDown,
  migrateUp,
  migrationStatus,
  readMigrations,
} from './migrations.ts';
export {
  enqueueEvent,
  type NewEvent,
  type OutboxEvent,
  purgeEvents,
  readEvents,
} from './outbox/events.ts';
export { type OutboxOptions, startOutbox } from './outbox/run.ts';
export type { Page, PageRequest } from './paging.ts';
export { ensurePartitions, type MadePartition } from './partitions.ts';
export type { LoadOptions, RecordRepository } from './repository.ts';
export { type Dsn, ensureAppRole } from './roles.ts';
export { byName, createTableSql } from './schema/ddl.ts';
export { draftMigration } from './schema/draft.ts';
export { checkDrift } from './schema/drift.ts';
export { readSchema, type Schema } from './schema/read.ts';
export type { LockTarget, Transaction } from './transaction.ts';
export { typeParsers } from './values.ts';
