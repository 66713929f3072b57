import { event } from '../api/events.ts';
import { flag, id, instant, integer, text } from '../api/fields.ts';

export const deviceCalibrated = event(
  'device.calibrated',
  {
    device_id: id('device'),
    code: text(),
    valid_until: instant(),
    certificate_no: text().optional(),
  },
  {
    title: { uz: 'Qurilma kalibrlandi', ru: 'Устройство поверено', en: 'Device calibrated' },
    stream: 'device_id',
  },
);
export const deviceCreated = event(
  'device.created',
  { device_id: id('device'), code: text() },
  {
    title: { uz: 'Qurilma qo‘shildi', ru: 'Устройство добавлено', en: 'Device added' },
    stream: 'device_id',
  },
);
export const deviceUpdated = event(
  'device.updated',
  { device_id: id('device'), code: text() },
  {
    title: { uz: 'Qurilma o‘zgartirildi', ru: 'Устройство изменено', en: 'Device changed' },
    stream: 'device_id',
  },
);
export const deviceRemoved = event(
  'device.removed',
  { device_id: id('device'), code: text() },
  {
    title: { uz: 'Qurilma olib tashlandi', ru: 'Устройство убрано', en: 'Device removed' },
    stream: 'device_id',
  },
);
/** A repeated `seq` with another content: the gateway lost its counter (F-OP-56, P2). */
export const deviceSeqConflict = event(
  'device.seq_conflict',
  { device_id: id('device'), seq: integer(), count: integer() },
  {
    title: {
      uz: 'Takroriy raqam, boshqa vazn',
      ru: 'Повтор номера с другим весом',
      en: 'Number repeated with another weight',
    },
    stream: 'device_id',
  },
);
/** Readings from the future (F-ALG-02, P2). */
export const deviceClockSkew = event(
  'device.clock_skew',
  { device_id: id('device'), seq: integer(), count: integer() },
  {
    title: { uz: 'Qurilma soati oldinda', ru: 'Часы устройства спешат', en: 'Device clock ahead' },
    stream: 'device_id',
  },
);

/** The connection of a device came or went: each time, at once. Rules want `online` and `offline`. */
export const deviceConnection = event(
  'device.connection',
  { device_id: id('device'), code: text(), online: flag() },
  {
    title: { uz: 'Qurilma aloqasi', ru: 'Связь с устройством', en: 'Connection of a device' },
    stream: 'device_id',
  },
);
/** A device is connected (S-M2-06, S-M3-05); told once in a while of one that flaps (S-OP-14). */
export const deviceOnline = event(
  'device.online',
  { device_id: id('device'), code: text() },
  {
    title: { uz: 'Qurilma ulandi', ru: 'Устройство на связи', en: 'Device online' },
    stream: 'device_id',
  },
);
export const deviceOffline = event(
  'device.offline',
  { device_id: id('device'), code: text() },
  {
    title: { uz: 'Qurilma uzildi', ru: 'Связь с устройством потеряна', en: 'Device offline' },
    stream: 'device_id',
  },
);

export const deviceEvents = [
  deviceCalibrated,
  deviceCreated,
  deviceUpdated,
  deviceRemoved,
  deviceSeqConflict,
  deviceClockSkew,
  deviceConnection,
  deviceOnline,
  deviceOffline,
] as const;
