import type { ApprovalDef } from './approvals.ts';
import type { ChannelDef } from './channels.ts';
import type { DeviceModel } from './devices.ts';
import type { EventDef } from './events.ts';
import type { FieldSpec, Shape, Texts } from './fields.ts';
import type { OperationDef } from './operations.ts';
import type { RecordDef } from './records.ts';
import type { StandingFact } from './standing.ts';

export interface DemoContext {
  /** Models of devices that the loaded plugins bring: a device of another is refused. */
  readonly models: ReadonlySet<string>;
  /** Runs an operation as a user of the demo or as the system, down the one road. */
  run(operation: string, input: Readonly<Record<string, unknown>>, as?: string): Promise<unknown>;
  /** Imports CSV text into a record down the import road. */
  importCsv(entity: string, csv: string): Promise<void>;
}

/** A CSV that this plugin can take in: `POST /api/v1/import/{entity}`. */
export interface ImportDef {
  readonly entity: string;
  readonly roles: readonly string[];
  readonly columns: Shape;
  /** Upserts one validated row by its code; throws a Refusal that the report shows beside the row. */
  readonly apply: (
    row: Readonly<Record<string, unknown>>,
    context: import('./operations.ts').BaseContext,
  ) => Promise<void>;
}

export interface PluginSpec {
  readonly name: string;
  readonly version: string;
  readonly title: Texts;
  readonly requires?: readonly string[];
  readonly records?: readonly RecordDef[];
  readonly events?: readonly EventDef[];
  readonly operations?: readonly OperationDef[];
  readonly devices?: readonly DeviceModel[];
  readonly imports?: readonly ImportDef[];
  /** `.qoida` files that come with the plugin. */
  readonly rules?: readonly URL[];
  /** Folder of migrations `YYYYMMDDHHMM_short_desc.sql`, each with `-- up` and `-- down`. */
  readonly migrations?: URL;
  /** Keys in capitals; each becomes an environment variable, a config key and `settings.key` in the language. */
  readonly settings?: Shape;
  readonly roles?: Readonly<Record<string, Texts>>;
  /** Texts by key: error reasons, labels. `{name}` stands for a detail. */
  readonly messages?: Readonly<Record<string, Texts>>;
  /** Objects of this plugin whose state waits for people, as its rules say. */
  readonly approvals?: readonly ApprovalDef[];
  /** Ways to reach people. */
  readonly channels?: readonly ChannelDef[];
  /** How things stand, for alerts to ask at any time. */
  readonly standing?: readonly StandingFact[];
  /** Fills an empty database with the demo; runs only with `--demo`. */
  readonly demo?: (context: DemoContext) => Promise<void>;
}

export interface Plugin extends PluginSpec {
  readonly settingFields: Readonly<Record<string, FieldSpec>>;
}

/** Declares a plugin. Everything else (tables, routes, catalog, screens, nodes) follows from it. */
export function definePlugin(spec: PluginSpec): Plugin {
  const settingFields = Object.fromEntries(
    Object.entries(spec.settings ?? {}).map(([key, field]) => [key, field.spec]),
  );
  return { ...spec, settingFields };
}
