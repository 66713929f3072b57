import { channel } from '../../api/channels.ts';

/** On the screen: the message itself is what a person reads, and the stream tells that it is there. */
export const inApp = channel({
  name: 'in_app',
  title: { uz: 'Ekranda', ru: 'На экране', en: 'On the screen' },
  settings: {},
  bundles: false,
  ready: true,
  send: async () => undefined,
});
