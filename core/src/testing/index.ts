/** What tests of the platform and of plugins build on. */
export { type TestDatabase, type TestDatabaseOptions, testDatabase } from './database.ts';
