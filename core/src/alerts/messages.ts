import type { Texts } from '../api/fields.ts';

/** Sentences of this area's refusals, by reason. */
export const alertMessages: Readonly<Record<string, Texts>> = {
  alert_not_yours: {
    uz: 'Bu signal sizga yuborilmagan.',
    ru: 'Этот сигнал направлен не вам.',
    en: 'This alert was not routed to you.',
  },
  alert_wrong_state: {
    uz: 'Signal holati “{status}”; bu amal endi mumkin emas.',
    ru: 'Сигнал в состоянии «{status}»; это действие уже невозможно.',
    en: 'The alert is “{status}”; this can’t be done any more.',
  },
  alert_device_removed: {
    uz: '“{value}” qurilmasi olib tashlangani uchun yopildi.',
    ru: 'Закрыт, потому что устройство «{value}» убрано.',
    en: 'Closed because the device “{value}” was removed.',
  },
  'status.open': { uz: 'ochiq', ru: 'открыто', en: 'open' },
  'status.ack': { uz: 'qabul qilingan', ru: 'принято', en: 'acknowledged' },
  'status.closed': { uz: 'yopilgan', ru: 'закрыто', en: 'closed' },
};
