import type { DeviceModel } from '../../api/devices.ts';
import { Refusal } from '../../api/errors.ts';
import { specsOf } from '../../api/fields.ts';
import { validatorOf } from '../../api/json-schema.ts';

/** A device that a driver of this platform reads. */
export interface DrivenDevice {
  readonly id: string;
  readonly code: string;
  readonly driver_model: string;
  readonly division_kg: number | null;
  /**
   * `{link, bus?, device?, simulator?, …settings of the line}`. Devices with the same link share a line;
   * `device` is what the driver needs of this one device (its address), `simulator` is for the demo.
   */
  readonly line: Readonly<Record<string, unknown>>;
}

/** Devices on one wire, served by one call of one driver. */
export interface Line {
  readonly key: string;
  readonly model: DeviceModel;
  readonly driver: URL;
  readonly devices: readonly DrivenDevice[];
  /** What the driver gets: the line's settings, `link`, and `devices`. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A device that no driver can serve, and why. */
export interface Misfit {
  readonly code: string;
  readonly reason: string;
}

type Link = Readonly<Record<string, unknown>>;

/**
 * Groups devices into lines: those with the same driver and link share one.
 * @param linkOf where the line really is, when something else than the device's row knows (a simulator)
 */
export function linesOf(
  devices: readonly DrivenDevice[],
  models: readonly DeviceModel[],
  linkOf: (device: DrivenDevice) => Link | undefined = () => undefined,
): { lines: Line[]; misfits: Misfit[] } {
  const lines: Line[] = [];
  const misfits: Misfit[] = [];
  const driven = devices.filter((device) => !isPlayedDialIn(device, models));
  for (const group of Map.groupBy(driven, (device) => busOf(device, linkOf(device))).values()) {
    const result = lineOf(group, models, linkOf);
    if ('key' in result) lines.push(result);
    else misfits.push(...group.map(({ code }) => ({ code, reason: result.reason })));
  }
  return { lines, misfits };
}

/** A device that dials in and is played in the demo: its row has no line, but a word for its simulator. */
export function isPlayedDialIn(
  { driver_model, line }: DrivenDevice,
  models: readonly DeviceModel[],
): boolean {
  const dialsIn = models.find(({ model }) => model === driver_model)?.dialIn !== undefined;
  return dialsIn && Object.keys(line).join() === 'simulator';
}

/** Whether the row leaves open where the device is: then the demo's simulator plays it. */
export function isOpenLink(device: DrivenDevice): boolean {
  const link = (device.line.link ?? {}) as Link;
  return link.path === undefined && link.host === undefined;
}

/** Name of the wire. A link without an address is a wire of its own unless `bus` names it. */
export function busOf(device: DrivenDevice, link?: Link): string {
  const { bus } = device.line;
  const place = link ?? (isOpenLink(device) ? (bus ?? device.code) : device.line.link);
  return `${device.driver_model} ${stable(place)}`;
}

function lineOf(
  devices: readonly DrivenDevice[],
  models: readonly DeviceModel[],
  linkOf: (device: DrivenDevice) => Link | undefined,
): Line | { reason: string } {
  const [first] = devices;
  const model = models.find(({ model: name }) => name === first?.driver_model);
  if (first === undefined || model === undefined)
    return { reason: `no plugin drives "${first?.driver_model}"` };
  const { driver } = model;
  if (driver === undefined)
    return { reason: `"${model.model}" connects by itself; its line must be empty` };
  const settings = settingsOf(first);
  const other = devices.find((device) => stable(settingsOf(device)) !== stable(settings));
  if (other)
    return { reason: `${first.code} and ${other.code} share a line but set it differently` };
  const config = {
    ...settings,
    link: linkOf(first) ?? first.line.link,
    devices: devices.map((device) => ({
      code: device.code,
      ...(device.division_kg === null ? {} : { division_kg: device.division_kg }),
      ...(device.line.device as object | undefined),
    })),
  };
  if (isOpenLink(first) && linkOf(first) === undefined)
    return { reason: 'its line names no path or host' };
  const reason = faultOf(model, config);
  if (reason !== null) return { reason };
  const ids = devices.map(({ id }) => id).join(' ');
  return { key: `${model.model} ${stable(config)} ${ids}`, model, driver, devices, config };
}

function settingsOf({ line }: DrivenDevice): Record<string, unknown> {
  const { link, bus, device, simulator, ...settings } = line;
  return settings;
}

/** What is wrong with a line's settings by its model's declaration, or null. */
function faultOf(model: DeviceModel, config: Readonly<Record<string, unknown>>): string | null {
  const { devices, ...line } = config;
  const fields = specsOf(model.settings);
  try {
    validatorOf(fields)(Object.hasOwn(fields, 'devices') ? config : line, 'en');
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** JSON with sorted keys: equal things have equal texts. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
