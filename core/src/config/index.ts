export { loadSettings, SettingError, settingsSchema } from './load.ts';
export { writePrivateJson } from './private-file.ts';
export { loadSecrets } from './secrets.ts';
export type { PlatformSettings, Settings } from './settings.ts';
export { platformSettings } from './settings.ts';
