/** The data layer: tenancy, typed repositories, migrations, audit, outbox, idempotency, partitions. */
export type { Change, StoredRow } from './changes.ts';
export { type Database, type DatabaseOptions, openDatabase, type Organization } from './database.ts';
export type { DataLog } from './log.ts';
export { type MigrationFolder, migrateDown, migrateUp, migrationStatus } from './migrations.ts';
export type { LoadOptions, RecordRepository } from './repository.ts';
export type { LockTarget, Transaction } from './transaction.ts';
