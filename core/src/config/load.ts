import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FieldSpec } from '../api/fields.ts';
import { jsonSchemaOf } from '../api/json-schema.ts';
import { coerce } from './coerce.ts';

/** A setting that stops the start: its name, what is wrong with its value, and an example. */
export class SettingError extends Error {
  readonly setting: string;
  constructor(setting: string, fault: string, example: string) {
    super(`Setting ${setting}: ${fault}. Example: ${example}`);
    this.name = 'SettingError';
    this.setting = setting;
  }
}

export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** JSON files, later ones win; a missing file is skipped. */
  readonly files: readonly string[];
}

/**
 * Reads all settings: environment over files over defaults.
 * @param fields what may be set, from the platform and the loaded plugins
 * @param options `strict: false` passes over unknown settings in files (before the plugins are known)
 * @throws SettingError for the first wrong or unknown setting
 */
export function loadSettings(
  fields: Readonly<Record<string, FieldSpec>>,
  sources: SettingSources,
  options: { strict?: boolean } = {},
): Record<string, unknown> {
  const fromFiles = readFiles(fields, sources.files, options.strict ?? true);
  const values: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(fields)) {
    const text = sources.env[key];
    const given =
      text !== undefined && text !== '' ? { value: text, text: true } : fromFiles.get(key);
    if (given === undefined) {
      values[key] = spec.default ?? null;
      continue;
    }
    const result = coerce(spec, given.value, given.text);
    if (!result.ok) throw new SettingError(key, result.fault, exampleOf(key, spec));
    values[key] = result.value;
  }
  return values;
}

/** The JSON Schema of all settings, as `config/settings.schema.json` shows it. */
export function settingsSchema(
  fields: Readonly<Record<string, FieldSpec>>,
): Record<string, unknown> {
  const schema = jsonSchemaOf(fields, { input: true });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of Qoida',
    ...schema,
    properties: { $schema: { type: 'string' }, ...(schema.properties as object) },
  };
}

function readFiles(
  fields: Readonly<Record<string, FieldSpec>>,
  files: readonly string[],
  strict: boolean,
): Map<string, { value: unknown; text: boolean }> {
  const found = new Map<string, { value: unknown; text: boolean }>();
  for (const file of files) {
    const path = resolve(file);
    if (!existsSync(path)) continue;
    for (const [key, value] of Object.entries(parseFile(path))) {
      if (key === '$schema') continue;
      if (!Object.hasOwn(fields, key)) {
        if (strict) throw unknownSetting(key, path, Object.keys(fields));
        continue;
      }
      // null is how a file says "not set".
      if (value !== null) found.set(key, { value, text: false });
    }
  }
  return found;
}

function parseFile(path: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
    throw new SyntaxError('it holds no JSON object');
  } catch (cause) {
    throw new SettingError(
      path,
      `can't be read: ${(cause as Error).message}`,
      '{ "QOIDA_PORT": 8080 }',
    );
  }
}

function unknownSetting(key: string, path: string, known: readonly string[]): SettingError {
  const near = known.find((name) => name.includes(key) || key.includes(name));
  const fault = `is not a setting (in ${path})${near === undefined ? '' : `; did you mean ${near}?`}`;
  return new SettingError(key, fault, '{ "QOIDA_PORT": 8080 }');
}

function exampleOf(key: string, spec: FieldSpec): string {
  const value =
    spec.example ?? spec.default ?? spec.values?.[0] ?? (spec.kind === 'flag' ? true : '…');
  return `${key}=${Array.isArray(value) ? value.join(',') : String(value)}`;
}
