import { definePlugin, deviceModel } from '@qoida/core';
import { messages } from './messages.ts';
import { PROTOCOLS } from './protocols/index.ts';
import { settingsOf } from './settings.ts';

const built = import.meta.url.endsWith('.js') ? 'js' : 'ts';
const driver = new URL(`./driver.${built}`, import.meta.url);
const simulator = new URL(`./simulator/main.${built}`, import.meta.url);

/** Weighing indicators on RS485, RS232 and TCP converters: one device model per protocol. */
export default definePlugin({
  name: 'rs485-scale',
  version: '0.1.0',
  title: { uz: 'RS485 tarozilar', ru: 'Весы RS485', en: 'RS485 scales' },
  devices: PROTOCOLS.map((protocol) =>
    deviceModel({
      vendor: protocol.vendor,
      model: protocol.name,
      title: protocol.title,
      type: 'scale',
      transports: ['serial', 'tcp'],
      settings: settingsOf(protocol),
      driver,
      simulator,
    }),
  ),
  messages,
});
