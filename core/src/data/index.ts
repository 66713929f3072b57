/** The data layer: tenancy, typed repositories, migrations, audit, outbox, idempotency, partitions. */
export type { Anchor, AuditFault, FaultKind, Place } from './audit/chain.ts';
export {
  type Checkpoint,
  type CheckpointFile,
  type Covered,
  coveredIn,
  type FileFault,
  faultOfFile,
  fileIn,
  fileOf,
  hashOf,
} from './audit/checkpoint.ts';
export {
  auditKeys,
  checkpointOf,
  checkpointsAfter,
  lastCheckpoint,
  listsOf,
  type MadeCheckpoint,
  makeCheckpoint,
  pageOfCheckpoints,
  rotateKey,
} from './audit/checkpoints.ts';
export {
  DECIDED,
  DECIDED_PLACE,
  DECISION_COLUMNS,
  decisionDigest,
  type KeptDecision,
  type SealedDecision,
  sealDecision,
} from './audit/decisions.ts';
export { type ExportPage, type ExportPlace, exportPage } from './audit/export.ts';
export {
  type CheckpointLineFault,
  faultsOfLine,
  hashOfFile,
  LogProof,
  type LogProved,
  type ProofFault,
} from './audit/log-proof.ts';
export { auditKey } from './audit/records.ts';
export type { PlacedRow } from './audit/rows.ts';
export { type AuditRow, type AuditSearch, searchAudit } from './audit/search.ts';
export {
  type VerifyPage,
  type VerifyRange,
  verifyAnchors,
  verifyAudit,
  verifyPage,
} from './audit/verify.ts';
export {
  type CheckpointFault,
  type CheckpointsPage,
  verifyCheckpoints,
} from './audit/verify-checkpoints.ts';
export { type AuditEntry, writeAudit } from './audit/write.ts';
export { canonicalJson, payloadHash } from './canonical.ts';
export type { Change, StoredRow } from './changes.ts';
export {
  type Database,
  type DatabaseOptions,
  type Organization,
  openDatabase,
} from './database.ts';
export { Gather } from './gather.ts';
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
  MigrationError,
  type MigrationFolder,
  migrateDown,
  migrateUp,
  migrationStatus,
  readMigrations,
} from './migrations.ts';
export { type AfterCommit, DELIVERED_CHANNEL, type Deliver } from './outbox/delivery.ts';
export {
  EVENT_COLUMNS,
  enqueueEvent,
  type NewEvent,
  type OutboxEvent,
  purgeEvents,
} from './outbox/events.ts';
export { type OutboxOptions, startOutbox } from './outbox/run.ts';
export { OwnedTask } from './owned-task.ts';
export { type Page, type PageRequest, pageOf } from './paging.ts';
export { ensurePartitions, type MadePartition } from './partitions.ts';
export { mayBeRepeated } from './repeatable.ts';
export type { LoadOptions, RecordRepository } from './repository.ts';
export { type Dsn, ensureAppRole } from './roles.ts';
export { byName, createTableSql } from './schema/ddl.ts';
export { draftMigration } from './schema/draft.ts';
export { checkDrift, DriftError } from './schema/drift.ts';
export { readSchema, type Schema } from './schema/read.ts';
export { openText, type SealedFor, sealText } from './sealed-text.ts';
export { RecordTable } from './table.ts';
export type { LockTarget, Transaction } from './transaction.ts';
export { typeParsers } from './values.ts';
