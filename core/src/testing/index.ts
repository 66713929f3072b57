/** What tests of the platform and of plugins build on. */
export {
  APP_PASSWORD,
  type TestDatabase,
  type TestDatabaseOptions,
  testDatabase,
} from './database.ts';
export {
  type Answer,
  clientOf,
  signIn,
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  type TestPlatformOptions,
} from './platform.ts';
export { until } from './until.ts';
export { zoneAtNoon } from './zone.ts';
