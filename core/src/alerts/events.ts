import { event } from '../api/events.ts';
import { id, oneOf, text } from '../api/fields.ts';

/** They name the alert and tell no fact of it: whoever may see it reads it. */
const about = () => ({
  alert_id: id('alert'),
  rule: text({ maxLength: 200 }),
  severity: oneOf('P1', 'P2', 'P3'),
});

export const alertOpened = event('alert.opened', about(), {
  title: { uz: 'Signal ochildi', ru: 'Открыт сигнал', en: 'Alert opened' },
  stream: 'alert_id',
});
export const alertAcked = event('alert.acked', about(), {
  title: { uz: 'Signal qabul qilindi', ru: 'Сигнал принят', en: 'Alert acknowledged' },
  stream: 'alert_id',
});
export const alertClosed = event('alert.closed', about(), {
  title: { uz: 'Signal yopildi', ru: 'Сигнал закрыт', en: 'Alert closed' },
  stream: 'alert_id',
});

export const alertEvents = [alertOpened, alertAcked, alertClosed] as const;
