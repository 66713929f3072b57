/** Devices: registry, calibration, ingest, binding of readings, captures, drivers and simulators. */
export { WEIGHING_ROLES } from './captures.ts';
export { type Devices, type DevicesOptions, startDevices } from './devices.ts';
export { createDoor, type Door } from './door.ts';
export { type DriverTiming, USUAL_TIMING } from './drivers/line-worker.ts';
export {
  type CheckedEvents,
  checkEvents,
  type RejectedEvent,
  type ScaleEvent,
} from './event-check.ts';
export {
  deviceCalibrated,
  deviceClockSkew,
  deviceCreated,
  deviceEvents,
  deviceOffline,
  deviceOnline,
  deviceRemoved,
  deviceSeqConflict,
  deviceUpdated,
} from './events.ts';
export { createIngest, type Ingest, type IngestOptions, type SubmitOptions } from './ingest.ts';
export { type IngestRouteOptions, ingestRoutes } from './ingest-routes.ts';
export { createLinks, type Links } from './links/links.ts';
export { createSocketDoor, DEVICE_SOCKET, type SocketDoor } from './links/socket-door.ts';
export { deviceMessages } from './messages.ts';
export { deviceOperations } from './operations.ts';
export { leftOnline } from './presence.ts';
export { createReadings, type ReadingsContext } from './readings.ts';
export { deviceRecords, rsCapture } from './records.ts';
export type { EndsWithDevice } from './removal.ts';
export { type DeviceSettings, deviceSettings } from './settings.ts';
export { signatureOf } from './signature.ts';
export type { Stored } from './store.ts';
