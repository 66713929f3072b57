import { fileURLToPath } from 'node:url';
import type { FieldSpec } from '../api/fields.ts';
import { specsOf } from '../api/fields.ts';
import type { Plugin } from '../api/plugin.ts';
import type { Settings } from '../config/index.ts';
import { loadSettings, platformSettings, SettingError, settingsSchema } from '../config/index.ts';
import { deviceSettings } from '../devices/index.ts';
import { FLOW_ROLES } from '../nodered/index.ts';
import { loadPlugins, PluginError } from '../plugins/index.ts';
import { rolesOf } from './catalog.ts';

const CONFIG = new URL('../../../config/', import.meta.url);

export interface Configuration {
  readonly settings: Settings;
  readonly plugins: readonly Plugin[];
  /** Every setting there is, by key. */
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

const ownFields = (): Record<string, FieldSpec> => ({
  ...specsOf(platformSettings),
  ...specsOf(deviceSettings),
});

/**
 * All settings with those of the plugins: the one schema of `config/settings.schema.json`.
 * @throws PluginError for a setting that is there already
 */
export function fieldsOf(plugins: readonly Plugin[]): Record<string, FieldSpec> {
  const fields = ownFields();
  for (const plugin of plugins) {
    for (const [key, spec] of Object.entries(plugin.settingFields)) {
      if (Object.hasOwn(fields, key))
        throw new PluginError(plugin.name, `the setting ${key} is taken; give it another name`);
      fields[key] = spec;
    }
  }
  return fields;
}

/**
 * Reads the configuration: environment over `config/local.json` (or the file of QOIDA_CONFIG)
 * over `config/default.json` over declared defaults; then loads the plugins it names.
 * @param given plugins to take instead of those that PLUGINS names (tests)
 * @throws SettingError, PluginError
 */
export async function configure(
  env: Readonly<Record<string, string | undefined>>,
  given?: readonly Plugin[],
): Promise<Configuration> {
  const files = [
    fileURLToPath(new URL('default.json', CONFIG)),
    env.QOIDA_CONFIG ?? fileURLToPath(new URL('local.json', CONFIG)),
  ];
  const first = loadSettings(ownFields(), { env, files }, { strict: false }) as Settings;
  const plugins = given ?? (await loadPlugins(first.PLUGINS));
  const fields = fieldsOf(plugins);
  const settings = loadSettings(fields, { env, files }) as Settings;
  checkZone(settings.PLANT_TZ);
  checkRegistration(settings.REGISTRATION_ROLE, plugins);
  return { settings, plugins, fields };
}

export const schemaOf = (plugins: readonly Plugin[]) => settingsSchema(fieldsOf(plugins));

/** Shifts, QR dates and rules count in this zone: a wrong one is better found at the start. */
function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new SettingError('PLANT_TZ', `"${zone}" is not a time zone`, 'PLANT_TZ=Asia/Tashkent');
  }
}

/** A role that nobody knows would lock newcomers out; some are never given by a setting to whoever comes. */
function checkRegistration(role: string | null, plugins: readonly Plugin[]): void {
  if (role === null) return;
  const mayBe = Object.keys(rolesOf(plugins)).filter(
    (code) => !(FLOW_ROLES as readonly string[]).includes(code),
  );
  if (mayBe.includes(role)) return;
  const fault = (FLOW_ROLES as readonly string[]).includes(role)
    ? `"${role}" manages people or flows, and nobody gives that to himself; it may be ${mayBe.join(', ')}`
    : `there is no role "${role}"; it may be ${mayBe.join(', ')}`;
  throw new SettingError('REGISTRATION_ROLE', fault, `REGISTRATION_ROLE=${mayBe[0] ?? '…'}`);
}
